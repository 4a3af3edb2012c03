//! Stored profile states as figures.

use forebay_model::profile::{ColumnProfile, RelationsProfile};
use forebay_profiling::{ColumnState, Ends, Relations};

/// Merges the states of one column, from any number of runs, and computes its figures. What `others`, states of the
/// same column, show to be personal data is masked here too: one record alone tells little. The error names what is
/// wrong with a stored state.
pub fn finish_profile(column: &str, states: &[Vec<u8>], others: &[Vec<u8>]) -> Result<ColumnProfile, String> {
    let whole = merged(column, states)?;
    let known = merged(column, others)?.finish(column).sensitive;
    Ok(whole.finish_knowing(column, &known))
}

pub(crate) fn merged(column: &str, states: &[Vec<u8>]) -> Result<ColumnState, String> {
    let mut whole = ColumnState::new();
    for bytes in states {
        let state =
            ColumnState::from_bytes(bytes).map_err(|e| format!("a stored profile of '{column}': {e}"))?;
        whole.merge(&state);
    }
    Ok(whole)
}

/// Gives the outliers of a stream's columns their examples. `key` names the key's columns: where one of them is
/// masked, so are keys. The error names what is wrong with a stored state.
pub fn explain_outliers(
    profiles: &mut [ColumnProfile],
    key: &[String],
    states: &[Vec<u8>],
) -> Result<(), String> {
    let mut whole = Ends::default();
    for bytes in states {
        whole.merge(&Ends::from_bytes(bytes).map_err(|e| format!("stored examples of outliers: {e}"))?);
    }
    let hide_keys = profiles.iter().any(|profile| profile.masked && key.contains(&profile.column));
    profiles.iter_mut().for_each(|profile| whole.explain(profile, hide_keys));
    Ok(())
}

/// Merges the states of what holds between a stream's columns, from any number of runs, and computes its figures.
/// The error says what is wrong with a stored state.
pub fn finish_relations(states: &[Vec<u8>]) -> Result<RelationsProfile, String> {
    let mut whole = Relations::default();
    for bytes in states {
        let state = Relations::from_bytes(bytes).map_err(|e| format!("stored relations: {e}"))?;
        whole.merge(&state);
    }
    Ok(whole.finish())
}

#[cfg(test)]
mod tests {
    use forebay_model::Value;
    use forebay_profiling::RecordAddress;

    use super::*;

    #[test]
    fn one_record_is_masked_by_what_earlier_runs_showed() {
        let state = |texts: &[String]| {
            let mut column = ColumnState::new();
            texts.iter().for_each(|text| column.observe(&Value::Text(text.clone())));
            column.to_bytes()
        };
        let earlier: Vec<String> = (0..200).map(|at| format!("person{at}@example.com")).collect();
        let one = state(&["somebody@example.com".to_owned()]);
        let alone = finish_profile("ref", std::slice::from_ref(&one), &[]).unwrap();
        let knowing = finish_profile("ref", &[one], &[state(&earlier)]).unwrap();
        assert!(knowing.masked && !knowing.min.unwrap().contains("somebody"), "alone: {alone:?}");
    }

    #[test]
    fn an_outlier_of_two_pages_is_named_with_its_record_and_page() {
        let (mut column, mut states) = (ColumnState::new(), Vec::new());
        for page in ["page-1", "page-2"] {
            let mut ends = Ends::default();
            for ordinal in 0..100 {
                let far = page == "page-2" && ordinal == 40;
                let value = Value::Integer(if far { 900_000 } else { 1_000 + i64::from(ordinal) });
                column.observe(&value);
                let key = ordinal.to_string();
                ends.observe(&["amount"], &[value], RecordAddress { key: &key, page, ordinal });
            }
            states.push(ends.to_bytes());
        }
        let mut profiles = [finish_profile("amount", &[column.to_bytes()], &[]).unwrap()];
        explain_outliers(&mut profiles, &["id".to_owned()], &states).unwrap();
        let outliers = profiles[0].numbers.as_ref().and_then(|numbers| numbers.outliers.as_ref()).unwrap();
        let found: Vec<_> =
            outliers.examples.iter().map(|e| (e.value.as_str(), e.page.as_str(), e.ordinal)).collect();
        assert_eq!(found, [("900000", "page-2", 40)]);
        assert_eq!(outliers.examples[0].key.as_deref(), Some("40"));
        assert!(explain_outliers(&mut profiles, &[], &[b"damaged".to_vec()]).is_err());
    }
}
