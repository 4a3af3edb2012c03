//! One pass over a text's bytes: which classes it has, how its letters' cases follow each other, and the
//! runs of equal classes at its start. The loop has no branch that depends on the text. What free text mostly is,
//! small letters and spaces alone, is told in blocks before and needs no runs.

mod small;

/// Characters from the start that a pattern is made from.
pub(super) const RUN_CHARACTERS: usize = 128;

/// One bit per class of characters, and per character that a rare check looks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag;

impl Flag {
    pub const LOWER: u32 = 1 << 16;
    pub const UPPER: u32 = 1 << 17;
    pub const DIGIT: u32 = 1 << 18;
    pub const SPACE: u32 = 1 << 19;
    pub const PUNCTUATION: u32 = 1 << 20;
    pub const CONTROL: u32 = 1 << 21;
    pub const NON_ASCII: u32 = 1 << 22;
    pub const AMPERSAND: u32 = 1 << 23;
}

/// Where a pattern character is in an entry and in a run; below it is what else they hold.
const KIND_SHIFT: u32 = 8;
const KIND: u32 = 0xff << KIND_SHIFT;

/// Per byte: the character that stands for it in a pattern (bits 8 to 15), and its flags.
const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = entry(byte);
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

const fn entry(byte: u8) -> u32 {
    const fn shown(byte: u8, flags: u32) -> u32 {
        (byte as u32) << KIND_SHIFT | flags
    }
    match byte {
        b'a'..=b'z' => shown(b'a', Flag::LOWER),
        b'A'..=b'Z' => shown(b'A', Flag::UPPER),
        b'0'..=b'9' => shown(b'9', Flag::DIGIT),
        b' ' | b'\t'..=b'\r' => shown(b' ', Flag::SPACE),
        b'&' => shown(byte, Flag::PUNCTUATION | Flag::AMPERSAND),
        b'!'..=b'~' => shown(byte, Flag::PUNCTUATION),
        0..=31 | 127 => shown(byte, Flag::CONTROL),
        128..=255 => Flag::NON_ASCII,
    }
}

/// Places for runs: more than there can be, so that a byte's number is always one.
const PLACES: usize = 256;

/// The runs of equal pattern characters at a text's start, from place 1 on; place 0 is a sentinel.
#[derive(Debug, Clone)]
pub(super) struct Runs {
    /// The character that stands for each (`a`, `A`, `9`, a space, or itself) above the number of
    /// characters up to its end, in one number so that noting takes one store.
    places: [u32; PLACES],
    pub count: usize,
    /// Whether the text goes on.
    pub cut: bool,
    /// Set where this says all that a pattern needs; then no run is noted.
    pub small_words: Option<SmallWords>,
}

/// Where spaces stand around a prose of small letters and spaces alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SmallWords {
    pub space_first: bool,
    pub space_last: bool,
}

impl Default for Runs {
    fn default() -> Self {
        Self { places: [0; PLACES], count: 0, cut: false, small_words: None }
    }
}

impl Runs {
    /// Notes the characters that stand for a text's first ones, each shifted to its place.
    #[inline(always)]
    fn note(&mut self, kinds: impl Iterator<Item = u32>) {
        // No character is this one.
        let (mut count, mut previous) = (0, u32::MAX);
        for (at, kind) in kinds.take(RUN_CHARACTERS).enumerate() {
            count += usize::from(kind != previous);
            self.places[count % PLACES] = kind | (at + 1) as u32;
            previous = kind;
        }
        self.count = count;
        self.small_words = None;
    }

    /// Whether spaces stand at the ends of what was noted.
    pub fn ends(&self) -> SmallWords {
        let is_space =
            |run: usize| self.count > 0 && self.places[run % PLACES] >> KIND_SHIFT == u32::from(b' ');
        SmallWords { space_first: is_space(1), space_last: is_space(self.count) }
    }

