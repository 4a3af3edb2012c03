//! Rows, nulls, missing fields, empty and blank texts. Exact.

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::seen::Seen;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counts {
    rows: u64,
    nulls: u64,
    empties: u64,
    blanks: u64,
    /// Of the nulls: rows whose record did not have the field.
    missing: u64,
}

impl Counts {
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether some row is not null.
    pub fn has_values(&self) -> bool {
        self.rows > self.nulls
    }

    #[inline]
    pub fn observe_null(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.nulls = self.nulls.saturating_add(1);
    }

    #[inline]
    pub fn observe_missing(&mut self, rows: u64) {
        self.rows = self.rows.saturating_add(rows);
        self.nulls = self.nulls.saturating_add(rows);
        self.missing = self.missing.saturating_add(rows);
    }
}

impl Statistic for Counts {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        self.rows = self.rows.saturating_add(seen.weight);
        let Some(text) = seen.text else { return };
        if text.full.is_empty() {
            self.empties = self.empties.saturating_add(seen.weight);
        } else if text.full.starts_with(char::is_whitespace) && text.full.trim_start().is_empty() {
            self.blanks = self.blanks.saturating_add(seen.weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.nulls = self.nulls.saturating_add(other.nulls);
        self.empties = self.empties.saturating_add(other.empties);
        self.blanks = self.blanks.saturating_add(other.blanks);
        self.missing = self.missing.saturating_add(other.missing);
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn write(&self, to: &mut Writer) {
        [self.rows, self.nulls, self.empties, self.blanks, self.missing].iter().for_each(|n| to.u64(*n));
    }

    /// States from before missing fields were told apart end after the blanks.
    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut read = Self {
            rows: from.u64()?,
            nulls: from.u64()?,
            empties: from.u64()?,
            blanks: from.u64()?,
            missing: 0,
        };
        if !from.is_empty() {
            read.missing = from.u64()?;
        }
        if read.missing <= read.nulls && read.nulls <= read.rows { Ok(read) } else { Err(from.damaged()) }
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        profile.rows = self.rows;
        profile.nulls = self.nulls;
        profile.missing = self.missing;
        profile.empties = self.empties;
        profile.blanks = self.blanks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_from_before_missing_fields_were_counted_are_read() {
        let read = Counts::read(&mut Reader::new(&[9, 3, 2, 1], "counts")).unwrap();
        assert_eq!(read, Counts { rows: 9, nulls: 3, empties: 2, blanks: 1, missing: 0 });
        assert!(Counts::read(&mut Reader::new(&[9, 3, 2, 1, 4], "counts")).is_err());
    }
}
