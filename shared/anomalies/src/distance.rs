//! How far two profiles of one column are apart: the share of values that would have to move.

mod categories;
mod numbers;

use forebay_model::profile::{ColumnProfile, NumberStatistics};
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

    /// The population stability index, what errors and sampling give on average subtracted.
    pub fn psi(&self) -> f64 {
        match self {
            Self::Numbers(shift) => shift.psi,
            Self::Categories(shift) => shift.psi,
        }
    }

    /// What [`psi`](Self::psi) stays under by chance in all but one of a thousand pairs of samples of these sizes.
    pub fn psi_by_chance(&self) -> f64 {
        match self {
            Self::Numbers(shift) => shift.psi_by_chance,
            Self::Categories(shift) => shift.psi_by_chance,
        }
    }

    pub fn extent(&self) -> Extent {
        let significant = match self {
            Self::Numbers(shift) => shift.distance > shift.critical,
            Self::Categories(shift) => shift.total_variation > 0.0 && shift.psi > shift.psi_by_chance,
        };
        match self.psi() {
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

/// Whole numbers of which so many differ are numbers that are given out in turn.
const SERIAL: f64 = 0.9;

/// Whether the column moved on by itself with what is new, so that a shift of it says nothing: times, and whole numbers
/// that hardly repeat, as ids that are given out in turn, whose quartiles went forward and none of them back.
pub fn moves_on(before: &ColumnProfile, after: &ColumnProfile) -> bool {
    let (Some(a), Some(b)) = (&before.numbers, &after.numbers) else { return false };
    let is_serial = |profile: &ColumnProfile, numbers: &NumberStatistics| {
        numbers.integers >= numbers.count && profile.uniqueness.value >= SERIAL
    };
    let quartiles = [0.25, 0.5, 0.75].map(|rank| (at(a, rank), at(b, rank)));
    let forward = quartiles.iter().all(|(a, b)| a <= b) && quartiles.iter().any(|(a, b)| a < b);
    let is_time = before.times.is_some() && after.times.is_some();
    forward && (is_time || (is_serial(before, a) && is_serial(after, b)))
}

/// The median.
pub(crate) fn middle(numbers: &NumberStatistics) -> Option<f64> {
    at(numbers, 0.5)
}

fn at(numbers: &NumberStatistics, rank: f64) -> Option<f64> {
    numbers.quantiles.iter().find(|quantile| quantile.rank == rank).map(|quantile| quantile.value)
}

/// The share of pairs of samples that may be further apart by chance than `psi_by_chance` says: one in a thousand, as a
/// normal deviate.
const CHANCE: f64 = 3.090;

/// What the stability index over so many bins, its mean subtracted, stays under by chance. Where nothing shifted, the
/// index divided by 1/n + 1/m follows chi-squared with one degree of freedom less than bins (Yurdakul and Naranjo,
/// Statistical properties of the population stability index, 2020); its quantile by Wilson and Hilferty (1931).
fn psi_by_chance(bins: usize, sampling: f64) -> f64 {
    let freedom = bins.saturating_sub(1).max(1) as f64;
    let ninth = 2.0 / (9.0 * freedom);
    let quantile = freedom * (1.0 - ninth + CHANCE * ninth.sqrt()).powi(3);
    (quantile - freedom) * sampling
}

/// One bin's part in the population stability index. No share counts as less than `least`: an empty bin of
/// a small sample proves little.
fn stability(before: f64, after: f64, least: f64) -> f64 {
    let (before, after) = (before.max(least), after.max(least));
    (after - before) * (after / before).ln()
}
