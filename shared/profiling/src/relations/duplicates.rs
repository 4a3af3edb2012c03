//! Rows that repeat an earlier one.

use forebay_model::profile::Bounded;

use super::interval::{self, NORMAL};
use super::sample::Rows;

/// Rows less different rows, and the different rows that occur more than once.
pub(super) struct Duplicates {
    pub rows: Bounded,
    pub repeated: Bounded,
}

/// Standard errors of the number of different rows within which the sample's repeats are believed.
const APART: f64 = 3.0;

/// Exact while all different rows are held. Beyond, the interval is what is left of the rows by the number of different
/// ones, which sees repeats of whatever row. What the sample's rows say is more precise where no row that is not held has
/// very many repeats, so it is the value where that number does not contradict it.
pub(super) fn estimate(sample: &Rows, rows: u64) -> Duplicates {
    let held: f64 = sample.iter().map(|row| (row.count - 1) as f64).sum();
    let repeated = sample.iter().filter(|row| row.count > 1).count() as f64;
    if sample.is_complete() {
        return Duplicates { rows: Bounded::exact(held), repeated: Bounded::exact(repeated) };
    }
    let (all, size) = (rows as f64, sample.len() as f64);
    let different = sample.different(rows, NORMAL);
    let by_sample = all * held / (held + size).max(1.0);
    let wide = sample.different(rows, APART);
    let agree = all - wide.high <= by_sample && by_sample <= all - wide.low;
    let value = if agree { by_sample } else { all - different.value }.max(held);
    let (low, high) = ((all - different.high).max(held).min(value), (all - different.low).max(value));
    let share = interval::of_share(repeated, size.max(1.0));
    let at_least = (share.low * (all - high)).max(repeated);
    // A row that occurs more than once has one duplicate at least.
    let at_most = (share.high * (all - low)).min(high).max(at_least);
    let several = (repeated / size.max(1.0) * (all - value)).clamp(at_least, at_most);
    Duplicates { rows: bounded(value, low, high), repeated: bounded(several, at_least, at_most) }
}

fn bounded(value: f64, low: f64, high: f64) -> Bounded {
    Bounded { value: value.round(), low: low.floor(), high: high.ceil(), exact: false }
}
