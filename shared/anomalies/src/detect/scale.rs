//! The scale on which deviations are measured: one where noise does not depend on the level.

use super::settings::Domain;
use crate::robust::{MAD_TO_SD, median, quantile, sample};

/// Above this ratio of variance to mean, counts are more than counting noise.
const OVERDISPERSED: f64 = 0.05;

/// Counts that stay below this are measured as they are: their upper tail is nearly exponential, which the
/// root would fold up.
const FEW: f64 = 15.0;

/// A variance-stabilising transformation and its inverse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    Identity,
    /// ln(x + offset): noise in proportion to the level.
    Logarithm {
        offset: f64,
    },
    /// 2 √(x + 3/8): noise of counting (Anscombe 1948).
    Root,
    /// 2 √r asinh √((x + 3/8) / r): counts whose variance is m + m²/r (Anscombe 1948, negative binomial).
    Dispersed {
        r: f64,
    },
    /// asin √x: shares.
    Arcsine,
}

impl Scale {
    /// The scale that suits the values.
    pub fn choose(domain: Domain, values: &[f64], scratch: &mut Vec<f64>) -> Self {
        match domain {
            Domain::Any => Self::Identity,
            Domain::Share => Self::Arcsine,
            Domain::NonNegative => Self::logarithm(values, scratch),
            Domain::Count => Self::count(values, scratch),
        }
    }

    fn logarithm(values: &[f64], scratch: &mut Vec<f64>) -> Self {
        sample(values.len(), scratch, |index| values[index]);
        scratch.retain(|value| *value > 0.0);
        if scratch.is_empty() {
            return Self::Identity;
        }
        Self::Logarithm { offset: 0.05 * median(scratch) }
    }

    /// Variance and mean are compared robustly, the variance between neighbours.
    fn count(values: &[f64], scratch: &mut Vec<f64>) -> Self {
        let pairs = values.len().saturating_sub(1);
        sample(pairs, scratch, |index| (values[index + 1] - values[index]).abs());
        let spread = median(scratch) * MAD_TO_SD;
        let variance = spread * spread / 2.0;
        sample(values.len(), scratch, |index| values[index]);
        let middle = median(scratch);
        if quantile(scratch, 0.95).is_none_or(|most| most < FEW) {
            return Self::Identity;
        }
        if middle < 1.0 {
            return Self::Root;
        }
        let dispersion = ((variance - middle) / (middle * middle)).min(4.0);
        if dispersion * middle < OVERDISPERSED { Self::Root } else { Self::Dispersed { r: 1.0 / dispersion } }
    }

    pub fn forward(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::Logarithm { offset } => (x.max(0.0) + offset).ln(),
            Self::Root => 2.0 * (x.max(0.0) + 0.375).sqrt(),
            Self::Dispersed { r } => {
                let root = ((x.max(0.0) + 0.375) / r).sqrt();
                2.0 * r.sqrt() * (root + root.mul_add(root, 1.0).sqrt()).ln()
            }
            Self::Arcsine => x.clamp(0.0, 1.0).sqrt().asin(),
        }
    }

    pub fn inverse(self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::Logarithm { offset } => (y.min(700.0).exp() - offset).max(0.0),
            Self::Root => ((y.max(0.0) / 2.0).powi(2) - 0.375).max(0.0),
            Self::Dispersed { r } => {
                let root = (y.max(0.0) / (2.0 * r.sqrt())).min(350.0).sinh();
                (r * root * root - 0.375).max(0.0)
            }
            Self::Arcsine => y.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_leads_back() {
        let scales = [
            Scale::Identity,
            Scale::Logarithm { offset: 0.5 },
            Scale::Root,
            Scale::Dispersed { r: 3.0 },
            Scale::Arcsine,
        ];
        for scale in scales {
            for x in [0.0, 0.001, 0.3, 1.0] {
                assert!((scale.inverse(scale.forward(x)) - x).abs() < 1e-9, "{scale:?} {x}");
            }
        }
    }

    #[test]
    fn counts_that_vary_more_than_counting_are_measured_in_proportion() {
        let wide: Vec<f64> = (0..60).map(|i| 1000.0 + 300.0 * f64::from(i % 3 - 1)).collect();
        assert!(matches!(Scale::choose(Domain::Count, &wide, &mut Vec::new()), Scale::Dispersed { .. }));
        let narrow: Vec<f64> = (0..60).map(|i| 1000.0 + 10.0 * f64::from(i % 3 - 1)).collect();
        assert_eq!(Scale::choose(Domain::Count, &narrow, &mut Vec::new()), Scale::Root);
    }
}
