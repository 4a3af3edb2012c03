//! The state of one column.

use forebay_model::profile::{ColumnProfile, SensitiveFinding};
use forebay_model::{Instant, Value};
use forebay_stored::{Envelope, StateError};

use crate::mask::{self, Exposure, Screen};
use crate::repeats::{FEWEST_SLOTS, MOST_SLOTS, Offer, Repeats};
use crate::seen::Seen;
use crate::statistics::Statistics;

/// Version 1: before the sketches had the forms of Apache DataSketches. Version 2: before values that are JSON were
/// searched for personal data.
const ENVELOPE: Envelope = Envelope { magic: *b"FBP", version: 3, name: "section" };

/// All statistics of one column: observes values one by one, merges with the state of other records,
/// travels as bytes, and finishes as a profile. The same values in the same order give the same bytes.
#[derive(Debug, Clone, Default)]
pub struct ColumnState {
    statistics: Statistics,
    repeats: Repeats,
}

impl ColumnState {
    pub fn new() -> Self {
        Self::default()
    }

    /// One of so many columns that are observed side by side: recent values of all together, which make
    /// repeated ones cheap, take a few megabytes, or some 1 kB a column where there are more than 4,000.
    pub fn among(columns: usize) -> Self {
        const SLOTS: usize = 65_536;
        let share = (SLOTS / columns.max(1)).clamp(FEWEST_SLOTS, MOST_SLOTS);
        let mut state = Self::new();
        state.repeats.limit(1 << share.ilog2());
        state
    }

    /// Says at which moment the values to come are observed, so that those later than it count as future.
    pub fn as_of(mut self, now: Instant) -> Self {
        if self.statistics.times.as_of() != Some(now.micros()) {
            // What waits was observed at another moment.
            self.settle();
            self.statistics.times.set_as_of(now);
        }
        self
    }

    /// Takes in the column's value in one more record.
    #[inline]
    pub fn observe(&mut self, value: &Value) {
        if value.is_null() {
            self.statistics.counts.observe_null();
            return;
        }
        match self.repeats.offer(value) {
            Offer::Counted => {}
            Offer::Direct(quick) => self.statistics.observe(&Seen::new(value, 1, quick)),
            Offer::Displaced(held, quick) => {
                self.statistics.observe(&Seen::new(&held.value, held.weight(), Some(quick)));
                held.replace(value);
            }
        }
    }

    /// Takes in one more record, which does not have the column's field at all.
    #[inline]
    pub fn observe_missing(&mut self) {
        self.statistics.counts.observe_missing(1);
    }

    /// Takes in that many records without the column's field, as of those before the column appeared.
    pub fn observe_missing_rows(&mut self, rows: u64) {
        self.statistics.counts.observe_missing(rows);
    }

    /// Becomes the state of these records and the other's. Commutative to the byte; associative exactly in
    /// every exact figure and within the stated error in the others.
    pub fn merge(&mut self, other: &ColumnState) {
        self.settle();
        self.statistics.merge(&other.settled());
    }

    /// Rows observed, nulls included.
    pub fn rows(&self) -> u64 {
        self.statistics.counts.rows().saturating_add(self.repeats.pending())
    }

    /// A versioned, checksummed form of under 16 KiB.
    pub fn to_bytes(&self) -> Vec<u8> {
        ENVELOPE.seal(|to| self.settled().write(to))
    }

    /// Reads [`ColumnState::to_bytes`]; what comes back finishes, merges and prints the same.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let statistics = Statistics::read(&mut ENVELOPE.open(bytes)?)?;
        Ok(Self { statistics, repeats: Repeats::default() })
    }

    /// The profile of what was observed so far; personal data is masked: all values of a column that holds it, and in
    /// any column values that prove by themselves to be some.
    pub fn finish(&self, column: &str) -> ColumnProfile {
        self.finish_with(column, Exposure::Masked)
    }

    /// The profile, with what is known of the column from elsewhere: a few records tell little of what they are, and
    /// their values are masked if those of earlier runs were. Findings of kinds that these records do not show are
    /// added as they are.
    pub fn finish_knowing(&self, column: &str, known: &[SensitiveFinding]) -> ColumnProfile {
        let statistics = self.settled();
        let mut profile = statistics.finish(column);
        let new = |finding: &&SensitiveFinding| !profile.sensitive.iter().any(|own| own.kind == finding.kind);
        let added: Vec<_> = known.iter().filter(new).cloned().collect();
        profile.sensitive.extend(added);
        mask::apply(&mut profile, statistics.sensitive.ordinary());
        profile
    }

    /// The profile with the values of personal data masked or shown.
    pub fn finish_with(&self, column: &str, exposure: Exposure) -> ColumnProfile {
        let statistics = self.settled();
        let mut profile = statistics.finish(column);
        if exposure == Exposure::Masked {
            mask::apply(&mut profile, statistics.sensitive.ordinary());
        }
        profile
    }

    /// How the column's values are shown where the profile does not show them.
    pub fn screen(&self, column: &str) -> Screen {
        let statistics = self.settled();
        Screen::new(&statistics.finish(column).sensitive, statistics.sensitive.ordinary())
    }

    /// The statistics with everything that waits in its place.
    pub(crate) fn settled(&self) -> Statistics {
        let mut statistics = self.statistics.clone();
        for (held, quick) in self.repeats.held() {
            statistics.observe(&Seen::new(&held.value, held.weight(), Some(quick)));
        }
        statistics.settle();
        statistics
    }

    /// Brings everything that waits in a buffer to its place.
    fn settle(&mut self) {
        for (held, quick) in self.repeats.drain() {
            self.statistics.observe(&Seen::new(&held.value, held.weight(), Some(quick)));
        }
        self.statistics.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 10,000 columns without a value there are this many bytes each; what values need comes with them.
    #[test]
    fn an_empty_column_is_small() {
        assert!(size_of::<ColumnState>() <= 3_072, "{}", size_of::<ColumnState>());
    }
}
