//! Which kind's extremes are shown, and how.

use forebay_model::{Instant, value::date_text};
use rust_decimal::Decimal;
use time::Date;

use super::super::families::Family;
use super::Extremes;
use crate::seen::decimal_text;

/// A number of any kind, for comparison between kinds.
#[derive(Clone, Copy)]
enum Candidate {
    Exact(Decimal),
    Float(f64),
}

impl Candidate {
    fn is_below(self, other: Candidate) -> bool {
        match (self, other) {
            (Candidate::Exact(a), Candidate::Exact(b)) => a < b,
            (a, b) => a.value() < b.value(),
        }
    }

    fn value(self) -> f64 {
        match self {
            Candidate::Exact(d) => d.to_string().parse().unwrap_or(f64::NAN),
            Candidate::Float(x) => x,
        }
    }

    fn text(self, places: u8) -> String {
        match self {
            Candidate::Exact(d) => decimal_text(d, places),
            Candidate::Float(x) => x.to_string(),
        }
    }
}

impl Extremes {
    /// Of the kind with the most values; of equals, numbers before times, texts and booleans. Texts by what
    /// they read as where the column's type is inferred to be of that family.
    pub(super) fn shown(&self, inferred: Option<Family>) -> Option<(String, String)> {
        let counts = self.counts;
        if counts.texts > counts.numbers.max(counts.times)
            && let Some(read) = inferred.and_then(|family| self.read.shown(family))
        {
            return Some(read);
        }
        let most = counts.numbers.max(counts.times).max(counts.texts).max(counts.booleans);
        if most == 0 {
            return None;
        }
        if counts.numbers == most {
            return self.shown_numbers();
        }
        if counts.times == most {
            return self.shown_times();
        }
        if counts.texts == most {
            return self.texts.clone();
        }
        self.booleans.map(|(min, max)| (min.to_string(), max.to_string()))
    }

    fn shown_numbers(&self) -> Option<(String, String)> {
        let integers = self.integers.map(|(min, max)| (exact(min.into()), exact(max.into())));
        let decimals = self.decimals.map(|(min, max)| (exact(min), exact(max)));
        let floats = self.floats.map(|(min, max)| (Candidate::Float(min), Candidate::Float(max)));
        let (min, max) =
            [integers, decimals, floats].into_iter().flatten().reduce(|(min, max), (low, high)| {
                (if low.is_below(min) { low } else { min }, if max.is_below(high) { high } else { max })
            })?;
        Some((min.text(self.places), max.text(self.places)))
    }

    fn shown_times(&self) -> Option<(String, String)> {
        let days = self.dates.map(|(min, max)| (Time::Day(min), Time::Day(max)));
        let instants = self.timestamps.map(|(min, max)| (Time::Micros(min), Time::Micros(max)));
        let (min, max) = [days, instants].into_iter().flatten().reduce(|(min, max), (low, high)| {
            (
                if low.micros() < min.micros() { low } else { min },
                if high.micros() > max.micros() { high } else { max },
            )
        })?;
        Some((min.text(), max.text()))
    }
}

fn exact(d: Decimal) -> Candidate {
    Candidate::Exact(d)
}

#[derive(Clone, Copy)]
enum Time {
    /// Julian day.
    Day(i32),
    Micros(i64),
}

impl Time {
    fn micros(self) -> i64 {
        const EPOCH: i64 = 2_440_588;
        match self {
            Time::Day(day) => (i64::from(day) - EPOCH).saturating_mul(86_400_000_000),
            Time::Micros(micros) => micros,
        }
    }

    fn text(self) -> String {
        match self {
            Time::Day(day) => Date::from_julian_day(day).map(date_text).unwrap_or_default(),
            Time::Micros(micros) => Instant::from_micros(micros).to_string(),
        }
    }
}
