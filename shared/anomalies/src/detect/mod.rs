//! Whether a new point of a series is unusual.

mod baseline;
pub(crate) mod explain;
mod heavy;
mod scale;
pub(crate) mod season;
mod settings;
mod tail;
mod walk;
mod windows;

use forebay_model::anomaly::{Point, Verdict};

pub use baseline::{Baseline, FEWEST_POINTS, LARGEST_VALUE};
pub use settings::{DEFAULT_RATE, Domain, Marks, Settings, Sides};
pub use walk::SHIFT_POINTS;

/// Judges `new` by the points before it: `history` ascending by time; what is not before `new` is left out,
/// so that the tested point is never in its own baseline. A value that is not finite is no measurement: the
/// verdict on it is [`Verdict::Learning`] with no point needed, and in the past it teaches nothing.
pub fn detect(history: &[Point], marks: &Marks, new: Point, settings: &Settings) -> Verdict {
    let end = history.partition_point(|point| point.at < new.at);
    match Baseline::learn(&history[..end], marks, settings) {
        Ok(baseline) => baseline.judge(new, marks, settings),
        Err(needed) => Verdict::Learning { needed },
    }
}
