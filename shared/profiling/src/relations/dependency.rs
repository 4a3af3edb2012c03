//! Functional dependencies that hold in the sample without exception: equal left, equal right.

use forebay_model::profile::Dependency;

use super::MOST_FINDINGS;
use super::matrix::{Column, Matrix, NONE};

/// Logarithm of the chance, about 2e-9, that a dependency is seen where there is none: small against the thousand
/// pairs of 32 columns in many tables.
const CHANCE: f64 = -20.0;

/// The rule of three: so many, by the rows that could have shown an exception and did not, is the share of exceptions
/// that would have shown one with a probability of 95%: ln 0.05.
const UNSEEN: f64 = 2.995_732_273_553_991;

pub(super) fn find(matrix: &Matrix<'_>, exact: bool) -> Vec<Dependency> {
    let agreements: Vec<f64> = matrix.columns.iter().map(agreement).collect();
    let mut found = Vec::new();
    for (at, left) in matrix.columns.iter().enumerate() {
        for (other, right) in matrix.columns.iter().enumerate().filter(|(other, _)| *other != at) {
            let Some((determinants, support)) = holds(left, right) else { continue };
            if support as f64 * agreements[other].ln() > CHANCE {
                continue;
            }
            let (determinant, dependent) = (left.name.to_owned(), right.name.to_owned());
            let exceptions_at_most = if exact { 0.0 } else { (UNSEEN / support as f64).min(1.0) };
            found.push(Dependency {
                determinant,
                dependent,
                determinants,
                support,
                exceptions_at_most,
                exact,
            });
        }
    }
    found.sort_by(|a, b| {
        let names = || (&a.determinant, &a.dependent).cmp(&(&b.determinant, &b.dependent));
        b.support.cmp(&a.support).then_with(names)
    });
    found.truncate(MOST_FINDINGS);
    found
}

/// The chance that two rows agree in the column: 1 for a constant, on which everything depends.
fn agreement(column: &Column<'_>) -> f64 {
    let mut counts = vec![0.0_f64; column.different];
    let mut n = 0.0;
    for id in column.ids.iter().filter(|id| **id != NONE) {
        counts[*id as usize] += 1.0;
        n += 1.0;
    }
    if n == 0.0 { 1.0 } else { counts.iter().map(|count| (count / n) * (count / n)).sum() }
}

/// Different values on the left, and the rows beyond the first of each; `None` where two rows agree on the left and not
/// on the right. Null is a value on the right and none on the left.
fn holds(left: &Column<'_>, right: &Column<'_>) -> Option<(u64, u64)> {
    let mut first = vec![NONE; left.different];
    let (mut determinants, mut rows) = (0, 0);
    for (a, b) in left.filled.iter().zip(&right.ids).filter(|(a, b)| **a != NONE && **b != NONE) {
        rows += 1;
        match &mut first[*a as usize] {
            held if *held == NONE => {
                *held = *b;
                determinants += 1;
            }
            held if held == b => {}
            _ => return None,
        }
    }
    Some((determinants, rows - determinants))
}
