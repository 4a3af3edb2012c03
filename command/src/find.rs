//! Finding bytes eight at a time. Fields are short: most end within the first or second word, before a search
//! through vector registers has begun.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The high bit of the first byte that is zero (and perhaps of later ones): Mycroft 1987.
#[inline]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

#[inline]
const fn all(byte: u8) -> u64 {
    ONES * byte as u64
}

/// The place of the first byte from `from` on that is one of three, or the end.
#[inline]
pub fn first_of(bytes: &[u8], from: usize, a: u8, b: u8, c: u8) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let hits = zeros(word ^ all(a)) | zeros(word ^ all(b)) | zeros(word ^ all(c));
        if hits != 0 {
            return at + hits.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && ![a, b, c].contains(&bytes[at]) {
        at += 1;
    }
    at
}

/// The place of the first quotation mark, backslash or control character from `from` on, or the end.
#[inline]
pub fn string_special(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(all(0x20)) & !word & HIGHS;
        let hits = zeros(word ^ all(b'"')) | zeros(word ^ all(b'\\')) | control;
        if hits != 0 {
            return at + hits.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\\' && bytes[at] >= 0x20 {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_hit_is_found_wherever_it_is(bytes in prop::collection::vec(any::<u8>(), 0..40), from in 0usize..41) {
            let from = from.min(bytes.len());
            let expected = |is: &dyn Fn(u8) -> bool| {
                bytes[from..].iter().position(|b| is(*b)).map_or(bytes.len(), |at| from + at)
            };
            prop_assert_eq!(first_of(&bytes, from, b',', b'\n', 0xff), expected(&|b| [b',', b'\n', 0xff].contains(&b)));
            prop_assert_eq!(string_special(&bytes, from), expected(&|b| b == b'"' || b == b'\\' || b < 0x20));
        }
    }
}