    /// Each run's character and length.
    pub fn iter(&self) -> impl Iterator<Item = (u32, usize)> {
        let mut start = 0;
        self.places[1..].iter().take(self.count).map(move |place| {
            let end = place & 0xff;
            let length = end - start;
            start = end;
            (place >> KIND_SHIFT, length as usize)
        })
    }
}

/// The classes that a text has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape(u32);

impl Shape {
    #[inline]
    pub fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    /// Whether the rarer checks are worth a look.
    #[inline]
    pub fn may_be_faulty(self) -> bool {
        self.has(Flag::NON_ASCII | Flag::CONTROL | Flag::AMPERSAND)
    }
}

/// Of a text that has only ASCII.
#[inline]
pub(super) fn of_ascii(text: &str, runs: &mut Runs) -> Shape {
    let (head, tail) = text.as_bytes().split_at(text.len().min(RUN_CHARACTERS));
    runs.cut = !tail.is_empty();
    runs.small_words = small::words(text.as_bytes());
    if runs.small_words.is_some() {
        return Shape(Flag::LOWER | Flag::SPACE);
    }
    let mut flags = 0;
    runs.note(head.iter().map(|byte| {
        let entry = TABLE[usize::from(*byte)];
        flags |= entry;
        entry & KIND
    }));
    flags = tail.iter().fold(flags, |flags, byte| flags | TABLE[usize::from(*byte)]);
    Shape(flags)
}

/// Of any text.
pub(super) fn of_any(text: &str, runs: &mut Runs) -> Shape {
    let mut flags = Flag::NON_ASCII;
    let mut kinds = text.chars().filter(|c| !is_mark(*c)).map(|c| {
        let (flag, kind) = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => {
                let entry = TABLE[usize::from(byte)];
                (entry, entry & KIND)
            }
            _ => beyond(c),
        };
        flags |= flag;
        kind
    });
    runs.note(kinds.by_ref().take(RUN_CHARACTERS));
    runs.cut = kinds.count() > 0;
    Shape(flags)
}

/// Combining marks (Unicode block 0300) belong to the letter before them.
pub(super) fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Letters without case, as in Japanese, are written `a` and are in no class but this one.
fn beyond(c: char) -> (u32, u32) {
    let (flag, kind) = if c.is_uppercase() {
        (Flag::UPPER, 'A')
    } else if c.is_lowercase() {
        (Flag::LOWER, 'a')
    } else if c.is_alphabetic() {
        (0, 'a')
    } else if c.is_numeric() {
        (Flag::DIGIT, '9')
    } else if c.is_whitespace() {
        (0, ' ')
    } else if c.is_control() {
        (Flag::CONTROL, c)
    } else {
        (0, c)
    };
    (flag | Flag::NON_ASCII, u32::from(kind) << KIND_SHIFT)
}

#[cfg(test)]
mod tests {
    use super::super::generalise::{LEAST_WORD, LEAST_WORDS};
    use super::*;

    proptest::proptest! {
        #[test]
        fn blocks_say_of_small_words_what_single_characters_say(
            text in "[a-z \t\n\x0b]{0,300}|[a-c ]{14,34}|[a-z]{120,130} [a-z ]{0,9}|[a-z ]{10,40}[\\x00-\\x7f][a-z ]{0,20}",
        ) {
            let mut runs = Runs::default();
            let shape = of_ascii(&text, &mut runs);
            let mut noted = Runs::default();
            let expected = of_any(&text, &mut noted);
            proptest::prop_assert_eq!(runs.cut, noted.cut);
            let classes = |shape: Shape| shape.0 >> 16 << 16 & !Flag::NON_ASCII;
            let Some(found) = runs.small_words else {
                proptest::prop_assert!(runs.iter().eq(noted.iter()));
                return Ok(());
            };
            proptest::prop_assert_eq!(classes(shape), classes(expected));
            let is_word = |run: &(u32, usize)| run.0 == u32::from(b'a') && run.1 >= LEAST_WORD;
            proptest::prop_assert!(noted.iter().filter(is_word).count() >= LEAST_WORDS as usize);
            proptest::prop_assert_eq!(found, noted.ends());
        }
    }
}
