//! Sum and mean. The sum is exact for integers, decimals, dates and instants of any size and number, and
//! does not depend on order for floats either (it is the true sum, rounded once).

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::seen::Seen;
use crate::sketch::decimal_sum::DecimalSum;
use crate::sketch::float_sum::FloatSum;

#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    exact_count: u64,
    float_count: u64,
    decimals: DecimalSum,
    floats: FloatSum,
}

impl Statistic for Sums {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(number) = seen.number else { return };
        match number.exact {
            Some(exact) => {
                self.exact_count = self.exact_count.saturating_add(seen.weight);
                self.decimals.add(exact, seen.weight);
            }
            None => {
                self.float_count = self.float_count.saturating_add(seen.weight);
                self.floats.add(number.value, seen.weight);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.exact_count = self.exact_count.saturating_add(other.exact_count);
        self.float_count = self.float_count.saturating_add(other.float_count);
        self.decimals.merge(&other.decimals);
        self.floats.merge(&other.floats);
    }

    fn is_default(&self) -> bool {
        self.exact_count == 0 && self.float_count == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.exact_count);
        to.u64(self.float_count);
        self.decimals.write(to);
        self.floats.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self {
            exact_count: from.u64()?,
            float_count: from.u64()?,
            decimals: DecimalSum::read(from)?,
            floats: FloatSum::read(from)?,
        })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.is_default() {
            return;
        }
        let count = self.exact_count.saturating_add(self.float_count);
        let text = self.decimals.text();
        let exact = text.parse::<f64>().unwrap_or(0.0);
        let numbers = super::numbers(profile);
        numbers.sum_exact = self.float_count == 0;
        if numbers.sum_exact {
            numbers.mean = Some(exact / count as f64);
            numbers.sum = Some(text);
            return;
        }
        numbers.mean = Some(exact / count as f64 + self.floats.divided_by(count));
        numbers.sum = Some((exact + self.floats.divided_by(1)).to_string());
    }
}
