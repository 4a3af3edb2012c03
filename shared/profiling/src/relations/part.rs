//! What rows say that are themselves a sample of more.

use forebay_model::profile::{Bounded, RelationsProfile, Sample};

use super::Relations;
use super::interval::{Drawn, NORMAL};

impl Relations {
    /// The profile where the rows observed are a sample from which others were left out: nothing is exact. Intervals are
    /// of all rows where each was equally likely to be observed; of first rows and of strata they say that all rows may
    /// be anything. Counts of repeats are those of the sample, and intervals reach to the most that the others allow.
    pub fn finish_part(&self, sample: &Sample) -> RelationsProfile {
        let (likely, of) = match sample {
            Sample::Reservoir { of, .. } => (true, Some(*of)),
            Sample::First { of, .. } => (false, *of),
            Sample::Stratified { of, .. } | Sample::LowestHashes { of, .. } => (false, Some(*of)),
            Sample::All => return self.finish(),
        };
        let held = self.sample.drawn(self.rows);
        let part = of.filter(|_| likely).map_or(0.0, |of| self.rows as f64 / of.max(1) as f64);
        let drawn = Drawn { exact: false, share: held.share * part, represents: held.represents && likely };
        let mut profile = self.profile(drawn, sample.clone());
        if !likely {
            profile.dependencies.iter_mut().for_each(|dependency| dependency.exceptions_at_most = 1.0);
        }
        // Every row that was left out may repeat one, or another that was left out.
        let all = of.unwrap_or(u64::MAX) as f64;
        let most = all - self.sample.different(self.rows, NORMAL).low;
        for repeats in [&mut profile.duplicate_rows, &mut profile.repeated_rows] {
            *repeats = Bounded { high: most.max(repeats.high), exact: false, ..*repeats };
        }
        profile
    }
}

#[cfg(test)]
mod tests {
    use forebay_model::Value;

    use super::*;

    fn rows() -> Relations {
        let mut relations = Relations::new(&["a", "b", "c"]);
        for i in 0..400_i64 {
            relations.observe_row(&[
                Value::Integer(i),
                Value::Integer(i + i * 37 % 90),
                Value::Integer(i % 7),
            ]);
        }
        relations
    }

    #[test]
    fn rows_that_are_equally_likely_bound_what_all_rows_say() {
        let found = rows().finish_part(&Sample::Reservoir { size: 400, of: 9_000, seed: 0 });
        let pair = &found.correlations[0];
        let interval = pair.pearson_interval;
        assert!(!pair.exact && interval.low < pair.pearson && pair.pearson < interval.high, "{pair:?}");
        assert!(interval.low > 0.9, "{interval:?}");
        let duplicates = found.duplicate_rows;
        assert_eq!((duplicates.low, duplicates.high, duplicates.exact), (0.0, 8_600.0, false));
    }

    #[test]
    fn first_rows_bound_nothing() {
        let found = rows().finish_part(&Sample::First { size: 400, of: None });
        let interval = found.correlations[0].pearson_interval;
        assert_eq!((interval.low, interval.high), (-1.0, 1.0));
        assert!(found.dependencies.iter().all(|d| !d.exact && d.exceptions_at_most == 1.0));
        assert!(!found.duplicate_rows.exact);
    }
}
