//! Bytes as a sequence of values.

use forebay_model::{Instant, Value};
use rust_decimal::Decimal;
use time::Date;

const LEAST_JULIAN_DAY: i32 = -1_930_999;
const MOST_JULIAN_DAY: i32 = 5_373_484;

/// Reads values from the front of some bytes; what is missing at the end reads as zero.
pub(crate) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    pub fn word(&mut self) -> u64 {
        let mut word = [0; 8];
        let taken = self.bytes(8);
        word[..taken.len()].copy_from_slice(taken);
        u64::from_le_bytes(word)
    }

    pub fn value(&mut self) -> Value {
        match self.byte() % 12 {
            0 => Value::Null,
            1 => Value::Boolean(self.byte() % 2 == 1),
            2 => Value::Integer(self.word() as i64),
            3 => Value::Integer(i64::from(self.byte() as i8)),
            4 => self.decimal(),
            // Every bit pattern: NaN of any payload, infinities, subnormals, both zeros.
            5 => Value::Float(f64::from_bits(self.word())),
            6 => self.date(),
            7 => Value::Timestamp(Instant::from_micros(self.word() as i64)),
            8 => Value::Json(self.text()),
            // A text that an earlier one may repeat.
            9 => Value::Text(
                ["T", "F", "", " ", "0", "2026-03-01", "03/04/2026"][usize::from(self.byte() % 7)].into(),
            ),
            _ => Value::Text(self.text()),
        }
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte());
        let repeated = if length == 255 { 300 } else { 1 };
        String::from_utf8_lossy(self.bytes(length)).repeat(repeated)
    }

    fn decimal(&mut self) -> Value {
        let mantissa = (i128::from(self.word() as i64) << 32) | i128::from(self.word() as u32);
        let scale = u32::from(self.byte() % 29);
        Decimal::try_from_i128_with_scale(mantissa, scale).map_or(Value::Null, Value::Decimal)
    }

    fn date(&mut self) -> Value {
        let span = (MOST_JULIAN_DAY - LEAST_JULIAN_DAY) as u64;
        let day = LEAST_JULIAN_DAY + (self.word() % span) as i32;
        Date::from_julian_day(day).map_or(Value::Null, Value::Date)
    }
}
