//! UTF-16 with a byte order mark, as spreadsheets export "Unicode text", read as UTF-8.

use std::io::{self, Read};

const UNITS: usize = 4 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xfe, ..] => Some(Order::Little),
            [0xfe, 0xff, ..] => Some(Order::Big),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Order::Little => "utf-16le",
            Order::Big => "utf-16be",
        }
    }
}

/// Turns UTF-16 into UTF-8. A lone surrogate becomes U+FFFD, which profiles count as an encoding fault.
pub struct Utf16<R> {
    input: R,
    order: Order,
    /// A high surrogate whose other half is not read yet.
    high: Option<u16>,
    decoded: Vec<u8>,
    taken: usize,
}

impl<R: Read> Utf16<R> {
    pub fn new(input: R, order: Order) -> Self {
        Self { input, order, high: None, decoded: Vec::new(), taken: 0 }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(UNITS * 2);
        self.input.by_ref().take(UNITS as u64 * 2).read_to_end(&mut bytes)?;
        let at_end = bytes.len() < UNITS * 2;
        let (pairs, odd) = bytes.as_chunks::<2>();
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        units.extend(pairs.iter().map(|pair| match self.order {
            Order::Little => u16::from_le_bytes(*pair),
            Order::Big => u16::from_be_bytes(*pair),
        }));
        if !at_end && matches!(units.last(), Some(0xd800..=0xdbff)) {
            self.high = units.pop();
        }
        let mut text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        if !odd.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        self.decoded = text.into_bytes();
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.decoded.len() {
            self.refill()?;
        }
        let ready = &self.decoded[self.taken..];
        let length = ready.len().min(to.len());
        to[..length].copy_from_slice(&ready[..length]);
        self.taken += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: Order) -> String {
        let bytes: Vec<u8> = text
            .encode_utf16()
            .flat_map(|unit| if order == Order::Little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect();
        let mut decoded = String::new();
        Utf16::new(&bytes[..], order).read_to_string(&mut decoded).unwrap();
        decoded
    }

    #[test]
    fn both_orders_decode_across_the_edges_of_pieces() {
        let text = format!("\u{feff}{}😀\tzoë\n", "x".repeat(UNITS - 2)).repeat(3);
        assert_eq!(read(&text, Order::Little), text);
        assert_eq!(read(&text, Order::Big), text);
    }
}
