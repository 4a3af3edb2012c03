//! Appends to a growing buffer.

/// Integers are LEB128, so that small ones take a byte.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn u8(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub fn u128(&mut self, mut n: u128) {
        while n >= 0x80 {
            self.bytes.push((n as u8 & 0x7f) | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    pub fn u64(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push((n as u8 & 0x7f) | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    /// Zigzag, so that small negative numbers are short too.
    pub fn i128(&mut self, n: i128) {
        self.u128(((n << 1) ^ (n >> 127)) as u128);
    }

    pub fn i64(&mut self, n: i64) {
        self.u64(((n << 1) ^ (n >> 63)) as u64);
    }

    pub fn f64(&mut self, x: f64) {
        self.hash(x.to_bits());
    }

    /// Eight bytes: hashes do not shrink.
    pub fn hash(&mut self, hash: u64) {
        self.raw(&hash.to_le_bytes());
    }

    pub fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.raw(text.as_bytes());
    }

    /// 0 for none, else its length and one.
    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            None => self.u64(0),
            Some(text) => {
                self.u64(text.len() as u64 + 1);
                self.raw(text.as_bytes());
            }
        }
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
