//! Smallest and largest value, kept per kind. Exact. Numbers and times compare by value, texts by code
//! point over their first 128 characters (cutting keeps the order, so the cut extreme is the extreme cut).
//! Texts of a column that is inferred to be of numbers or times compare by what they read as. NaN takes no
//! part; infinities do.

mod display;
mod readings;

use forebay_model::Value;
use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};
use rust_decimal::Decimal;
use time::Date;

use self::readings::Readings;
use super::Statistic;
use super::families::Family;
use crate::seen::{SHOWN_BYTES, Seen, read_places};

#[derive(Debug, Clone, Default)]
pub(crate) struct Extremes {
    /// How many values each kind has: the most frequent is shown.
    counts: Counts,
    booleans: Option<(bool, bool)>,
    integers: Option<(i64, i64)>,
    decimals: Option<(Decimal, Decimal)>,
    /// Decimal places of the decimal with the most.
    places: u8,
    floats: Option<(f64, f64)>,
    /// Julian days.
    dates: Option<(i32, i32)>,
    /// Microseconds since 1970.
    timestamps: Option<(i64, i64)>,
    texts: Option<(String, String)>,
    /// Of the texts that read as numbers or times.
    read: Readings,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Counts {
    numbers: u64,
    times: u64,
    texts: u64,
    booleans: u64,
}

#[inline]
fn widen<T: Copy + PartialOrd>(range: &mut Option<(T, T)>, low: T, high: T) {
    match range {
        None => *range = Some((low, high)),
        Some((min, max)) => {
            if low < *min {
                *min = low;
            }
            if high > *max {
                *max = high;
            }
        }
    }
}

/// Whether the first eight bytes alone say that a range of texts lies within another.
#[inline]
fn is_within(low: &str, high: &str, min: &str, max: &str) -> bool {
    let first = |text: &str| text.as_bytes().first_chunk().copied().map(u64::from_be_bytes);
    match (first(min), first(low), first(high), first(max)) {
        (Some(min), Some(low), Some(high), Some(max)) => min < low && high < max,
        _ => false,
    }
}

impl Extremes {
    #[inline]
    fn widen_texts(&mut self, low: &str, high: &str) {
        match &mut self.texts {
            None => self.texts = Some((low.to_owned(), high.to_owned())),
            Some((min, max)) if is_within(low, high, min, max) => {}
            Some((min, max)) => {
                if low < min.as_str() {
                    low.clone_into(min);
                }
                if high > max.as_str() {
                    high.clone_into(max);
                }
            }
        }
    }

    #[inline]
    fn observe_decimal(&mut self, d: Decimal) {
        self.places = self.places.max(d.scale() as u8);
        if let Some((min, max)) = self.decimals
            && min.scale() == d.scale()
            && max.scale() == d.scale()
        {
            // Of one scale, mantissas compare as the values do, without the library's rescaling.
            let mantissa = d.mantissa();
            if min.mantissa() <= mantissa && mantissa <= max.mantissa() {
                return;
            }
        }
        widen(&mut self.decimals, d, d);
    }
}

impl Statistic for Extremes {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let kind = match seen.value {
            Value::Null => return,
            Value::Boolean(b) => {
                widen(&mut self.booleans, *b, *b);
                &mut self.counts.booleans
            }
            Value::Integer(i) => {
                widen(&mut self.integers, *i, *i);
                &mut self.counts.numbers
            }
            Value::Decimal(d) => {
                self.observe_decimal(*d);
                &mut self.counts.numbers
            }
            Value::Float(x) if x.is_nan() => return,
            Value::Float(x) => {
                widen(&mut self.floats, *x + 0.0, *x + 0.0);
                &mut self.counts.numbers
            }
            Value::Date(d) => {
                widen(&mut self.dates, d.to_julian_day(), d.to_julian_day());
                &mut self.counts.times
            }
            Value::Timestamp(at) => {
                widen(&mut self.timestamps, at.micros(), at.micros());
                &mut self.counts.times
            }
            Value::Text(_) | Value::Json(_) => {
                let shown = seen.text.map_or("", |text| text.shown);
                self.widen_texts(shown, shown);
                self.read.observe(seen);
                &mut self.counts.texts
            }
        };
        *kind = kind.saturating_add(seen.weight);
    }

