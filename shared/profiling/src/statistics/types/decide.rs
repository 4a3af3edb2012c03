//! What the claims add up to.

use super::claims::{Claim, Evidence};
use crate::scan::Kind;

/// Of the values that are no placeholders. Under this share, a column is text.
const LEAST_SHARE: f64 = 0.95;
/// Of the filled values. With more placeholders than this leaves, a column is text.
const LEAST_TELLING: f64 = 0.1;
/// Normal quantile of a two-sided 95% interval.
const Z: f64 = 1.959_963_984_540_054;
/// Candidates under this share are not worth a word.
const LEAST_CANDIDATE: f64 = 0.01;

/// The column's type, and what else it could be.
#[derive(Debug, PartialEq)]
pub(super) struct Decision {
    pub kind: Kind,
    pub share: f64,
    pub confidence: f64,
    /// Largest share first.
    pub candidates: Vec<(Kind, f64)>,
}

impl Decision {
    pub fn of(evidence: &Evidence<'_>) -> Self {
        let filled = evidence.tally.filled;
        if filled == 0 {
            let share = if evidence.tally.empty == 0 { 0.0 } else { 1.0 };
            return Self { kind: Kind::Empty, share, confidence: share, candidates: Vec::new() };
        }
        let claims = evidence.claims();
        let telling = evidence.tally.telling();
        let enough = telling as f64 >= LEAST_TELLING * filled as f64;
        let chosen = if enough { choose(&claims, telling) } else { None };
        let share = |covered: u64| covered as f64 / filled as f64;
        let (kind, share_of_type, confidence) = match chosen {
            Some(claim) => {
                (claim.kind, share(claim.covered), wilson_low(claim.covered, filled) * claim.specific)
            }
            None => {
                let rival = claims.iter().filter(|claim| claim.supported).map(|claim| claim.covered).max();
                (Kind::Text, 1.0, wilson_low(filled - rival.unwrap_or(0).min(filled), filled))
            }
        };
        let mut candidates: Vec<(Kind, f64)> = claims
            .iter()
            .filter(|claim| claim.kind != kind && share(claim.covered) >= LEAST_CANDIDATE)
            .map(|claim| (claim.kind, share(claim.covered)))
            .collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self { kind, share: share_of_type, confidence, candidates }
    }
}

/// The first, most specific claim that covers enough; of types that include each other, the one that covers
/// most.
fn choose(claims: &[Claim], telling: u64) -> Option<Claim> {
    let covers = |claim: &&Claim| {
        claim.supported && claim.covered > 0 && claim.covered as f64 >= LEAST_SHARE * telling as f64
    };
    let first = *claims.iter().find(covers)?;
    let wider: &[Kind] = match first.kind {
        Kind::Date => &[Kind::Timestamp],
        Kind::Integer => &[Kind::Decimal],
        _ => &[],
    };
    let wider = claims.iter().filter(covers).find(|claim| wider.contains(&claim.kind));
    Some(wider.filter(|claim| claim.covered > first.covered).copied().unwrap_or(first))
}

/// Lower end of the 95% interval of a share (Wilson, Probable Inference, 1927).
fn wilson_low(hits: u64, all: u64) -> f64 {
    let n = all as f64;
    let p = hits as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((centre - spread) / (1.0 + Z * Z / n)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_make_little_sure() {
        assert!((wilson_low(10, 10) - 0.7225).abs() < 1e-4);
        assert!((wilson_low(95, 100) - 0.8882).abs() < 1e-4);
        assert!(wilson_low(1_000_000, 1_000_000) > 0.999_99);
        assert_eq!(wilson_low(0, 10), 0.0);
    }
}
