//! Counters as states of version 1 held them: a tag and a compact form per value.

use forebay_stored::{Reader, StateError};
use rust_decimal::Decimal;
use time::Date;

use super::key::{self, Key};
use super::table::Entry;
use super::{CAPACITY, Frequent};
use crate::seen::{SHOWN_BYTES, read_places};

pub(super) fn read(from: &mut Reader<'_>) -> Result<Frequent, StateError> {
    let mut read = Frequent { error: from.u64()?, places: read_places(from)?, ..Frequent::default() };
    read.weight = read.error;
    for _ in 0..from.length(CAPACITY)? {
        let count = from.u64()?;
        let tag = from.u8()?;
        let key = read_key(tag, from)?;
        let hash = if key.is_cut() { u64::from_le_bytes(from.array()?) } else { key.hash() };
        read.weight = read.weight.saturating_add(count);
        read.numbers |= !matches!(key, Key::Boolean(_) | Key::Text(_) | Key::Json(_));
        read.hold(Entry { hash, count, key }).ok_or(from.damaged())?;
    }
    read.trim();
    Ok(read)
}

/// By way of the text that version 2 stores.
fn read_key(tag: u8, from: &mut Reader<'_>) -> Result<Key, StateError> {
    let text = match tag {
        0 => (from.u8()? != 0).to_string(),
        1 => from.i64()?.to_string(),
        2 => {
            let (mantissa, scale) = (from.i128()?, from.u8()?);
            let decimal = Decimal::try_from_i128_with_scale(mantissa, scale.into());
            decimal.map_err(|_| from.damaged())?.to_string()
        }
        3 => format!("{:?}", from.f64()?),
        4 => return read_date(from),
        5 => forebay_model::Instant::from_micros(from.i64()?).to_string(),
        tag if usize::from(tag) < key::KINDS => from.text(SHOWN_BYTES)?.to_owned(),
        _ => return Err(from.damaged()),
    };
    Key::stored(tag, &text).ok_or(from.damaged())
}

fn read_date(from: &mut Reader<'_>) -> Result<Key, StateError> {
    let day = i32::try_from(from.i64()?).map_err(|_| from.damaged())?;
    let date = Date::from_julian_day(day).map_err(|_| from.damaged())?;
    Ok(Key::Date(date))
}
