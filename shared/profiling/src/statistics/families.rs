//! Where a column's numbers came from: typed values or texts, amounts or times. Figures of seconds and
//! amounts together mean nothing, so a column that has both shows none. Exact.
//!
//! Comes last of the statistics on numbers, and after `types`.

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::seen::Seen;

/// What a column's numbers measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Amounts,
    /// Seconds since 1970.
    Times,
}

impl Family {
    /// Of an inferred type, by its name.
    pub fn of(inferred: &str) -> Option<Self> {
        match inferred {
            "integer" | "decimal" => Some(Family::Amounts),
            "date" | "timestamp" | "timestamp_tz" => Some(Family::Times),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Families {
    typed: Origin,
    texts: Origin,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Origin {
    amounts: u64,
    times: u64,
}

impl Origin {
    fn join(&mut self, other: Origin) {
        self.amounts = self.amounts.saturating_add(other.amounts);
        self.times = self.times.saturating_add(other.times);
    }

    fn count(self) -> u64 {
        self.amounts.saturating_add(self.times)
    }
}

impl Families {
    /// Whether the numbers are of one family, and of the column's where only texts say so.
    fn are_shown(&self, inferred: &str) -> bool {
        let (amounts, times) = (self.typed.amounts | self.texts.amounts, self.typed.times | self.texts.times);
        if amounts > 0 && times > 0 {
            return false;
        }
        let family = if times > 0 { Family::Times } else { Family::Amounts };
        self.texts.count() == 0 || self.typed.count() > 0 || Family::of(inferred) == Some(family)
    }
}

impl Statistic for Families {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.number.is_none() {
            return;
        }
        let origin = if seen.text.is_some() { &mut self.texts } else { &mut self.typed };
        let count = if seen.moment.is_some() { &mut origin.times } else { &mut origin.amounts };
        *count = count.saturating_add(seen.weight);
    }

    fn merge(&mut self, other: &Self) {
        self.typed.join(other.typed);
        self.texts.join(other.texts);
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn write(&self, to: &mut Writer) {
        for origin in [self.typed, self.texts] {
            to.u64(origin.amounts);
            to.u64(origin.times);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut origin = || Ok(Origin { amounts: from.u64()?, times: from.u64()? });
        Ok(Self { typed: origin()?, texts: origin()? })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if !self.are_shown(&profile.inferred_type.name) {
            profile.numbers = None;
        }
        let Some(numbers) = &mut profile.numbers else { return };
        numbers.from_text = self.texts.count();
        if self.typed.times | self.texts.times > 0 {
            numbers.leading_digits = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_times_are_never_shown_together() {
        let amounts = Origin { amounts: 9, times: 0 };
        let times = Origin { amounts: 0, times: 9 };
        let none = Origin::default();
        let shown = |typed, texts, inferred| Families { typed, texts }.are_shown(inferred);
        assert!(shown(amounts, none, "text"));
        assert!(shown(times, none, "date"));
        assert!(shown(none, amounts, "decimal"));
        assert!(shown(none, times, "timestamp_tz"));
        assert!(shown(amounts, amounts, "text"));
        assert!(!shown(none, amounts, "text"));
        assert!(!shown(none, amounts, "date"));
        assert!(!shown(amounts, times, "integer"));
        assert!(!shown(none, Origin { amounts: 1, times: 99 }, "date"));
    }
}
