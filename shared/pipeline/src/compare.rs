//! Two runs' stored profiles of a stream, compared as two files are.

use std::collections::{BTreeMap, HashMap};

use forebay_anomalies::compare::{Comparison, Table, compare};
use forebay_model::profile::ColumnProfile;
use forebay_profiling::{ColumnState, Exposure};

use crate::finish::merged;

/// The states of a stream's columns over a run, or over several that were rolled up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunProfiles {
    /// What the comparison calls it.
    pub name: String,
    /// By column, in the order in which columns are to be shown.
    pub columns: Vec<(String, Vec<Vec<u8>>)>,
}

/// What changed from the one to the other, column by column. Distances are of the values as they are; what is shown is
/// masked by what either run, or one of `known`, states of the same columns, shows to be personal data. A column that
/// no record of a run had is absent from it. The error names what is wrong with a stored state.
pub fn compare_profiles(
    before: &RunProfiles,
    after: &RunProfiles,
    known: &HashMap<String, Vec<Vec<u8>>>,
) -> Result<Comparison, String> {
    let (was, is) = (Finished::states(before)?, Finished::states(after)?);
    let was = Finished::of(before, was, after, known)?;
    let is = Finished::of(after, is, before, known)?;
    Ok(compare(&was.table(&before.name), &is.table(&after.name)))
}

struct Finished {
    shown: Vec<ColumnProfile>,
    unmasked: Vec<ColumnProfile>,
}

impl Finished {
    fn states(run: &RunProfiles) -> Result<Vec<ColumnState>, String> {
        run.columns.iter().map(|(column, states)| merged(column, states)).collect()
    }

    fn of(
        run: &RunProfiles,
        states: Vec<ColumnState>,
        other: &RunProfiles,
        known: &HashMap<String, Vec<Vec<u8>>>,
    ) -> Result<Self, String> {
        let others: BTreeMap<&str, &Vec<Vec<u8>>> =
            other.columns.iter().map(|(column, states)| (column.as_str(), states)).collect();
        let (mut shown, mut unmasked) = (Vec::new(), Vec::new());
        for ((column, _), state) in run.columns.iter().zip(states) {
            let raw = state.finish_with(column, Exposure::Shown);
            if raw.missing == raw.rows {
                continue;
            }
            // Each by itself: merged, many ordinary values of the one would hide the few that are personal of the other.
            let shows =
                |states: &[Vec<u8>]| merged(column, states).map(|state| state.finish(column).sensitive);
            let mut found = shows(known.get(column).map_or(&[][..], Vec::as_slice))?;
            found.extend(shows(others.get(column.as_str()).map_or(&[][..], |states| states))?);
            shown.push(state.finish_knowing(column, &found));
            unmasked.push(raw);
        }
        Ok(Self { shown, unmasked })
    }

    fn table<'a>(&'a self, name: &'a str) -> Table<'a> {
        let rows = self.shown.iter().map(|profile| profile.rows).max().unwrap_or(0);
        Table { name, rows, columns: &self.shown, unmasked: &self.unmasked }
    }
}

#[cfg(test)]
mod tests {
    use forebay_anomalies::compare::{Aspect, Standing};
    use forebay_anomalies::distance::Extent;
    use forebay_model::Value;

    use super::*;

    fn state(values: impl IntoIterator<Item = Value>) -> Vec<u8> {
        let mut column = ColumnState::new();
        values.into_iter().for_each(|value| column.observe(&value));
        column.to_bytes()
    }

    fn numbers(from: i64) -> Vec<u8> {
        state((from..from + 500).map(Value::Integer))
    }

    fn run(name: &str, columns: Vec<(&str, Vec<u8>)>) -> RunProfiles {
        let columns = columns.into_iter().map(|(column, state)| (column.to_owned(), vec![state])).collect();
        RunProfiles { name: name.into(), columns }
    }

    fn mails(count: usize) -> Vec<u8> {
        state((0..count).map(|at| Value::Text(format!("person{at}@example.com"))))
    }

    #[test]
    fn what_came_went_and_shifted_between_two_runs_is_said() {
        let gone = state((0..500).map(|_| Value::Text("x".into())));
        let before = run("r1", vec![("amount", numbers(0)), ("same", numbers(7)), ("gone", gone)]);
        let after = run("r2", vec![("amount", numbers(400)), ("same", numbers(7)), ("new", numbers(0))]);
        let found = compare_profiles(&before, &after, &HashMap::new()).unwrap();
        let standings: Vec<_> = found.columns.iter().map(|c| (c.column.as_str(), c.standing)).collect();
        use Standing::{Appeared, Changed, Same, Vanished};
        assert_eq!(standings, [("amount", Changed), ("same", Same), ("new", Appeared), ("gone", Vanished)]);
        let amount = &found.columns[0];
        assert!(amount.findings.iter().any(|finding| finding.aspect == Aspect::Distribution), "{amount:?}");
        assert_eq!(amount.shift.unwrap().extent, Extent::Large);
        let (was, is) = (amount.before.clone().unwrap(), amount.after.clone().unwrap());
        assert_eq!((was.min.as_deref(), is.max.as_deref()), (Some("0"), Some("899")));
        assert_eq!((was.mean, is.mean, was.rows), (Some(249.5), Some(649.5), 500));
        assert_eq!((found.rows_before, found.rows_after), (500, 500));
        let same = &found.columns[1];
        assert_eq!((same.shift.unwrap().extent, same.distance), (Extent::None, Some(0.0)));
    }

    #[test]
    fn what_one_run_shows_to_be_personal_is_masked_in_both_and_compared_all_the_same() {
        let one = state([Value::Text("somebody".into())]);
        let known = HashMap::from([("other".to_owned(), vec![mails(200)])]);
        let before = run("r1", vec![("mail", mails(200)), ("other", one.clone())]);
        let after = run("r2", vec![("mail", one.clone()), ("other", one)]);
        let found = compare_profiles(&before, &after, &known).unwrap();
        for column in &found.columns {
            let text = format!("{column:?}");
            assert!(!text.contains("somebody") && !text.contains("person1@"), "{text}");
        }
    }

    #[test]
    fn what_is_known_to_be_personal_is_masked_though_both_runs_have_few_such_values() {
        let mixed = || {
            let mails = (0..20).map(|at| format!("person{at}@example.com"));
            state(mails.chain((0..40_000).map(|at| format!("order {}", at % 5_000))).map(Value::Text))
        };
        let known = HashMap::from([("name".to_owned(), vec![mails(200)])]);
        let (before, after) = (run("r1", vec![("name", mixed())]), run("r2", vec![("name", mixed())]));
        let found = compare_profiles(&before, &after, &known).unwrap();
        let text = format!("{:?}", found.columns);
        assert!(!text.contains("order 9"), "{text}");
    }

    #[test]
    fn a_column_that_no_record_had_is_absent() {
        let mut absent = ColumnState::new();
        (0..9).for_each(|_| absent.observe_missing());
        let before = run("r1", vec![("a", numbers(0)), ("b", absent.to_bytes())]);
        let after = run("r2", vec![("a", numbers(0)), ("b", numbers(0))]);
        let found = compare_profiles(&before, &after, &HashMap::new()).unwrap();
        assert_eq!(found.columns[1].standing, Standing::Appeared);
        let broken = run("r3", vec![("a", b"nothing".to_vec())]);
        assert!(compare_profiles(&before, &broken, &HashMap::new()).unwrap_err().contains("'a'"));
    }
}
