//! Floats that are no numbers to count with: NaN and the infinities. Exact.

use forebay_model::Value;
use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::seen::Seen;

#[derive(Debug, Clone, Default)]
pub(crate) struct Unusual {
    nan: u64,
    infinities: u64,
}

impl Statistic for Unusual {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Value::Float(x) = seen.value else { return };
        if x.is_nan() {
            self.nan = self.nan.saturating_add(seen.weight);
        } else if x.is_infinite() {
            self.infinities = self.infinities.saturating_add(seen.weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.nan = self.nan.saturating_add(other.nan);
        self.infinities = self.infinities.saturating_add(other.infinities);
    }

    fn is_default(&self) -> bool {
        self.nan == 0 && self.infinities == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.nan);
        to.u64(self.infinities);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { nan: from.u64()?, infinities: from.u64()? })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.is_default() {
            return;
        }
        let numbers = super::numbers(profile);
        numbers.nan = self.nan;
        numbers.infinities = self.infinities;
    }
}
