//! Repeatable choices: a hash of the seed, what is chosen and for which row.

/// Choices of one seed.
#[derive(Debug, Clone, Copy)]
pub struct Mix {
    seed: u64,
}

impl Mix {
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number that looks random and depends on the three alone (SplitMix64's finaliser over an FNV-1a hash).
    pub fn number(&self, purpose: &str, key: i64) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.seed;
        for byte in purpose.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut z = hash.wrapping_add(key.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; 0 when the bound is not positive.
    pub fn below(&self, purpose: &str, key: i64, bound: i64) -> i64 {
        if bound <= 0 {
            return 0;
        }
        self.number(purpose, key).checked_rem(bound.cast_unsigned()).unwrap_or(0).cast_signed()
    }

    /// True for about `percent` of the keys.
    pub fn percent(&self, purpose: &str, key: i64, percent: i64) -> bool {
        self.below(purpose, key, 100) < percent
    }

    /// `T` for about `percent` of the keys, else `F`.
    pub fn flag(&self, purpose: &str, key: i64, percent: i64) -> &'static str {
        if self.percent(purpose, key, percent) { "T" } else { "F" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_repeat_by_seed_purpose_and_key_and_differ_otherwise() {
        let mix = Mix::new(1);
        assert_eq!(mix.number("a", 1), Mix::new(1).number("a", 1));
        for other in [Mix::new(2).number("a", 1), mix.number("b", 1), mix.number("a", 2)] {
            assert_ne!(mix.number("a", 1), other);
        }
        let hits = (0..10_000).filter(|key| mix.percent("p", *key, 30)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        assert_eq!(mix.below("x", 1, 0), 0);
    }
}
