//! Labelled columns: which kinds of personal data each holds. Ids are generated with their own check digits,
//! computed here and not by the crate; names and addresses are made up of common parts.

#![expect(clippy::unwrap_used, reason = "values that the generators write read back")]
#![expect(clippy::print_stdout, reason = "precision and recall are there to be read")]

mod generate;
mod hold_out;
mod hold_out_nested;
mod negatives;
mod nested;
mod people;
mod positives;
mod sparse;

use std::collections::BTreeMap;

use forebay_model::Value;
use forebay_model::profile::{ColumnProfile, SensitiveKind};
use forebay_profiling::{ColumnState, Exposure};

/// A column, and what it holds.
pub struct Labelled {
    name: &'static str,
    values: Vec<Value>,
    kind: Option<SensitiveKind>,
    detail: Option<&'static str>,
    /// Further kinds, in columns of JSON.
    also: &'static [SensitiveKind],
}

fn state(values: &[Value]) -> ColumnState {
    let mut state = ColumnState::new();
    values.iter().for_each(|value| state.observe(value));
    state
}

#[derive(Default)]
struct Score {
    right: u32,
    missed: u32,
    wrong: u32,
}

impl Score {
    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

fn label(kind: SensitiveKind, detail: Option<&str>) -> String {
    let kind = format!("{kind:?}");
    detail.map_or(kind.clone(), |detail| format!("{kind} {detail}"))
}

/// Scores by kind; prints what went wrong.
fn scores(columns: &[Labelled]) -> BTreeMap<String, Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for column in columns {
        let profile = state(&column.values).finish(column.name);
        // Of names the detail is a remark, of ids it says whose.
        let detail = |kind, detail| if kind == SensitiveKind::NationalId { detail } else { None };
        let first = column.kind.map(|kind| label(kind, detail(kind, column.detail)));
        let expected: Vec<String> =
            first.into_iter().chain(column.also.iter().map(|kind| label(*kind, None))).collect();
        let found: Vec<String> =
            profile.sensitive.iter().map(|f| label(f.kind, detail(f.kind, f.detail.as_deref()))).collect();
        for one in &found {
            let score = scores.entry(one.clone()).or_default();
            if expected.contains(one) { score.right += 1 } else { score.wrong += 1 }
        }
        for missed in expected.iter().filter(|e| !found.contains(e)) {
            scores.entry(missed.clone()).or_default().missed += 1;
        }
        if found.len() != expected.len() || !expected.iter().all(|e| found.contains(e)) {
            println!("{}: expected {expected:?}, found {:?}", column.name, profile.sensitive);
        }
    }
    scores
}

fn overall(title: &str, columns: &[Labelled]) -> Score {
    let mut all = Score::default();
    println!("{title}: {} columns", columns.len());
    for (kind, score) in scores(columns) {
        println!(
            "{kind:32} precision {:.3} recall {:.3} ({} right)",
            score.precision(),
            score.recall(),
            score.right
        );
        all.right += score.right;
        all.missed += score.missed;
        all.wrong += score.wrong;
    }
    println!("overall precision {:.3} recall {:.3}", all.precision(), all.recall());
    all
}

#[test]
fn labelled_columns_are_told_with_high_precision_and_recall() {
    let mut columns = positives::columns();
    columns.extend(negatives::columns());
    assert!(columns.len() >= 120, "{}", columns.len());
    let all = overall("labelled", &columns);
    assert!(all.precision() >= 0.97 && all.recall() >= 0.97);
}

#[test]
fn columns_written_after_the_code_are_told_too() {
    let all = overall("hold-out", &hold_out::columns());
    assert!(all.precision() >= 0.9 && all.recall() >= 0.9);
}

#[test]
fn personal_data_within_json_is_told() {
    let all = overall("JSON", &nested::columns());
    assert!(all.precision() >= 0.97 && all.recall() >= 0.97);
    let all = overall("JSON, hold-out", &hold_out_nested::columns());
    assert!(all.precision() >= 0.9 && all.recall() >= 0.9);
}

#[test]
fn findings_do_not_depend_on_order_or_split_and_need_few_bytes() {
    for column in positives::columns().iter().chain(&negatives::columns()).chain(&nested::columns()) {
        let whole = state(&column.values);
        let mut reversed = column.values.clone();
        reversed.reverse();
        let mut merged = ColumnState::new();
        reversed.chunks(17).for_each(|part| merged.merge(&state(part)));
        assert_eq!(merged.finish("x").sensitive, whole.finish("x").sensitive, "{}", column.name);
        let stored = ColumnState::from_bytes(&whole.to_bytes()).unwrap();
        assert_eq!(stored.finish("x").sensitive, whole.finish("x").sensitive, "{}", column.name);
    }
}

/// Above 355 different values one in eight is looked at; below, all are.
#[test]
fn shares_of_many_values_are_estimated_and_said_to_be() {
    let values: Vec<Value> = (0..20_000)
        .map(|i| {
            Value::Text(if i % 4 == 0 { format!("free text {i}") } else { format!("user{i}@example.com") })
        })
        .collect();
    let found = state(&values).finish("contact").sensitive;
    assert!(!found[0].exact && (found[0].share - 0.75).abs() < 0.03, "{found:?}");
    let few = state(&values[..200]).finish("contact").sensitive;
    assert!(few[0].exact && few[0].share == 0.75, "{few:?}");
}

fn shown(profile: &ColumnProfile) -> String {
    serde_json::to_string(profile).unwrap()
}

#[test]
fn no_value_of_a_sensitive_column_is_shown_unless_asked_for() {
    for column in positives::columns().into_iter().chain(nested::columns()) {
        let state = state(&column.values);
        let masked = state.finish(column.name);
        if masked.sensitive.is_empty() {
            continue;
        }
        assert!(masked.masked);
        let text = shown(&masked);
        for value in column.values.iter().filter_map(Value::to_text).filter(|value| value.len() >= 4) {
            assert!(!text.contains(&value), "{}: {value} in {text}", column.name);
            for leaf in nested::leaves(&value) {
                assert!(!text.contains(&leaf), "{}: {leaf} in {text}", column.name);
            }
        }
        let open = state.finish_with(column.name, Exposure::Shown);
        assert!(!open.masked && open.sensitive == masked.sensitive);
        assert_ne!(shown(&open), text, "{}", column.name);
    }
}
