//! One pass over a text's bytes: which classes it has, how its letters' cases follow each other, and the
//! runs of equal classes at its start. The loop has no branch that depends on the text.

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

/// How casing sees a character. An apostrophe is within a word: Men's, O'Neil.
pub(super) mod letter {
    pub const LOWER: u32 = 0;
    pub const UPPER: u32 = 1;
    pub const NONE: u32 = 2;
    pub const APOSTROPHE: u32 = 3;
}

/// Where the letter's number is in an entry.
const LETTER_SHIFT: u32 = 8;

/// Per byte: the character that stands for it in a pattern (bits 0 to 7), how casing sees it (bits 8 and
/// 9), its flags.
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
    let none = letter::NONE << LETTER_SHIFT;
    match byte {
        b'a'..=b'z' => b'a' as u32 | letter::LOWER << LETTER_SHIFT | Flag::LOWER,
        b'A'..=b'Z' => b'A' as u32 | letter::UPPER << LETTER_SHIFT | Flag::UPPER,
        b'0'..=b'9' => b'9' as u32 | none | Flag::DIGIT,
        b' ' | b'\t'..=b'\r' => b' ' as u32 | none | Flag::SPACE,
        b'\'' => byte as u32 | letter::APOSTROPHE << LETTER_SHIFT | Flag::PUNCTUATION,
        b'&' => byte as u32 | none | Flag::PUNCTUATION | Flag::AMPERSAND,
        b'!'..=b'~' => byte as u32 | none | Flag::PUNCTUATION,
        0..=31 | 127 => byte as u32 | none | Flag::CONTROL,
        128..=255 => none | Flag::NON_ASCII,
    }
}

/// Places for runs: more than there can be, so that a byte's number is always one.
const PLACES: usize = 256;

/// The runs of equal pattern characters at a text's start, from place 1 on; place 0 is a sentinel.
#[derive(Debug, Clone)]
pub(super) struct Runs {
    /// The character that stands for each: `a`, `A`, `9`, a space, or itself.
    pub kinds: [u32; PLACES],
    /// Characters up to the end of each.
    pub ends: [u8; PLACES],
    pub count: usize,
    /// Whether the text goes on.
    pub cut: bool,
}

impl Default for Runs {
    fn default() -> Self {
        Self { kinds: [NO_KIND; PLACES], ends: [0; PLACES], count: 0, cut: false }
    }
}

/// No character is this one.
const NO_KIND: u32 = u32::MAX;

impl Runs {
    /// Notes the characters that stand for a text's first ones.
    #[inline(always)]
    pub fn note(&mut self, kinds: impl Iterator<Item = u32>) {
        let (mut count, mut previous) = (0, NO_KIND);
        for (at, kind) in kinds.take(RUN_CHARACTERS).enumerate() {
            count += usize::from(kind != previous);
            self.kinds[count % PLACES] = kind;
            self.ends[count % PLACES] = (at + 1) as u8;
            previous = kind;
        }
        self.count = count;
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, usize)> {
        let lengths = self.ends.windows(2).map(|ends| usize::from(ends[1] - ends[0]));
        self.kinds[1..].iter().copied().zip(lengths).take(self.count)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
    Mixed,
}

/// What one pass finds out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    flags: u32,
    /// One bit per pair of neighbours, as casing sees them.
    neighbours: u32,
    previous: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Self { flags: 0, neighbours: 0, previous: letter::NONE }
    }
}

impl Shape {
    #[inline]
    pub fn add(&mut self, flags: u32, letter: u32) {
        self.flags |= flags;
        self.neighbours |= 1 << (self.previous * 4 + letter);
        self.previous = letter;
    }

    pub fn add_flags(&mut self, flags: u32) {
        self.flags |= flags;
    }

    #[inline]
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Whether the rarer checks are worth a look.
    #[inline]
    pub fn may_be_faulty(&self) -> bool {
        self.has(Flag::NON_ASCII | Flag::CONTROL | Flag::AMPERSAND)
    }

    pub fn case(&self) -> Option<Case> {
        const fn pair(first: u32, second: u32) -> u32 {
            1 << (first * 4 + second)
        }
        const UNTITLED: u32 = pair(letter::UPPER, letter::UPPER)
            | pair(letter::LOWER, letter::UPPER)
            | pair(letter::NONE, letter::LOWER);
        match (self.has(Flag::UPPER), self.has(Flag::LOWER)) {
            (false, false) => None,
            (true, false) => Some(Case::Upper),
            (false, true) => Some(Case::Lower),
            (true, true) if self.neighbours & UNTITLED == 0 => Some(Case::Title),
            (true, true) => Some(Case::Mixed),
        }
    }
}

/// Of a text that has only ASCII.
#[inline]
pub(super) fn of_ascii(text: &str, runs: &mut Runs) -> Shape {
    let mut shape = Shape::default();
    let (head, tail) = text.as_bytes().split_at(text.len().min(RUN_CHARACTERS));
    let mut add = |byte: &u8| {
        let entry = TABLE[usize::from(*byte)];
        shape.add(entry, (entry >> LETTER_SHIFT) & 3);
        entry & 0xff
    };
    runs.note(head.iter().map(&mut add));
    tail.iter().for_each(|byte| _ = add(byte));
    runs.cut = !tail.is_empty();
    shape
}

/// Of one ASCII character: flags, letter, and what stands for it.
pub(super) fn ascii(byte: u8) -> (u32, u32, u32) {
    let entry = TABLE[usize::from(byte)];
    (entry, (entry >> LETTER_SHIFT) & 3, entry & 0xff)
}
