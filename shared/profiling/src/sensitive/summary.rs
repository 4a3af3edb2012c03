//! What a text is made of, counted in one pass, so that each detector is asked only about texts that it
//! could accept.

/// Longer texts hold none of the kinds; data embedded in free text is not searched for.
pub(crate) const MOST_BYTES: usize = 128;

/// Eight counters of a byte each in one word: with [`MOST_BYTES`] of text none overflows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary(u64);

const DIGIT: u32 = 0;
const UPPER: u32 = 8;
const LOWER: u32 = 16;
const SPACE: u32 = 24;
const AT: u32 = 32;
/// What stands between groups of digits: `-./()+`.
const SEPARATOR: u32 = 40;
const OTHER: u32 = 48;
const NON_ASCII: u32 = 56;

static CLASSES: [u64; 256] = classes();

const fn classes() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        let class = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b' ' => SPACE,
            b'@' => AT,
            b'-' | b'.' | b'/' | b'(' | b')' | b'+' => SEPARATOR,
            0x80.. => NON_ASCII,
            _ => OTHER,
        };
        table[byte] = 1 << class;
        byte += 1;
    }
    table
}

impl Summary {
    /// Of a text of at most [`MOST_BYTES`].
    #[inline]
    pub fn of(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|byte| CLASSES[usize::from(*byte)]).sum())
    }

    fn count(self, class: u32) -> usize {
        usize::from((self.0 >> class) as u8)
    }

    pub fn digits(self) -> usize {
        self.count(DIGIT)
    }

    /// ASCII letters.
    pub fn letters(self) -> usize {
        self.count(UPPER) + self.count(LOWER)
    }

    pub fn capitals(self) -> usize {
        self.count(UPPER)
    }

    pub fn spaces(self) -> usize {
        self.count(SPACE)
    }

    pub fn ats(self) -> usize {
        self.count(AT)
    }

    pub fn separators(self) -> usize {
        self.count(SEPARATOR)
    }

    pub fn others(self) -> usize {
        self.count(OTHER)
    }

    /// Bytes, not characters.
    pub fn non_ascii(self) -> usize {
        self.count(NON_ASCII)
    }

    /// Digits with separators and spaces between them, nothing else.
    pub fn is_numeric(self) -> bool {
        self.digits() > 0 && self.letters() + self.ats() + self.others() + self.non_ascii() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_counted() {
        let s = Summary::of("Aé b@c: 12-3".as_bytes());
        assert_eq!((s.letters(), s.non_ascii(), s.spaces(), s.ats()), (3, 2, 2, 1));
        assert_eq!((s.digits(), s.separators(), s.others()), (3, 1, 1));
        assert!(Summary::of(b"+49 (30) 12").is_numeric() && !s.is_numeric());
    }
}
