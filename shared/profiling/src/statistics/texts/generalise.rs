//! From a text's runs to its pattern: `A`, `a`, `9` for letters and digits, everything else as it is.
//!
//! A *code* is written out, so that ABC-1234 becomes `AAA-9999`; only a run of more than eight is written
//! once with `+`. A text with two words or more is *prose*: every run is written once (`Aa+ a+, 9+`), and of
//! equal words in a row two are written, so that texts of any number of words are `a+ a+`. A word is three
//! letters or more without a digit beside them, so that SW1A 2AA and AB 123 CD are codes.

use super::shape::Runs;

/// Characters of a pattern at most; `…` marks where it goes on.
const MOST_CHARACTERS: usize = 40;
/// Runs of a code that are longer are written once with `+`.
const LONGEST_RUN: usize = 8;
const LEAST_WORD: usize = 3;
const LEAST_WORDS: u32 = 2;

const LOWER: u32 = b'a' as u32;
const UPPER: u32 = b'A' as u32;
const DIGIT: u32 = b'9' as u32;
const SPACE: u32 = b' ' as u32;

/// Bytes of a pattern at most: the characters, one beyond them, each of four bytes.
pub(super) const MOST_BYTES: usize = (MOST_CHARACTERS + 1) * 4;
/// A run is written with one or two characters, or with eight, before the length is looked at.
const BUFFER: usize = MOST_BYTES + LONGEST_RUN * 4;

/// A pattern, in a buffer that the next one uses again.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    bytes: [u8; BUFFER],
    length: usize,
    characters: usize,
}

impl Default for Pattern {
    fn default() -> Self {
        Self { bytes: [0; BUFFER], length: 0, characters: 0 }
    }
}

