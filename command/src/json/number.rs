//! Numbers, exactly.

use forebay_model::Value;
use rust_decimal::Decimal;

use super::{Fault, Scanned, Scanner};

/// Digits that surely fit 64 bits.
const QUICK_DIGITS: usize = 18;

impl Scanner<'_> {
    /// An integer where it is written without fraction and exponent and fits 64 bits, else a decimal, exact to
    /// the last digit, where 28 digits do, else the nearest float, else (beyond 1.8e308) the text.
    pub(super) fn number(&mut self) -> Scanned<Value> {
        let start = self.at;
        let negative = self.bytes[start] == b'-';
        if negative {
            self.at += 1;
        }
        let whole = self.at;
        let mut mantissa = self.digits(0);
        let mut count = self.at - whole;
        if count == 0 {
            return self.infinity(negative);
        }
        if count > 1 && self.bytes[whole] == b'0' {
            return Err(self.fault_at(whole + 1, "no digit behind a leading zero"));
        }
        let mut scale = 0;
        if self.peek() == Some(b'.') {
            self.at += 1;
            let fraction = self.at;
            mantissa = self.digits(mantissa);
            scale = self.at - fraction;
            if scale == 0 {
                return Err(self.fault("a digit"));
            }
            count += scale;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.exponent()?;
            return Ok(unusual(&self.text[start..self.at]));
        }
        if count > QUICK_DIGITS {
            return Ok(unusual(&self.text[start..self.at]));
        }
        let mantissa = if negative { -(mantissa as i64) } else { mantissa as i64 };
        Ok(if scale == 0 {
            Value::Integer(mantissa)
        } else {
            Value::Decimal(Decimal::new(mantissa, scale as u32))
        })
    }

    /// Wraps around beyond 64 bits, where nobody looks at the result.
    #[inline]
    fn digits(&mut self, mut mantissa: u64) -> u64 {
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        mantissa
    }

    fn exponent(&mut self) -> Scanned<()> {
        self.at += 1;
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        let digits = self.at;
        self.digits(0);
        if self.at == digits { Err(self.fault("a digit of the exponent")) } else { Ok(()) }
    }

    /// What stands where a minus sign had no digit behind it.
    fn infinity(&mut self, negative: bool) -> Scanned<Value> {
        const WORD: &[u8] = b"Infinity";
        let rest = &self.bytes[self.at..];
        if negative && rest.starts_with(WORD) {
            self.at += WORD.len();
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        Err(Fault { cut: WORD.starts_with(rest), ..self.fault("a digit") })
    }
}

/// Numbers that are long or have an exponent.
#[cold]
fn unusual(text: &str) -> Value {
    if let Ok(integer) = text.parse::<i64>() {
        return Value::Integer(integer);
    }
    let has_exponent = text.contains(['e', 'E']);
    let decimal = if has_exponent { scientific(text) } else { Decimal::from_str_exact(text).ok() };
    if let Some(decimal) = decimal {
        return Value::Decimal(decimal);
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => Value::Float(float),
        _ => Value::Text(text.to_owned()),
    }
}

/// Exact, or nothing.
fn scientific(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let mantissa = Decimal::from_str_exact(mantissa).ok()?.normalize();
    let scale = i32::try_from(mantissa.scale()).ok()?.checked_sub(exponent)?;
    if scale >= 0 {
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= Decimal::MAX_SCALE)?;
        return Decimal::try_from_i128_with_scale(mantissa.mantissa(), scale).ok();
    }
    let power = 10_i128.checked_pow(scale.unsigned_abs())?;
    Decimal::try_from_i128_with_scale(mantissa.mantissa().checked_mul(power)?, 0).ok()
}
