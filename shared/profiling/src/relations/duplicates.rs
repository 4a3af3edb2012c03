//! Rows that repeat an earlier one.

use forebay_model::profile::Estimate;

use super::sample::Rows;

/// Two ways to estimate agree within this many standard errors, or a row with many repeats is not in the sample.
const AGREE: f64 = 3.0;

/// Rows less different rows: exact while all different rows are held. Beyond, the repeats of the sample's rows scaled
/// up (few repeats are told well that way), unless the number of different rows, estimated from the density of the
/// hashes (Bar-Yossef et al. 2002), contradicts it: then that, which sees repeats of whatever row.
pub(super) fn estimate(sample: &Rows, rows: u64) -> Estimate {
    let repeats: Vec<f64> = sample.iter().map(|row| (row.count - 1) as f64).collect();
    let held: f64 = repeats.iter().sum();
    if sample.is_complete() {
        return Estimate::exact(held);
    }
    let share = sample.share();
    let (scaled, scaled_error) = {
        let variance: f64 = repeats.iter().map(|repeat| repeat * repeat * (1.0 - share)).sum();
        (held / share, variance.sqrt() / share)
    };
    let different = sample.len() as f64 / share;
    let (left, left_error) = ((rows as f64 - different).max(0.0), different / (sample.len() as f64).sqrt());
    let apart = (left - scaled).abs() > AGREE * left_error.hypot(scaled_error);
    let (value, error) =
        if apart || scaled_error > left_error { (left, left_error) } else { (scaled, scaled_error) };
    let relative_error = if value > 0.0 { error / value } else { 0.0 };
    Estimate { value: value.round(), relative_error, exact: false }
}
