//! What figures on a sample say of all rows: less than figures on all of them.

use forebay_model::profile::{ColumnProfile, KeyCandidate, NumberStatistics, Sample};

/// Whether so many rows are all that there were, as where a reservoir had room for every row.
pub fn is_everything(sample: &Sample, rows: u64) -> bool {
    match sample {
        Sample::All => true,
        Sample::First { of, .. } => *of == Some(rows),
        Sample::Reservoir { of, .. } | Sample::Stratified { of, .. } | Sample::LowestHashes { of, .. } => {
            *of == rows
        }
    }
}

/// The profile of a sample. Where the sample is not everything, no figure that rows outside could change counts as
/// exact: different values, the key, sums, outliers, quantiles, shares of personal data.
pub fn marked(profile: ColumnProfile, sample: &Sample) -> ColumnProfile {
    let mut marked = ColumnProfile { sample: sample.clone(), ..profile };
    if is_everything(sample, marked.rows) {
        return marked;
    }
    marked.distinct.exact = false;
    marked.uniqueness.exact = false;
    if marked.key_candidate == KeyCandidate::Yes {
        marked.key_candidate = KeyCandidate::Likely;
    }
    marked.sensitive.iter_mut().for_each(|finding| finding.exact = false);
    let long = marked.texts.as_mut().and_then(|texts| texts.long.as_mut());
    long.into_iter().for_each(|long| long.exact = false);
    if let Some(numbers) = marked.numbers.as_mut().filter(|numbers| !numbers.masked) {
        numbers.sum_exact = false;
        numbers.rank_error = rank_error(numbers, sample);
        numbers.outliers.iter_mut().for_each(|outliers| outliers.exact = false);
    }
    marked
}

/// Of rows that are equally likely to be in the sample, the share at or below a value is off by at most
/// `sqrt(ln(2 / 0.01) / 2n)` with 99% confidence, for all values at once (Dvoretzky, Kiefer, Wolfowitz 1956, with the
/// constant of Massart 1990). First rows and equal parts of strata may be any ranks of all rows.
fn rank_error(numbers: &NumberStatistics, sample: &Sample) -> f64 {
    const LN_200: f64 = 5.298_317_366_548_036;
    match sample {
        Sample::Reservoir { .. } if numbers.count > 0 => {
            let drawn = (LN_200 / (2.0 * numbers.count as f64)).sqrt();
            (numbers.rank_error + drawn).min(1.0)
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use forebay_model::profile::{Estimate, Outliers, SensitiveFinding, SensitiveKind};

    use super::*;

    fn profile() -> ColumnProfile {
        let outliers = Outliers {
            low_fence: 0.0,
            high_fence: 9.0,
            below: 1.0,
            above: 0.0,
            exact: true,
            examples: Vec::new(),
        };
        let numbers = NumberStatistics {
            count: 500,
            sum: Some("7".into()),
            outliers: Some(outliers),
            ..NumberStatistics::default()
        };
        let finding = SensitiveFinding {
            kind: SensitiveKind::Card,
            detail: None,
            share: 1.0,
            confidence: 1.0,
            exact: true,
        };
        ColumnProfile {
            rows: 500,
            distinct: Estimate::exact(500.0),
            uniqueness: Estimate::exact(1.0),
            key_candidate: KeyCandidate::Yes,
            numbers: Some(numbers),
            sensitive: vec![finding],
            ..ColumnProfile::default()
        }
    }

    #[test]
    fn nothing_that_other_rows_could_change_is_exact() {
        let reservoir = |of| Sample::Reservoir { size: 500, of, seed: 0 };
        let of = marked(profile(), &reservoir(4_000));
        assert!(!of.distinct.exact && !of.uniqueness.exact && !of.sensitive[0].exact);
        assert_eq!(of.key_candidate, KeyCandidate::Likely);
        let numbers = of.numbers.unwrap();
        assert!(!numbers.sum_exact && !numbers.outliers.unwrap().exact);
        assert!((numbers.rank_error - 0.072_79).abs() < 1e-5, "{}", numbers.rank_error);
        let first = marked(profile(), &Sample::First { size: 500, of: None });
        assert_eq!(first.numbers.unwrap().rank_error, 1.0);
        // No sample of a column makes it a key that it is not.
        let no = ColumnProfile { key_candidate: KeyCandidate::No, ..profile() };
        assert_eq!(marked(no, &reservoir(4_000)).key_candidate, KeyCandidate::No);
    }

    #[test]
    fn a_sample_of_all_rows_changes_nothing() {
        for sample in [
            Sample::All,
            Sample::First { size: 500, of: Some(500) },
            Sample::Reservoir { size: 500, of: 500, seed: 3 },
            Sample::Stratified { column: "g".into(), size_per_stratum: 900, of: 500, seed: 0 },
        ] {
            let expected = ColumnProfile { sample: sample.clone(), ..profile() };
            assert_eq!(marked(profile(), &sample), expected);
        }
    }
}
