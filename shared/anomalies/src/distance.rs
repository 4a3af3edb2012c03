//! How far two profiles of one column are apart: the share of values that would have to move.

mod categories;
mod numbers;

use forebay_model::profile::ColumnProfile;
use serde::Serialize;

pub use categories::CategoryShift;
pub use numbers::NumberShift;

/// The population stability index that is taken for a moderate shift, and for a large one, by the
/// convention of credit scoring (Siddiqi, Credit Risk Scorecards, 2006).
pub const MODERATE_PSI: f64 = 0.1;
pub const LARGE_PSI: f64 = 0.25;
/// Fewer values than these on either side tell no distribution.
pub const FEWEST_VALUES: u64 = 30;

/// What a shift amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// No more than chance and the sketches' errors give.
    None,
    Moderate,
    Large,
}

/// The shift between two profiles of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shift {
    Numbers(NumberShift),
    Categories(CategoryShift),
}

impl Shift {
    /// 0 to 1: Kolmogorov and Smirnov's distance of numbers, total variation of categories, the errors of
    /// the estimates subtracted.
    pub fn distance(&self) -> f64 {
        match self {
            Self::Numbers(shift) => shift.distance,
            Self::Categories(shift) => shift.total_variation,
        }
    }

    pub fn extent(&self) -> Extent {
        let (psi, significant) = match self {
            Self::Numbers(shift) => (shift.psi, shift.distance > shift.critical),
            Self::Categories(shift) => (shift.psi, shift.total_variation > 0.0),
        };
        match psi {
            _ if !significant => Extent::None,
            psi if psi >= LARGE_PSI => Extent::Large,
            psi if psi >= MODERATE_PSI => Extent::Moderate,
            _ => Extent::None,
        }
    }
}

/// The shift from one profile of a column to a later one: by quantiles where both are of numbers or times,
/// else by the most frequent values. `None` where either has fewer than [`FEWEST_VALUES`], or where neither
/// quantiles nor frequent values say anything, as in a column whose values all differ.
pub fn shift(before: &ColumnProfile, after: &ColumnProfile) -> Option<Shift> {
    if let (Some(a), Some(b)) = (&before.numbers, &after.numbers) {
        return numbers::shift(a, b).map(Shift::Numbers);
    }
    categories::shift(before, after).map(Shift::Categories)
}

/// One bin's part in the population stability index. No share counts as less than `least`: an empty bin of
/// a small sample proves little.
fn stability(before: f64, after: f64, least: f64) -> f64 {
    let (before, after) = (before.max(least), after.max(least));
    (after - before) * (after / before).ln()
}
