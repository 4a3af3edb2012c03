//! From a text's runs to its pattern: `A`, `a`, `9` for letters and digits, everything else as it is.
//!
//! A *code* is written out, so that ABC-1234 becomes `AAA-9999`; only a run of more than eight is written
//! once with `+`. A text with two words or more is *prose*: every run of letters or digits is written once (`Aa+ a+, 9+`), and of
//! equal words in a row two are written, so that texts of any number of words are `a+ a+`. A word is three
//! letters or more without a digit beside them or the letters that they are part of, so that SW1A 2AA, AB 123 CD and
//! 00XyZabAAB are codes.

use super::shape::{Runs, SmallWords};

/// Characters of a pattern at most; `…` marks where it goes on.
const MOST_CHARACTERS: usize = 40;
/// Runs of a code that are longer are written once with `+`.
const LONGEST_RUN: usize = 8;
/// Other signs than letters and digits that prose writes out, as in `https://`.
const MOST_SIGNS: usize = 3;
pub(super) const LEAST_WORD: usize = 3;
pub(super) const LEAST_WORDS: u32 = 2;

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
    end: End,
}

/// Where a pattern ends.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    bytes: usize,
    /// Bytes that continue a character.
    continuing: usize,
}

impl End {
    fn characters(self) -> usize {
        self.bytes - self.continuing
    }
}

impl Default for Pattern {
    fn default() -> Self {
        Self { bytes: [0; BUFFER], end: End::default() }
    }
}

impl Pattern {
    /// Becomes the pattern of a text's runs.
    pub fn generalise(&mut self, runs: &Runs) {
        if let Some(words) = runs.small_words {
            self.write_small_words(words);
            if runs.cut {
                self.cut();
            }
            return;
        }
        let fits = match Style::of(runs.iter()) {
            Style::SmallWords => {
                self.write_small_words(runs.ends());
                true
            }
            Style::Prose => match self.write_prose(runs) {
                None => true,
                // Words count up to where the pattern is full.
                Some(written) => Style::of(runs.iter().take(written)) == Style::Code && self.write_code(runs),
            },
            Style::Code => self.write_code(runs),
        };
        if !fits || runs.cut {
            self.cut();
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.end.bytes]
    }