impl Pattern {
    /// Becomes the pattern of a text's runs.
    pub fn generalise(&mut self, runs: &Runs) {
        let mut whole = self.write_prose(runs);
        if whole.words < LEAST_WORDS {
            whole.fits = self.write_code(runs);
        }
        if !whole.fits || runs.cut {
            self.cut();
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn push(&mut self, kind: u32) {
        if is_plain(kind) {
            self.bytes[self.length] = kind as u8;
            self.length += 1;
            self.characters += 1;
        } else {
            self.push_rare(kind);
        }
    }

    /// Control characters are shown by their pictures (Unicode block 2400).
    #[cold]
    fn push_rare(&mut self, kind: u32) {
        let picture = match kind {
            0..=0x1f => 0x2400 + kind,
            0x7f => 0x2421,
            other => other,
        };
        let c = char::from_u32(picture).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.length += c.encode_utf8(&mut self.bytes[self.length..]).len();
        self.characters += 1;
    }

    fn is_full(&self) -> bool {
        self.characters > MOST_CHARACTERS
    }

    /// Keeps what fits and marks that there is more.
    fn cut(&mut self) {
        while self.characters > MOST_CHARACTERS - 1 {
            while self.bytes[self.length - 1] & 0xc0 == 0x80 {
                self.length -= 1;
            }
            self.length -= 1;
            self.characters -= 1;
        }
        self.push_rare(u32::from('…'));
    }

    /// False where it does not fit.
    fn write_code(&mut self, runs: &Runs) -> bool {
        (self.length, self.characters) = (0, 0);
        for (kind, length) in runs.iter() {
            if length > LONGEST_RUN {
                self.push(kind);
                self.push(b'+'.into());
            } else if is_plain(kind) {
                self.bytes[self.length..self.length + LONGEST_RUN].fill(kind as u8);
                self.length += length;
                self.characters += length;
            } else {
                (0..length).for_each(|_| self.push_rare(kind));
            }
            if self.is_full() {
                return false;
            }
        }
        true
    }

    /// Counts words until the pattern is full.
    fn write_prose(&mut self, runs: &Runs) -> Written {
        (self.length, self.characters) = (0, 0);
        let mut words = Words::default();
        let mut written = Written { words: 0, fits: true };
        // Of the run before: its kind, and whether it is a word if no digit follows.
        let (mut before, mut word) = (0, false);
        for (kind, length) in runs.iter() {
            let letters = (kind | 0x20) == LOWER;
            written.words += u32::from(word & (kind != DIGIT));
            let capital = usize::from((kind == LOWER) & (before == UPPER));
            word = letters & (before != DIGIT) & (length + capital >= LEAST_WORD);
            before = kind;
            if kind == SPACE {
                self.end_word(&mut words);
                words.start = (self.length, self.characters);
                self.push(SPACE);
            } else {
                let plus = (kind == LOWER) | (kind == DIGIT) | (length > 1);
                words.add(kind, plus);
                self.push(kind);
                self.bytes[self.length] = b'+';
                self.length += usize::from(plus);
                self.characters += usize::from(plus);
            }
            if self.is_full() {
                written.fits = false;
                break;
            }
        }
        written.words += u32::from(word);
        if written.fits {
            self.end_word(&mut words);
        }
        written
    }

    /// Takes back a word that is like the two before it, and the space before it.
    #[inline]
    fn end_word(&mut self, words: &mut Words) {
        if words.end() {
            (self.length, self.characters) = words.start;
        }
    }
}

/// What a text is as prose.
struct Written {
    words: u32,
    fits: bool,
}

fn is_plain(kind: u32) -> bool {
    (0x20..0x7f).contains(&kind)
}

/// The last words of prose, each packed into a number; 0 is none, and stands for those too long to pack.
#[derive(Default)]
struct Words {
    /// Where the space before the current word begins: bytes and characters.
    start: (usize, usize),
    current: u64,
    last: u64,
    before: u64,
    length: u32,
}

impl Words {
    #[inline]
    fn add(&mut self, kind: u32, plus: bool) {
        let plus = u32::from(plus);
        self.current = (self.current << 8) | u64::from(kind & 0xff);
        self.current = (self.current << (8 * plus)) | u64::from(plus * u32::from(b'+'));
        // What does not fit one byte each is like no other word.
        self.length += plus + if kind < 0x80 { 1 } else { 9 };
    }

    /// Ends a word; whether the two before are like it.
    #[inline]
    fn end(&mut self) -> bool {
        // Spaces at the start end no word.
        if self.length == 0 {
            return false;
        }
        let word = if self.length > 8 { 0 } else { self.current };
        let like = word != 0 && word == self.last && word == self.before;
        (self.before, self.last) = (self.last, word);
        (self.current, self.length) = (0, 0);
        like
    }
}

#[cfg(test)]
mod tests {
    use super::super::{foreign, shape};
    use super::*;

    fn pattern(text: &str) -> String {
        let mut runs = Runs::default();
        if text.is_ascii() {
            shape::of_ascii(text, &mut runs)
        } else {
            foreign::shape(text, &mut runs)
        };
        let mut pattern = Pattern::default();
        pattern.generalise(&runs);
        String::from_utf8(pattern.bytes().to_vec()).unwrap()
    }

    fn all(expected: &str, texts: &[&str]) {
        for text in texts {
            assert_eq!(pattern(text), expected, "{text:?}");
        }
    }

    #[test]
    fn codes_are_written_out() {
        all("AAA-9999", &["ABC-1234", "ÖÄÜ-0000"]);
        all("AA9A 9AA", &["SW1A 2AA"]);
        all("AA 999 AA", &["AB 123 CD"]);
        all("9999-99-99", &["2026-03-01"]);
        all("AAA 99.99", &["EUR 12.50"]);
        all("+99 999 9999999", &["+49 201 5550123"]);
        all("9+", &["123456789", "1234567890123"]);
        all("99999999", &["12345678"]);
        all("99.99 €", &["12.50 €"]);
        all("A", &["N", "R"]);
        all("Aaaaa", &["Maria"]);
        all("a+", &["constantinople"]);
    }

    #[test]
    fn prose_collapses_whatever_its_length() {
        all("a+ a+", &["regular deposits", "furiously ironic accounts sleep quickly about the even"]);
        all("Aa+ Aa+", &["Maria Lopez", "Élodie Müller", "Anna Maria Lopez"]);
        all("Aa+ a+ a+ a+.", &["The quick brown fox.", "The quick brown very old fox."]);
        all("A+ A+", &["DELIVER IN PERSON", "TAKE BACK RETURN"]);
        all("a+.a+@a+.a+", &["first.last@example.com"]);
        all("Aa+, 9+ Aa+ 9+", &["Tue, 12 March 2026"]);
        all(" a+ a+ ", &["  the end  ", " the very end "]);
    }

    #[test]
    fn what_is_beyond_forty_characters_is_marked() {
        let long = "ab-".repeat(30);
        assert_eq!(pattern(&long), format!("{}…", "aa-".repeat(13)));
        assert_eq!(pattern(&"ab-".repeat(60)).chars().count(), 40);
        assert_eq!(pattern(&"€1".repeat(60)), format!("{}€…", "€9".repeat(19)));
        assert_eq!(pattern(&"word ".repeat(40)), "a+ a+…");
        assert_eq!(pattern(&"x".repeat(200)), "a+…");
        let exactly = "ab-".repeat(13) + "1";
        assert_eq!(pattern(&exactly), "aa-".repeat(13) + "9");
    }

    #[test]
    fn control_characters_are_shown() {
        all("aa␀aa␡", &["ab\0cd\u{7f}"]);
        all("a a", &["a\tb"]);
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_is_short_and_utf_8_whatever_the_text(text in "\\PC{0,200}|[a-zA-Z0-9 ,.\u{0}-\u{1f}é€\u{301}-]{0,300}") {
            let pattern = pattern(&text);
            proptest::prop_assert!(pattern.chars().count() <= 40 && pattern.len() <= MOST_BYTES);
            proptest::prop_assert!(!pattern.bytes().any(|b| b < b' '));
        }
    }
}
