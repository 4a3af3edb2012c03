//! Association of categories: Cramér's V with the correction for bias of Bergsma 2013 ("A bias-correction for Cramér's V
//! and Tschuprow's T", Journal of the Korean Statistical Society 42).

use forebay_model::profile::{Association, Interval};

use super::MOST_FINDINGS;
use super::contingency::Table;
use super::interval::{self, Drawn, Weights};
use super::matrix::{Column, Matrix, NONE};

/// Under ten rows the correction corrects everything away.
const LEAST_ROWS: f64 = 10.0;

/// With fewer rows per category than this the sample's own noise is not known well enough to state an interval.
const ROWS_PER_CATEGORY: f64 = 20.0;

pub(super) fn find(matrix: &Matrix<'_>, drawn: Drawn) -> Vec<Association> {
    let categories = matrix.pairs().filter(|(left, right)| left.is_category && right.is_category);
    let mut found: Vec<Association> =
        categories.filter_map(|(left, right)| between(left, right, &matrix.counts, drawn)).collect();
    found.sort_by(|a, b| {
        b.cramers_v.total_cmp(&a.cramers_v).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    found.truncate(MOST_FINDINGS);
    found
}

fn between(left: &Column<'_>, right: &Column<'_>, counts: &[f64], drawn: Drawn) -> Option<Association> {
    let mut cells = Vec::with_capacity(counts.len());
    let mut kept = Vec::with_capacity(counts.len());
    for ((a, b), count) in left.filled.iter().zip(&right.filled).zip(counts) {
        if *a != NONE && *b != NONE {
            cells.push((*a as usize, *b as usize));
            kept.push(*count);
        }
    }
    let weights = Weights::of(&kept);
    if weights.total < LEAST_ROWS {
        return None;
    }
    let table = Table::of(&cells, &kept, left.different, right.different)?;
    let (cramers_v, interval) = corrected_v(&table, &cells, &kept, weights, drawn);
    Some(Association {
        left: left.name.to_owned(),
        right: right.name.to_owned(),
        cramers_v,
        interval,
        n: weights.total as u64,
        n_effective: if drawn.exact { weights.total } else { weights.effective() },
        exact: drawn.exact,
    })
}

/// What the rows' own number adds to phi square is taken off: of all rows in the part of the variance that all rows have,
/// of the sample's effective size in the rest.
fn corrected_v(
    table: &Table,
    cells: &[(usize, usize)],
    counts: &[f64],
    weights: Weights,
    drawn: Drawn,
) -> (f64, Interval) {
    let (r, c) = (table.rows, table.columns);
    let degrees = (r - 1.0) * (c - 1.0);
    let all = weights.total / drawn.share;
    let noise = if drawn.exact { 0.0 } else { drawn.left() * table.noise() };
    let unbiased = table.phi_squared() - noise - degrees / (all - 1.0);
    let shrunk = |k: f64| k - (k - 1.0) * (k - 1.0) / (all - 1.0);
    let most = shrunk(r).min(shrunk(c)) - 1.0;
    let v = |phi_squared: f64| {
        if most > 0.0 { (phi_squared.max(0.0) / most).sqrt().min(1.0) } else { 0.0 }
    };
    let found = v(unbiased);
    if drawn.exact {
        return (found, Interval { low: found, high: found });
    }
    let effective = weights.effective();
    let too_few = effective < ROWS_PER_CATEGORY * r.max(c) || !weights.are_shared();
    if too_few || !drawn.represents || most <= 0.0 {
        return (found, Interval { low: 0.0, high: 1.0 });
    }
    let size = size(table, cells, counts, weights, drawn, unbiased.max(0.0));
    let phi = interval::of_noncentrality((size * unbiased + degrees).max(0.0), degrees);
    let (low, high) = (v(phi.low / size), v(phi.high / size));
    (found, Interval { low: low.min(found), high: high.max(found) })
}

/// Rows of which phi square would have the variance that it has here: of a noncentral chi square it is four times itself
/// by them; here it follows from the influences of the rows. Never more than the sample's effective size allows.
fn size(
    table: &Table,
    cells: &[(usize, usize)],
    counts: &[f64],
    weights: Weights,
    drawn: Drawn,
    unbiased: f64,
) -> f64 {
    /// Under this chi square there is no slope to speak of.
    const CLEAR: f64 = 4.0;
    let effective = weights.effective() / drawn.left();
    if unbiased * effective <= CLEAR {
        return effective;
    }
    let influences = table.influences();
    let shifts = cells.iter().zip(counts).map(|(cell, count)| (influences.at(*cell) * count).powi(2));
    let variance = shifts.sum::<f64>() / (weights.total * weights.total) * drawn.left();
    if variance > 0.0 { effective.min(4.0 * unbiased / variance) } else { effective }
}
