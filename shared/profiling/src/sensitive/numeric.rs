//! A text of digits and what stands between them, taken apart once for all detectors of numbers.

/// More digits than any phone, card or national id has.
pub(crate) const MOST_DIGITS: usize = 19;
const MOST_GROUPS: usize = 8;

/// Digits in groups. A number typed as such is one group.
#[derive(Debug, Clone)]
pub(crate) struct Numeric {
    digits: [u8; MOST_DIGITS],
    length: usize,
    groups: [u8; MOST_GROUPS],
    group_count: usize,
    /// What stands between or before the groups.
    pub plus: bool,
    pub parentheses: bool,
    pub dots: bool,
    pub dashes: bool,
    pub slashes: bool,
    pub spaces: bool,
    /// The value was a number: zeros in front of it may have been lost.
    pub typed: bool,
}

impl Numeric {
    const EMPTY: Self = Self {
        digits: [0; MOST_DIGITS],
        length: 0,
        groups: [0; MOST_GROUPS],
        group_count: 0,
        plus: false,
        parentheses: false,
        dots: false,
        dashes: false,
        slashes: false,
        spaces: false,
        typed: false,
    };

    /// `None` where there are too many digits or groups, or anything but digits and separators.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut all = Self::EMPTY;
        let mut in_group = false;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    *all.digits.get_mut(all.length)? = byte - b'0';
                    all.length += 1;
                    if !in_group {
                        all.group_count += 1;
                    }
                    *all.groups.get_mut(all.group_count - 1)? += 1;
                }
                b'+' if at == 0 => all.plus = true,
                b'(' | b')' => all.parentheses = true,
                b'.' => all.dots = true,
                b'-' => all.dashes = true,
                b'/' => all.slashes = true,
                b' ' => all.spaces = true,
                _ => return None,
            }
            in_group = byte.is_ascii_digit();
        }
        // A separator in front is a sign or a fraction, one behind is a slip: neither is an id.
        let starts = bytes.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'('));
        (starts && in_group).then_some(all)
    }

    /// Of a positive integer.
    pub fn of_integer(mut n: u64) -> Option<Self> {
        let mut all = Self { typed: true, group_count: 1, ..Self::EMPTY };
        let mut reversed = [0; 20];
        let mut length = 0;
        while n > 0 {
            reversed[length] = (n % 10) as u8;
            n /= 10;
            length += 1;
        }
        if length == 0 || length > MOST_DIGITS {
            return None;
        }
        for at in 0..length {
            all.digits[at] = reversed[length - 1 - at];
        }
        all.length = length;
        all.groups[0] = length as u8;
        Some(all)
    }

    pub fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    pub fn groups(&self) -> &[u8] {
        &self.groups[..self.group_count]
    }

    /// Digits alone.
    pub fn is_bare(&self) -> bool {
        self.group_count == 1 && !self.plus && !self.parentheses
    }

    /// With zeros in front up to a length, where at most two were lost.
    pub fn padded(&self, length: usize) -> Option<Self> {
        let lost = length.checked_sub(self.length).filter(|lost| (1..=2).contains(lost))?;
        let mut all = self.clone();
        all.digits[..length].fill(0);
        all.digits[lost..length].copy_from_slice(self.digits());
        all.length = length;
        all.groups[0] = length as u8;
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_separators_are_told() {
        let n = Numeric::parse(b"+49 (30) 123-45").unwrap();
        assert_eq!((n.digits(), n.groups()), (&[4, 9, 3, 0, 1, 2, 3, 4, 5][..], &[2, 2, 3, 2][..]));
        assert!(n.plus && n.parentheses && n.spaces && n.dashes && !n.dots && !n.is_bare());
        assert!(Numeric::parse(b"-12").is_none() && Numeric::parse(b"12345678901234567890").is_none());
    }

    #[test]
    fn integers_are_digits_that_may_have_lost_zeros() {
        let n = Numeric::of_integer(120).unwrap();
        assert_eq!((n.digits(), n.is_bare()), (&[1, 2, 0][..], true));
        assert_eq!(n.padded(5).unwrap().digits(), [0, 0, 1, 2, 0]);
        assert!(n.padded(3).is_none() && n.padded(6).is_none() && Numeric::of_integer(0).is_none());
    }
}
