//! Compares what was found with the labels, and prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use forebay_model::Value;
use forebay_model::profile::ColumnProfile;
use forebay_profiling::{ColumnState, LeadingPattern, leading_patterns};

use crate::fixtures::{Column, Labelled};

/// What a label says and what was found, as texts for the table; and whether they agree.
pub struct Verdict {
    pub column: String,
    pub expected: String,
    pub found: String,
    pub right: bool,
}

/// Verdicts on types, formats and patterns, each on the columns that have such a label.
pub struct Verdicts {
    pub types: Vec<Verdict>,
    pub formats: Vec<Verdict>,
    pub patterns: Vec<Verdict>,
}

pub fn judge(columns: &[Column]) -> Verdicts {
    let profiles: Vec<(&Column, ColumnProfile)> = columns.iter().map(|c| (c, profile(c))).collect();
    Verdicts {
        types: profiles.iter().map(|(column, profile)| of_type(column, profile)).collect(),
        formats: profiles
            .iter()
            .filter(|(column, _)| !column.formats.is_empty())
            .map(|(column, profile)| of_formats(column, profile))
            .collect(),
        patterns: profiles.iter().map(|(column, profile)| of_patterns(column, profile)).collect(),
    }
}

fn profile(column: &Column) -> ColumnProfile {
    let mut state = ColumnState::new();
    column.values.iter().for_each(|value| state.observe(&Value::Text(value.clone())));
    state.finish(&column.name)
}

fn verdict(column: &Column, expected: String, found: String, right: bool) -> Verdict {
    Verdict { column: format!("{} {}", column.source, column.name), expected, found, right }
}

fn of_type(column: &Column, profile: &ColumnProfile) -> Verdict {
    let found = profile.inferred_type.name.clone();
    verdict(column, column.kind.clone(), found.clone(), column.kind == found)
}

/// The most frequent formats have to be those of the label, and doubted or not as it says.
fn of_formats(column: &Column, profile: &ColumnProfile) -> Verdict {
    let leading: Vec<_> = profile.inferred_type.formats.iter().take(column.formats.len()).collect();
    let ambiguous = leading.first().is_some_and(|first| first.ambiguous);
    let expected: BTreeSet<&str> = column.formats.iter().map(String::as_str).collect();
    let found: BTreeSet<&str> = leading.iter().map(|found| found.format.as_str()).collect();
    let right = expected == found && ambiguous == column.ambiguous;
    verdict(column, listed(&expected, column.ambiguous), listed(&found, ambiguous), right)
}

fn listed(formats: &BTreeSet<&str>, ambiguous: bool) -> String {
    let formats: Vec<&str> = formats.iter().copied().collect();
    format!("{}{}", formats.join(" | "), if ambiguous { " ?" } else { "" })
}

/// All leading patterns have to be those of the label, with their shares where it says them.
fn of_patterns(column: &Column, profile: &ColumnProfile) -> Verdict {
    let found = leading_patterns(profile);
    let fits = |label: &Labelled| {
        let same = found.iter().find(|found| found.pattern == label.pattern);
        same.is_some_and(|found| label.percent.is_none_or(|percent| is_percent(found, percent)))
    };
    let right = found.len() == column.patterns.len() && column.patterns.iter().all(fits);
    let shown = |patterns: Vec<String>| match patterns.is_empty() {
        true => "none".to_owned(),
        false => patterns.join(" ¦ "),
    };
    let expected = column.patterns.iter().map(|label| match label.percent {
        Some(percent) => format!("{} @{percent}%", label.pattern),
        None => label.pattern.clone(),
    });
    let seen = found.iter().map(|found| format!("{} @{:.0}%", found.pattern, found.share * 100.0));
    verdict(column, shown(expected.collect()), shown(seen.collect()), right)
}

fn is_percent(found: &LeadingPattern, percent: u32) -> bool {
    (found.share * 100.0 - f64::from(percent)).abs() <= 1.0
}

/// Right of all, a table of what was found for each label, and the wrong ones by name.
pub fn report(title: &str, verdicts: &[Verdict], group: fn(&str) -> &str) -> String {
    let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for verdict in verdicts {
        let found = if verdict.right { group(&verdict.expected) } else { group(&verdict.found) };
        *table.entry(group(&verdict.expected)).or_default().entry(found).or_default() += 1;
    }
    let mut text =
        format!("{title}: {} of {} right\n{:<34} found\n", right(verdicts), verdicts.len(), "expected");
    for (expected, found) in table {
        let found: Vec<String> = found.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let _ = writeln!(text, "{expected:<34} {}", found.join(", "));
    }
    for wrong in verdicts.iter().filter(|verdict| !verdict.right) {
        let _ = writeln!(text, "wrong: {}: {} instead of {}", wrong.column, wrong.found, wrong.expected);
    }
    text
}

pub fn right(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|verdict| verdict.right).count()
}
