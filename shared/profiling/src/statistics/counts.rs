//! Rows, nulls, empty and blank texts. Exact.

use forebay_model::profile::ColumnProfile;

use super::Statistic;
use crate::codec::{Reader, StateError, Writer};
use crate::seen::Seen;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Counts {
    rows: u64,
    nulls: u64,
    empties: u64,
    blanks: u64,
}

impl Counts {
    pub fn rows(&self) -> u64 {
        self.rows
    }

    #[inline]
    pub fn observe_null(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.nulls = self.nulls.saturating_add(1);
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
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.rows);
        to.u64(self.nulls);
        to.u64(self.empties);
        to.u64(self.blanks);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { rows: from.u64()?, nulls: from.u64()?, empties: from.u64()?, blanks: from.u64()? })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        profile.rows = self.rows;
        profile.nulls = self.nulls;
        profile.empties = self.empties;
        profile.blanks = self.blanks;
    }
}