    #[inline]
    fn push(&mut self, kind: u32) {
        if is_plain(kind) {
            self.bytes[self.end.bytes] = kind as u8;
            self.end.bytes += 1;
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
        let length = c.encode_utf8(&mut self.bytes[self.end.bytes..]).len();
        self.end.bytes += length;
        self.end.continuing += length - 1;
    }

    fn is_full(&self) -> bool {
        self.end.characters() > MOST_CHARACTERS
    }

    /// Keeps what fits and marks that there is more.
    fn cut(&mut self) {
        while self.end.characters() > MOST_CHARACTERS - 1 {
            while self.bytes[self.end.bytes - 1] & 0xc0 == 0x80 {
                self.end.bytes -= 1;
                self.end.continuing -= 1;
            }
            self.end.bytes -= 1;
        }
        self.push_rare(u32::from('…'));
    }

    /// False where it does not fit.
    fn write_code(&mut self, runs: &Runs) -> bool {
        self.end = End::default();
        for (kind, length) in runs.iter() {
            if length > LONGEST_RUN {
                self.push(kind);
                self.push(b'+'.into());
            } else if is_plain(kind) {
                self.bytes[self.end.bytes..self.end.bytes + LONGEST_RUN].fill(kind as u8);
                self.end.bytes += length;
            } else {
                (0..length).for_each(|_| self.push_rare(kind));
            }
            if self.is_full() {
                return false;
            }
        }
        true
    }

    /// What [`Pattern::write_prose`] writes for words that are all alike.
    #[inline]
    fn write_small_words(&mut self, words: SmallWords) {
        const PATTERN: &[u8] = b" a+ a+ ";
        let start = usize::from(!words.space_first);
        let end = PATTERN.len() - usize::from(!words.space_last);
        let pattern = &PATTERN[start..end];
        self.bytes[..pattern.len()].copy_from_slice(pattern);
        self.end = End { bytes: pattern.len(), continuing: 0 };
    }

    /// How many runs fill the pattern, where they do.
    fn write_prose(&mut self, runs: &Runs) -> Option<usize> {
        self.end = End::default();
        let mut words = Words::default();
        for (at, (kind, length)) in runs.iter().enumerate() {
            if kind == SPACE {
                self.end_word(&mut words);
                words.space = self.end;
                self.push(SPACE);
            } else {
                self.write_run(kind, length, &mut words);
            }
            if self.is_full() {
                return Some(at + 1);
            }
        }
        self.end_word(&mut words);
        None
    }

    #[inline]
    fn write_run(&mut self, kind: u32, length: usize, words: &mut Words) {
        let letters_or_digits = (kind | 0x20) == LOWER || kind == DIGIT;
        if length > 1 && length <= MOST_SIGNS && !letters_or_digits {
            (0..length).for_each(|_| self.push(kind));
            (0..length).for_each(|_| words.add(kind, false));
            return;
        }
        let plus = (kind == LOWER) | (kind == DIGIT) | (length > 1);
        self.push(kind);
        words.add(kind, plus);
        self.bytes[self.end.bytes] = b'+';
        self.end.bytes += usize::from(plus);
    }

    /// Takes back a word that is like the two before it, and the space before it.
    #[inline]
    fn end_word(&mut self, words: &mut Words) {
        // Spaces at the start end no word.
        if words.current == 0 {
            return;
        }
        if words.current == words.last && words.current == words.before {
            self.end = words.space;
        }
        (words.before, words.last, words.current) = (words.last, words.current, 0);
    }
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Code,
    Prose,
    /// Prose of small letters and spaces alone.
    SmallWords,
}

impl Style {
    /// Prose has two words or more. No branch depends on the text.
    #[inline]
    fn of(runs: impl Iterator<Item = (u32, usize)>) -> Self {
        let (mut words, mut small) = (0, true);
        // Of the run before: its kind, and the words of the letters that it ends, if no digit follows them. Letters
        // that follow a digit have none.
        let (mut before, mut parts, mut apart) = (0, 0, true);
        for (kind, length) in runs {
            let letters = (kind | 0x20) == LOWER;
            let goes_on = (before | 0x20) == LOWER;
            words += parts * u32::from(!letters & (kind != DIGIT));
            apart = if goes_on { apart } else { before != DIGIT };
            let capital = usize::from((kind == LOWER) & (before == UPPER));
            let part = u32::from(letters & apart & (length + capital >= LEAST_WORD));
            parts = parts * u32::from(letters) + part;
            small &= (kind == LOWER) | (kind == SPACE);
            before = kind;
        }
        match words + parts >= LEAST_WORDS {
            false => Style::Code,
            true if small => Style::SmallWords,
            true => Style::Prose,
        }
    }
}

fn is_plain(kind: u32) -> bool {
    (0x20..0x7f).contains(&kind)
}

/// The last words of prose, each as a hash of what is written for it; 0 is none.
#[derive(Default)]
struct Words {
    /// Where the space before the current word begins.
    space: End,
    current: u64,
    last: u64,
    before: u64,
}

impl Words {
    #[inline]
    fn add(&mut self, kind: u32, plus: bool) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let piece = u64::from(kind) << 1 | u64::from(plus);
        self.current = (self.current ^ (piece + 1)).wrapping_mul(ODD);
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape;
    use super::*;

    fn pattern(text: &str) -> String {
        let mut runs = Runs::default();
        if text.is_ascii() {
            shape::of_ascii(text, &mut runs)
        } else {
            shape::of_any(text, &mut runs)
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
        all("9999a99999AaAaaAAA", &["0015g00000XyZabAAB"]);
        all("AaaaAAA9", &["XyzaABC7"]);
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
        all("a+ a+ ", &["the end ", "it is the very end\t"]);
        all(" a+ a+", &[" the end", " so the end of it"]);
        all("aaa a", &["the a"]);
        all("a+://a+.a+/", &["https://example.com/"]);
        all("a+ a+ a+... -+", &["wait for it... -----"]);
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
