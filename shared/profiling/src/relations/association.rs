//! Association of categories: Cramér's V with the correction for bias of Bergsma 2013 ("A bias-correction for Cramér's V
//! and Tschuprow's T", Journal of the Korean Statistical Society 42).

use forebay_model::profile::Association;

use super::MOST_FINDINGS;
use super::matrix::{Column, Matrix, NONE};

/// Under ten rows the correction corrects everything away.
const LEAST_ROWS: f64 = 10.0;

pub(super) fn find(matrix: &Matrix<'_>, exact: bool) -> Vec<Association> {
    let categories = matrix.pairs().filter(|(left, right)| left.is_category && right.is_category);
    let mut found: Vec<Association> =
        categories.filter_map(|(left, right)| between(left, right, &matrix.counts, exact)).collect();
    found.sort_by(|a, b| {
        b.cramers_v.total_cmp(&a.cramers_v).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    found.truncate(MOST_FINDINGS);
    found
}

fn between(left: &Column<'_>, right: &Column<'_>, counts: &[f64], exact: bool) -> Option<Association> {
    let width = right.different;
    let mut table = vec![0.0; left.different * width];
    let mut n = 0.0;
    for ((a, b), count) in left.filled.iter().zip(&right.filled).zip(counts) {
        if *a != NONE && *b != NONE {
            table[*a as usize * width + *b as usize] += count;
            n += count;
        }
    }
    if n < LEAST_ROWS {
        return None;
    }
    let cramers_v = corrected_v(&table, width, n)?;
    Some(Association {
        left: left.name.to_owned(),
        right: right.name.to_owned(),
        cramers_v,
        n: n as u64,
        exact,
    })
}

/// `None` where one side has a single value in the rows that have both.
fn corrected_v(table: &[f64], width: usize, n: f64) -> Option<f64> {
    let rows: Vec<f64> = table.chunks(width).map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..width).map(|c| table.iter().skip(c).step_by(width).sum()).collect();
    let occur = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count() as f64;
    let (r, c) = (occur(&rows), occur(&columns));
    if r < 2.0 || c < 2.0 {
        return None;
    }
    // Chi square by n is the sum of o²/(row × column), less 1.
    let cells = table.iter().enumerate().filter(|(_, observed)| **observed > 0.0);
    let phi_squared: f64 =
        cells.map(|(at, o)| (o / rows[at / width]) * (o / columns[at % width])).sum::<f64>() - 1.0;
    let unbiased = (phi_squared - (r - 1.0) * (c - 1.0) / (n - 1.0)).max(0.0);
    let shrunk = |k: f64| k - (k - 1.0) * (k - 1.0) / (n - 1.0);
    let most = (shrunk(r) - 1.0).min(shrunk(c) - 1.0);
    Some(if most > 0.0 { (unbiased / most).sqrt().min(1.0) } else { 0.0 })
}
