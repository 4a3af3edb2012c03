//! Shortest, longest and mean length of texts and how the lengths are spread, in Unicode scalar values.
//! Exact.

mod bins;
mod long;

use forebay_model::profile::{ColumnProfile, LengthStatistics};
use forebay_stored::{Reader, StateError, Writer};

use self::bins::Bins;
use super::Statistic;
use crate::seen::Seen;

#[derive(Debug, Clone, Default)]
pub(crate) struct Lengths {
    texts: u64,
    min: u64,
    max: u64,
    sum: u128,
    bins: Bins,
}

impl Statistic for Lengths {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(text) = seen.text else { return };
        let length = text.characters;
        self.min = if self.texts == 0 { length } else { self.min.min(length) };
        self.max = self.max.max(length);
        self.texts = self.texts.saturating_add(seen.weight);
        self.sum = self.sum.saturating_add(u128::from(length) * u128::from(seen.weight));
        self.bins.add(length, seen.weight);
    }

    fn merge(&mut self, other: &Self) {
        if other.texts == 0 {
            return;
        }
        self.min = if self.texts == 0 { other.min } else { self.min.min(other.min) };
        self.max = self.max.max(other.max);
        self.texts = self.texts.saturating_add(other.texts);
        self.sum = self.sum.saturating_add(other.sum);
        self.bins.merge(&other.bins);
    }

    fn is_default(&self) -> bool {
        self.texts == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.texts);
        to.u64(self.min);
        to.u64(self.max);
        to.u128(self.sum);
        self.bins.write(to);
    }

    /// States from before the lengths were binned end after the sum.
    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut read = Self {
            texts: from.u64()?,
            min: from.u64()?,
            max: from.u64()?,
            sum: from.u128()?,
            bins: Bins::default(),
        };
        let most = u128::from(read.max) * u128::from(read.texts);
        if read.texts == 0 || read.min > read.max || read.sum > most {
            return Err(from.damaged());
        }
        if !from.is_empty() {
            read.bins = Bins::read(from)?;
        }
        Ok(read)
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.texts == 0 {
            return;
        }
        let mean = self.sum as f64 / self.texts as f64;
        profile.lengths = Some(LengthStatistics { min: self.min, max: self.max, mean });
        let bins = self.bins.shown(self.min, self.max);
        let texts = super::texts(profile);
        texts.long = long::of(&bins, self.texts);
        texts.lengths = bins;
    }
}
