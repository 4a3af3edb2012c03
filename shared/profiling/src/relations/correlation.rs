//! Correlations of numbers: Pearson's of the values, Spearman's of the ranks.

use forebay_model::profile::Correlation;

use super::MOST_FINDINGS;
use super::matrix::{Column, Matrix};

/// Two points are always on a line.
const LEAST_ROWS: f64 = 3.0;

pub(super) fn find(matrix: &Matrix<'_>, exact: bool) -> Vec<Correlation> {
    let numbers = matrix.pairs().filter(|(left, right)| left.is_number && right.is_number);
    let mut found: Vec<Correlation> =
        numbers.filter_map(|(left, right)| between(left, right, &matrix.counts, exact)).collect();
    let strength = |c: &Correlation| c.pearson.abs().max(c.spearman.abs());
    found.sort_by(|a, b| {
        strength(b).total_cmp(&strength(a)).then_with(|| (&a.left, &a.right).cmp(&(&b.left, &b.right)))
    });
    found.truncate(MOST_FINDINGS);
    found
}

/// `None` where there are too few rows, or one of the columns is constant in them.
fn between(left: &Column<'_>, right: &Column<'_>, counts: &[f64], exact: bool) -> Option<Correlation> {
    let mut points = Points::default();
    for ((x, y), count) in left.numbers.iter().zip(&right.numbers).zip(counts) {
        if !x.is_nan() && !y.is_nan() {
            points.x.push(*x);
            points.y.push(*y);
            points.counts.push(*count);
        }
    }
    let n: f64 = points.counts.iter().sum();
    if n < LEAST_ROWS {
        return None;
    }
    let pearson = pearson(&points.x, &points.y, &points.counts)?;
    let (x, y) = (ranks(&points.x, &points.counts), ranks(&points.y, &points.counts));
    Some(Correlation {
        left: left.name.to_owned(),
        right: right.name.to_owned(),
        pearson,
        spearman: self::pearson(&x, &y, &points.counts)?,
        n: n as u64,
        exact,
    })
}

#[derive(Default)]
struct Points {
    x: Vec<f64>,
    y: Vec<f64>,
    counts: Vec<f64>,
}

/// In two passes, so that numbers far from zero lose nothing. Each side is scaled by its largest deviation, so that
/// no square overflows.
fn pearson(x: &[f64], y: &[f64], counts: &[f64]) -> Option<f64> {
    let (x, y) = (deviations(x, counts)?, deviations(y, counts)?);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).zip(counts).map(|((a, b), count)| a * b * count).sum()
    };
    let spread = product(&x, &x).sqrt() * product(&y, &y).sqrt();
    Some((product(&x, &y) / spread).clamp(-1.0, 1.0)).filter(|r| !r.is_nan())
}

/// From the mean, -1 to 1. `None` for a constant.
fn deviations(x: &[f64], counts: &[f64]) -> Option<Vec<f64>> {
    let n: f64 = counts.iter().sum();
    let first = x.first()?;
    // Divided by n before they are added: a sum of huge numbers stays finite.
    let mean = first + x.iter().zip(counts).map(|(x, count)| (x - first) * (count / n)).sum::<f64>();
    let largest = x.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
    let constant = x.iter().all(|x| x == first) || largest == 0.0 || !largest.is_finite();
    if constant { None } else { Some(x.iter().map(|x| (x - mean) / largest).collect()) }
}

/// Places in ascending order, from 1; equal values share their mean place (midranks).
fn ranks(x: &[f64], counts: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut ranks = vec![0.0; x.len()];
    let mut before = 0.0;
    for same in order.chunk_by(|a, b| x[*a] == x[*b]) {
        let count: f64 = same.iter().map(|at| counts[*at]).sum();
        same.iter().for_each(|at| ranks[*at] = before + (count + 1.0) / 2.0);
        before += count;
    }
    ranks
}
