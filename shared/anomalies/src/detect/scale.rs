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
    /// asinh(x / width): noise in proportion to the level on either side of zero, and none of it cut off.
    Proportion {
        width: f64,
    },
}

/// Where so many of a series' totals have one sign, it is in proportion to its size.
const ONE_SIGN: f64 = 0.95;
/// Totals under this part of the usual one are next to nothing.
const NEXT_TO_NOTHING: f64 = 0.05;

impl Scale {
    /// The scale that suits the values, of shares also by how much one record is of them.
    pub fn choose((domain, step): (Domain, f64), values: &[f64], scratch: &mut Vec<f64>) -> Self {
        match domain {
            Domain::Any => Self::Identity,
            Domain::Share => Self::share(step, values, scratch),
            Domain::NonNegative => Self::logarithm(values, scratch),
            Domain::Count => Self::count(values, scratch),
            Domain::Total => Self::total(values, scratch),
        }
    }

    /// Shares that are of a few records are counts of them.
    fn share(step: f64, values: &[f64], scratch: &mut Vec<f64>) -> Self {
        if step <= 0.0 {
            return Self::Arcsine;
        }
        sample(values.len(), scratch, |index| values[index]);
        let few = quantile(scratch, 0.95).is_none_or(|most| most < FEW * step);
        if few { Self::Identity } else { Self::Arcsine }
    }

    fn total(values: &[f64], scratch: &mut Vec<f64>) -> Self {
        let above = values.iter().filter(|value| **value > 0.0).count();
        let below = values.iter().filter(|value| **value < 0.0).count();
        if (above.max(below) as f64) < ONE_SIGN * (above + below) as f64 {
            return Self::Identity;
        }
        sample(values.len(), scratch, |index| values[index].abs());
        scratch.retain(|value| *value > 0.0);
        match median(scratch) * NEXT_TO_NOTHING {
            width if width > 0.0 => Self::Proportion { width },
            _ => Self::Identity,
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
            Self::Proportion { width } => (x / width).asinh(),
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
            Self::Proportion { width } => width * y.clamp(-700.0, 700.0).sinh(),
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
            Scale::Proportion { width: 0.1 },
        ];
        for scale in scales {
            for x in [0.0, 0.001, 0.3, 1.0] {
                assert!((scale.inverse(scale.forward(x)) - x).abs() < 1e-9, "{scale:?} {x}");
            }
        }
    }

    #[test]
    fn shares_of_a_few_records_are_measured_as_they_are() {
        let values: Vec<f64> = (0..60).map(|i| f64::from(i % 4) / 200.0).collect();
        let chosen = |step: f64| Scale::choose((Domain::Share, step), &values, &mut Vec::new());
        assert_eq!(chosen(1.0 / 200.0), Scale::Identity);
        assert_eq!(chosen(1.0 / 20_000.0), Scale::Arcsine);
        assert_eq!(chosen(0.0), Scale::Arcsine);
    }

    #[test]
    fn totals_are_in_proportion_unless_they_have_both_signs() {
        let chosen = |values: &[f64]| Scale::choose((Domain::Total, 0.0), values, &mut Vec::new());
        let mut debits = [-120.0; 40];
        assert_eq!(chosen(&debits), Scale::Proportion { width: 6.0 });
        // One correction among forty is no other kind of series.
        debits[7] = 30.0;
        assert_eq!(chosen(&debits), Scale::Proportion { width: 6.0 });
        let balances: Vec<f64> = (0..40).map(|i| f64::from(i % 9 - 4)).collect();
        assert_eq!(chosen(&balances), Scale::Identity);
        assert_eq!(chosen(&[0.0; 40]), Scale::Identity);
        let scale = Scale::Proportion { width: 6.0 };
        assert!((scale.inverse(scale.forward(-120.0)) + 120.0).abs() < 1e-9);
    }

    #[test]
    fn counts_that_vary_more_than_counting_are_measured_in_proportion() {
        let wide: Vec<f64> = (0..60).map(|i| 1000.0 + 300.0 * f64::from(i % 3 - 1)).collect();
        assert!(matches!(
            Scale::choose((Domain::Count, 0.0), &wide, &mut Vec::new()),
            Scale::Dispersed { .. }
        ));
        let narrow: Vec<f64> = (0..60).map(|i| 1000.0 + 10.0 * f64::from(i % 3 - 1)).collect();
        assert_eq!(Scale::choose((Domain::Count, 0.0), &narrow, &mut Vec::new()), Scale::Root);
    }
}
