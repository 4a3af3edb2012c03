//! The smallest and largest of the texts that read as a number or a time, by what they read as. Equal ones
//! that are written differently are taken in the order of their texts.

use forebay_stored::{Reader, StateError, Writer};
use std::cmp::Ordering;

use super::super::families::Family;
use crate::seen::{Exact, Number, Seen};

/// The longest text that is kept; what reads as a number or a time is shorter but for the space around it.
const MOST_BYTES: usize = 64;

#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    amounts: Option<Range>,
    times: Option<Range>,
}

#[derive(Debug, Clone)]
struct Range {
    low: Reading,
    high: Reading,
}

#[derive(Debug, Clone)]
struct Reading {
    number: Number,
    text: String,
}

impl Readings {
    #[inline]
    pub fn observe(&mut self, seen: &Seen<'_>) {
        let (Some(number), Some(text)) = (seen.number, seen.text) else { return };
        let range = if seen.moment.is_some() { &mut self.times } else { &mut self.amounts };
        match range {
            Some(range)
                if range.low.number.value < number.value && number.value < range.high.number.value => {}
            _ => Range::widen(range, number, text.full.trim()),
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (ours, theirs) in [(&mut self.amounts, &other.amounts), (&mut self.times, &other.times)] {
            let Some(theirs) = theirs else { continue };
            for reading in [&theirs.low, &theirs.high] {
                Range::widen(ours, reading.number, &reading.text);
            }
        }
    }

    /// As they were written.
    pub fn shown(&self, family: Family) -> Option<(String, String)> {
        let range = match family {
            Family::Amounts => &self.amounts,
            Family::Times => &self.times,
        };
        range.as_ref().map(|range| (range.low.text.clone(), range.high.text.clone()))
    }

    pub fn write(&self, to: &mut Writer) {
        for range in [&self.amounts, &self.times] {
            to.u8(range.is_some().into());
            for reading in range.iter().flat_map(|range| [&range.low, &range.high]) {
                reading.write(to);
            }
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut range = || {
            if from.u8()? == 0 {
                return Ok(None);
            }
            let (low, high) = (Reading::read(from)?, Reading::read(from)?);
            let ordered = compare(low.number, &low.text, &high) != Ordering::Greater;
            if ordered { Ok(Some(Range { low, high })) } else { Err(from.damaged()) }
        };
        Ok(Self { amounts: range()?, times: range()? })
    }
}

impl Range {
    fn widen(range: &mut Option<Range>, number: Number, text: &str) {
        if text.len() > MOST_BYTES {
            return;
        }
        let reading = || Reading { number, text: text.to_owned() };
        let Some(range) = range else {
            *range = Some(Range { low: reading(), high: reading() });
            return;
        };
        if compare(number, text, &range.low) == Ordering::Less {
            range.low = reading();
        }
        if compare(number, text, &range.high) == Ordering::Greater {
            range.high = reading();
        }
    }
}

impl Reading {
    fn write(&self, to: &mut Writer) {
        to.text(&self.text);
        match self.number.exact {
            Some(exact) => {
                to.u8(exact.scale);
                to.i128(exact.mantissa);
            }
            None => {
                to.u8(FLOAT);
                to.f64(self.number.value);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let text = from.text(MOST_BYTES)?.to_owned();
        let number = match from.u8()? {
            FLOAT => Number { value: from.f64()?, exact: None },
            scale if scale <= MOST_SCALE => {
                let mantissa = from.i128()?;
                if mantissa.unsigned_abs() >> MANTISSA_BITS != 0 {
                    return Err(from.damaged());
                }
                Number::from(Exact { mantissa, scale })
            }
            _ => return Err(from.damaged()),
        };
        if number.value.is_finite() { Ok(Self { number, text }) } else { Err(from.damaged()) }
    }
}

/// In place of a scale.
const FLOAT: u8 = u8::MAX;
const MOST_SCALE: u8 = 28;
const MANTISSA_BITS: u32 = 96;

/// Exactly where both are exact; then by text.
fn compare(number: Number, text: &str, other: &Reading) -> Ordering {
    let by_value = number.value.total_cmp(&other.number.value);
    let close = (number.value - other.number.value).abs() <= number.value.abs() * 1e-14;
    let by_number = match (number.exact, other.number.exact) {
        (Some(a), Some(b)) if close => digits(a, b).unwrap_or(by_value),
        _ => by_value,
    };
    by_number.then_with(|| text.cmp(&other.text))
}

fn digits(a: Exact, b: Exact) -> Option<Ordering> {
    let decimal = |exact: Exact| {
        rust_decimal::Decimal::try_from_i128_with_scale(exact.mantissa, exact.scale.into()).ok()
    };
    Some(decimal(a)?.cmp(&decimal(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Value;

    fn shown(texts: &[&str]) -> Option<(String, String)> {
        let mut readings = Readings::default();
        for text in texts {
            let exact = text.trim().parse::<rust_decimal::Decimal>().unwrap();
            let value = Value::Text((*text).to_owned());
            let mut seen = Seen::new(&value, 1, None);
            let exact = Exact { mantissa: exact.mantissa(), scale: exact.scale() as u8 };
            (seen.number, seen.moment) = (Some(Number::from(exact)), None);
            readings.observe(&seen);
        }
        readings.shown(Family::Amounts)
    }

    #[test]
    fn texts_compare_by_what_they_read_as() {
        let pair = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
        assert_eq!(shown(&["9", "10", " -2.5", "100"]), pair("-2.5", "100"));
        assert_eq!(shown(&["1.00", "1.0", "1"]), pair("1", "1.00"));
        assert_eq!(
            shown(&["9007199254740993", "9007199254740992", "9007199254740994"]),
            pair("9007199254740992", "9007199254740994")
        );
        assert_eq!(shown(&[]), None);
    }
}