    fn merge(&mut self, other: &Self) {
        fn join<T: Copy + PartialOrd>(ours: &mut Option<(T, T)>, theirs: Option<(T, T)>) {
            if let Some((low, high)) = theirs {
                widen(ours, low, high);
            }
        }
        join(&mut self.booleans, other.booleans);
        join(&mut self.integers, other.integers);
        join(&mut self.decimals, other.decimals);
        join(&mut self.floats, other.floats);
        join(&mut self.dates, other.dates);
        join(&mut self.timestamps, other.timestamps);
        if let Some((low, high)) = &other.texts {
            self.widen_texts(low, high);
        }
        self.read.merge(&other.read);
        self.places = self.places.max(other.places);
        self.counts.numbers = self.counts.numbers.saturating_add(other.counts.numbers);
        self.counts.times = self.counts.times.saturating_add(other.counts.times);
        self.counts.texts = self.counts.texts.saturating_add(other.counts.texts);
        self.counts.booleans = self.counts.booleans.saturating_add(other.counts.booleans);
    }

    fn is_default(&self) -> bool {
        self.counts == Counts::default()
    }

    fn write(&self, to: &mut Writer) {
        let Counts { numbers, times, texts, booleans } = self.counts;
        [numbers, times, texts, booleans].iter().for_each(|count| to.u64(*count));
        to.u8(self.places);
        write_range(to, self.booleans, |to, b| to.u8(b.into()));
        write_range(to, self.integers, Writer::i64);
        write_range(to, self.decimals, |to, d| {
            let d = d.normalize();
            to.i128(d.mantissa());
            to.u8(d.scale() as u8);
        });
        write_range(to, self.floats, Writer::f64);
        write_range(to, self.dates, |to, day| to.i64(day.into()));
        write_range(to, self.timestamps, Writer::i64);
        let texts = self.texts.as_ref().map(|(min, max)| (min.as_str(), max.as_str()));
        write_range(to, texts, Writer::text);
        self.read.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let counts =
            Counts { numbers: from.u64()?, times: from.u64()?, texts: from.u64()?, booleans: from.u64()? };
        Ok(Self {
            counts,
            places: read_places(from)?,
            booleans: read_range(from, |from| Ok(from.u8()? != 0))?,
            integers: read_range(from, Reader::i64)?,
            decimals: read_range(from, read_decimal)?,
            floats: read_range(from, Reader::f64)?,
            dates: read_range(from, read_day)?,
            timestamps: read_range(from, Reader::i64)?,
            texts: read_range(from, |from| Ok(from.text(SHOWN_BYTES)?.to_owned()))?,
            read: if from.version() == 1 { Readings::default() } else { Readings::read(from)? },
        })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        let family = Family::of(&profile.inferred_type.name);
        if let Some((min, max)) = self.shown(family) {
            profile.min = Some(min);
            profile.max = Some(max);
        }
    }
}

fn write_range<T>(to: &mut Writer, range: Option<(T, T)>, mut write: impl FnMut(&mut Writer, T)) {
    to.u8(range.is_some().into());
    if let Some((low, high)) = range {
        write(to, low);
        write(to, high);
    }
}

fn read_range<'a, T: PartialOrd>(
    from: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<T, StateError>,
) -> Result<Option<(T, T)>, StateError> {
    if from.u8()? == 0 {
        return Ok(None);
    }
    let (low, high) = (read(from)?, read(from)?);
    if low <= high { Ok(Some((low, high))) } else { Err(from.damaged()) }
}

fn read_decimal(from: &mut Reader<'_>) -> Result<Decimal, StateError> {
    let (mantissa, scale) = (from.i128()?, from.u8()?);
    Decimal::try_from_i128_with_scale(mantissa, scale.into()).map_err(|_| from.damaged())
}

/// A Julian day that is a date.
fn read_day(from: &mut Reader<'_>) -> Result<i32, StateError> {
    let day = i32::try_from(from.i64()?).map_err(|_| from.damaged())?;
    Date::from_julian_day(day).map(|_| day).map_err(|_| from.damaged())
}
