//! Correlations of numbers: Pearson's of the values, Spearman's of the ranks.

use forebay_model::profile::{Correlation, Interval};

use super::MOST_FINDINGS;
use super::interval::{self, Drawn, Weights};
use super::matrix::{Column, Matrix};
use super::ranks::{order, rank_influences, ranks};

/// Two points are always on a line.
const LEAST_ROWS: f64 = 3.0;

pub(super) fn find(matrix: &Matrix<'_>, drawn: Drawn) -> Vec<Correlation> {
    let numbers = matrix.pairs().filter(|(left, right)| left.is_number && right.is_number);
    let mut found: Vec<Correlation> =
        numbers.filter_map(|(left, right)| between(left, right, &matrix.counts, drawn)).collect();
    let strength = |c: &Correlation| c.pearson.abs().max(c.spearman.abs());
    found.sort_by(|a, b| {
        strength(b).total_cmp(&strength(a)).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    found.truncate(MOST_FINDINGS);
    found
}

/// `None` where there are too few rows, or one of the columns is constant in them.
fn between(left: &Column<'_>, right: &Column<'_>, counts: &[f64], drawn: Drawn) -> Option<Correlation> {
    let mut points = Points::default();
    for ((x, y), count) in left.numbers.iter().zip(&right.numbers).zip(counts) {
        if !x.is_nan() && !y.is_nan() {
            points.x.push(*x);
            points.y.push(*y);
            points.counts.push(*count);
        }
    }
    let weights = Weights::of(&points.counts);
    if weights.total < LEAST_ROWS {
        return None;
    }
    let (pearson, pearson_interval) = of_values(&points, drawn)?;
    let (spearman, spearman_interval) = of_ranks(&points, drawn)?;
    Some(Correlation {
        left: left.name.to_owned(),
        right: right.name.to_owned(),
        pearson,
        pearson_interval,
        spearman,
        spearman_interval,
        n: weights.total as u64,
        n_effective: if drawn.exact { weights.total } else { weights.effective() },
        exact: drawn.exact,
    })
}

#[derive(Default)]
struct Points {
    x: Vec<f64>,
    y: Vec<f64>,
    counts: Vec<f64>,
}

fn of_values(points: &Points, drawn: Drawn) -> Option<(f64, Interval)> {
    let Points { x, y, counts } = points;
    let (x, y) = (standard(x, counts)?, standard(y, counts)?);
    let r = product(&x, &y, counts)?;
    let influences: Vec<f64> = x.iter().zip(&y).map(|(x, y)| influence(*x, *y, r)).collect();
    Some((r, interval::of_correlation(r, &influences, counts, drawn)))
}

/// A rank depends on all rows, so that each row has a part in the ranks of the others, too.
fn of_ranks(points: &Points, drawn: Drawn) -> Option<(f64, Interval)> {
    let Points { x, y, counts } = points;
    let (by_x, by_y) = (order(x), order(y));
    let (left, right) = (ranks(x, &by_x, counts), ranks(y, &by_y, counts));
    let (zx, zy) = (standard(&left, counts)?, standard(&right, counts)?);
    let r = product(&zx, &zy, counts)?;
    if drawn.exact {
        return Some((r, Interval { low: r, high: r }));
    }
    // What a correlation gains by a higher rank: of the other side's distance from the line.
    let gains = |of: &[f64], other: &[f64]| -> Vec<f64> {
        of.iter().zip(other).map(|(of, other)| other - r * of).collect()
    };
    let through_x = rank_influences(x, &by_x, counts, &gains(&zx, &zy), spread(&left, counts));
    let through_y = rank_influences(y, &by_y, counts, &gains(&zy, &zx), spread(&right, counts));
    let own = zx.iter().zip(&zy).map(|(x, y)| influence(*x, *y, r));
    let mut influences: Vec<f64> =
        own.zip(through_x.iter().zip(&through_y)).map(|(own, (x, y))| own + x + y).collect();
    let total: f64 = counts.iter().sum();
    let mean: f64 = influences.iter().zip(counts).map(|(i, count)| i * (count / total)).sum();
    influences.iter_mut().for_each(|influence| *influence -= mean);
    Some((r, interval::of_correlation(r, &influences, counts, drawn)))
}

/// Of one row on the correlation, by its standard scores (Devlin, Gnanadesikan, Kettenring 1975).
fn influence(x: f64, y: f64, r: f64) -> f64 {
    x * y - r * (x * x + y * y) / 2.0
}

/// The mean product of standard scores: the correlation.
fn product(x: &[f64], y: &[f64], counts: &[f64]) -> Option<f64> {
    let total: f64 = counts.iter().sum();
    let sum: f64 = x.iter().zip(y).zip(counts).map(|((x, y), count)| x * y * count).sum();
    Some((sum / total).clamp(-1.0, 1.0)).filter(|r| !r.is_nan())
}

/// Distances from the mean by the standard deviation. In two passes, so that numbers far from zero lose nothing, and
/// first scaled by the largest distance, so that no square overflows. `None` for a constant.
fn standard(x: &[f64], counts: &[f64]) -> Option<Vec<f64>> {
    let n: f64 = counts.iter().sum();
    let first = x.first()?;
    // Divided by n before they are added: a sum of huge numbers stays finite.
    let mean = first + x.iter().zip(counts).map(|(x, count)| (x - first) * (count / n)).sum::<f64>();
    let largest = x.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
    if x.iter().all(|x| x == first) || largest == 0.0 || !largest.is_finite() {
        return None;
    }
    let mut scaled: Vec<f64> = x.iter().map(|x| (x - mean) / largest).collect();
    let deviation = (scaled.iter().zip(counts).map(|(x, count)| x * x * count).sum::<f64>() / n).sqrt();
    scaled.iter_mut().for_each(|x| *x /= deviation);
    Some(scaled)
}

/// The standard deviation.
fn spread(x: &[f64], counts: &[f64]) -> f64 {
    let n: f64 = counts.iter().sum();
    let mean = x.iter().zip(counts).map(|(x, count)| x * count).sum::<f64>() / n;
    (x.iter().zip(counts).map(|(x, count)| (x - mean).powi(2) * count).sum::<f64>() / n).sqrt()
}
