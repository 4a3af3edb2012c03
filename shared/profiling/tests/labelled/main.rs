//! Type and format inference on labelled columns. Labels say what a careful data engineer would say of the
//! column, not what the code says.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a test prints its table, and fails by panicking"
)]

mod fixtures;
mod generated;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fixtures::Column;
use forebay_model::Value;
use forebay_model::profile::InferredType;
use forebay_profiling::ColumnState;

const LEAST_RIGHT: f64 = 0.98;
/// What the first try reached; neither labels nor code were changed after it.
const LEAST_RIGHT_HELD_OUT: f64 = 0.97;
const LEAST_COLUMNS: usize = 320;

fn inferred(column: &Column) -> InferredType {
    let mut state = ColumnState::new();
    column.values.iter().for_each(|value| state.observe(&Value::Text(value.clone())));
    state.finish(&column.name).inferred_type
}

/// What is wrong about a column, if anything is.
fn fault(column: &Column, found: &InferredType) -> Option<String> {
    if found.name != column.kind {
        return Some(format!("{} instead of {}", found.name, column.kind));
    }
    let expected = column.format.as_ref()?;
    let first = found.formats.first();
    let right = first.is_some_and(|first| first.format == *expected && first.ambiguous == column.ambiguous);
    (!right).then(|| format!("format {first:?} instead of {expected}"))
}

fn confusion(pairs: &[(String, String)]) -> String {
    let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (expected, found) in pairs {
        *table.entry(expected).or_default().entry(found).or_default() += 1;
    }
    let mut text = String::from("expected       found\n");
    for (expected, found) in table {
        let found: Vec<String> = found.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let _ = writeln!(text, "{expected:<14} {}", found.join(", "));
    }
    text
}

fn judge(title: &str, columns: &[Column]) -> (usize, Vec<String>) {
    let mut pairs = Vec::new();
    let mut faults = Vec::new();
    for column in columns {
        let found = inferred(column);
        pairs.push((column.kind.clone(), found.name.clone()));
        if let Some(fault) = fault(column, &found) {
            faults.push(format!("{} {}: {fault} ({:?})", column.source, column.name, found.candidates));
        }
    }
    let right = columns.len() - faults.len();
    println!(
        "{title}: {right} of {} columns right\n{}{}",
        columns.len(),
        confusion(&pairs),
        faults.join("\n")
    );
    (right, faults)
}

#[test]
fn over_98_percent_of_labelled_columns_are_inferred_right() {
    let mut columns = fixtures::all();
    columns.extend(generated::all());
    assert!(columns.len() >= LEAST_COLUMNS, "{}", columns.len());
    let (right, faults) = judge("labelled", &columns);
    let share = right as f64 / columns.len() as f64;
    assert!(share > LEAST_RIGHT, "{right} of {}: {faults:#?}", columns.len());
}

#[test]
fn columns_that_the_code_was_not_written_for_are_inferred_right_too() {
    let columns = fixtures::held_out();
    assert!(columns.len() >= 80, "{}", columns.len());
    let (right, faults) = judge("held out", &columns);
    let share = right as f64 / columns.len() as f64;
    assert!(share > LEAST_RIGHT_HELD_OUT, "{right} of {}: {faults:#?}", columns.len());
}

#[test]
fn no_label_is_given_twice() {
    let mut names = std::collections::BTreeSet::new();
    for column in fixtures::all().iter().chain(&generated::all()) {
        assert!(!column.values.is_empty(), "{} has no values", column.name);
        assert!(names.insert((column.source, column.name.clone())), "{} twice", column.name);
    }
}
