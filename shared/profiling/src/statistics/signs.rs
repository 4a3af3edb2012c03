//! How many finite numbers there are, and how many of them are zero or negative. Exact.

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::{Numbers, Statistic};

#[derive(Debug, Clone, Default)]
pub(crate) struct Signs {
    count: u64,
    zeros: u64,
    negatives: u64,
}

impl Statistic for Signs {
    fn observe_numbers(&mut self, numbers: &Numbers<'_>) {
        let below = numbers.sorted.partition_point(|x| *x < 0.0);
        let up_to = numbers.sorted.partition_point(|x| *x <= 0.0);
        self.count = self.count.saturating_add(numbers.sorted.len() as u64);
        self.negatives = self.negatives.saturating_add(below as u64);
        self.zeros = self.zeros.saturating_add((up_to - below) as u64);
        for (x, weight) in numbers.weighted {
            self.count = self.count.saturating_add(*weight);
            if *x < 0.0 {
                self.negatives = self.negatives.saturating_add(*weight);
            } else if *x == 0.0 {
                self.zeros = self.zeros.saturating_add(*weight);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.zeros = self.zeros.saturating_add(other.zeros);
        self.negatives = self.negatives.saturating_add(other.negatives);
    }

    fn is_default(&self) -> bool {
        self.count == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.count);
        to.u64(self.zeros);
        to.u64(self.negatives);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { count: from.u64()?, zeros: from.u64()?, negatives: from.u64()? })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.count == 0 {
            return;
        }
        let numbers = super::numbers(profile);
        numbers.count = self.count;
        numbers.zeros = self.zeros;
        numbers.negatives = self.negatives;
    }
}
