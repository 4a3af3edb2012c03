//! Sets of short codes of capital letters, as bits that a look-up finds at once.

/// Codes of two letters.
pub(super) struct Twos([u32; 26]);

/// Codes of three letters.
pub(super) struct Threes([[u32; 26]; 26]);

impl Twos {
    /// Of codes with a space between them.
    pub const fn new(codes: &[u8]) -> Self {
        let mut bits = [0; 26];
        let mut at = 0;
        while at + 1 < codes.len() {
            bits[(codes[at] - b'A') as usize] |= 1 << (codes[at + 1] - b'A');
            at += 3;
        }
        Self(bits)
    }

    #[inline]
    pub fn has(&self, code: [u8; 2]) -> bool {
        let [a, b] = code.map(|letter| letter.wrapping_sub(b'A'));
        a < 26 && b < 26 && self.0[usize::from(a)] >> b & 1 == 1
    }
}

impl Threes {
    /// Of codes with a space between them.
    pub const fn new(codes: &[u8]) -> Self {
        let mut bits = [[0; 26]; 26];
        let mut at = 0;
        while at + 2 < codes.len() {
            bits[(codes[at] - b'A') as usize][(codes[at + 1] - b'A') as usize] |= 1 << (codes[at + 2] - b'A');
            at += 4;
        }
        Self(bits)
    }

    #[inline]
    pub fn has(&self, code: [u8; 3]) -> bool {
        let [a, b, c] = code.map(|letter| letter.wrapping_sub(b'A'));
        a < 26 && b < 26 && c < 26 && self.0[usize::from(a)][usize::from(b)] >> c & 1 == 1
    }
}
