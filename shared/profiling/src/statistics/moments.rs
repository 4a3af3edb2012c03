//! Standard deviation, skewness and kurtosis, by the pairwise merge of central moments (Pébay 2008,
//! "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
//! moments"; Chan, Golub, LeVeque 1979). Floating point: equal within 1e-11 whatever the split; merging two
//! states is commutative to the bit. The mean that is shown comes from the exact sum.

mod moment;

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use self::moment::Moment;
use super::{Numbers, Statistic};

#[derive(Debug, Clone, Default)]
pub(crate) struct Moments {
    total: Moment,
    /// Whether a part came from a state of version 1, which had no third and fourth moment.
    without_higher: bool,
}

impl Statistic for Moments {
    fn observe_numbers(&mut self, numbers: &Numbers<'_>) {
        self.total = Moment::joined(self.total, Moment::of_sorted(numbers.sorted));
        self.total = Moment::joined(self.total, Moment::of_weighted(numbers.weighted));
    }

    fn merge(&mut self, other: &Self) {
        self.total = Moment::joined(self.total, other.total);
        self.without_higher |= other.without_higher;
    }

    fn is_default(&self) -> bool {
        self.total.count == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.total.count);
        to.u8(self.without_higher.into());
        to.i64(self.total.exponent.into());
        to.f64(self.total.mean);
        to.f64(self.total.rest);
        self.total.powers.iter().for_each(|power| to.f64(*power));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut total = Moment { count: from.u64()?, ..Moment::default() };
        let mut without_higher = from.version() == 1;
        if !without_higher {
            without_higher = from.u8()? != 0;
            total.exponent = Moment::exponent(from.i64()?).ok_or(from.damaged())?;
        }
        (total.mean, total.rest) = (from.f64()?, from.f64()?);
        let known = if from.version() == 1 { 1 } else { 3 };
        for power in &mut total.powers[..known] {
            *power = from.f64()?;
        }
        if from.version() == 1 {
            total.exponent = 0;
        }
        Ok(Self { total, without_higher })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.total.count == 0 {
            return;
        }
        let numbers = super::numbers(profile);
        numbers.standard_deviation = self.total.deviation();
        if !self.without_higher {
            numbers.skewness = self.total.skewness();
            numbers.kurtosis = self.total.kurtosis();
        }
    }
}
