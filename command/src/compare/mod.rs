//! Two tables, column by column: what changed from the earlier to the later one.

mod column;
mod report;

use std::collections::BTreeMap;

use forebay_model::profile::ColumnProfile;
use serde::Serialize;

use crate::profile::TableProfile;
use crate::report::figures;
pub use report::{write_json, write_terminal};

/// What changed between two tables.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    pub before: String,
    pub after: String,
    pub rows_before: u64,
    pub rows_after: u64,
    /// Those of the later table in its order, then those that vanished.
    pub columns: Vec<ColumnComparison>,
}

/// What changed in one column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnComparison {
    pub column: String,
    pub standing: Standing,
    pub before: Option<Side>,
    pub after: Option<Side>,
    /// 0 to 1: the share of values that would have to move, errors subtracted; `None` where profiles do not
    /// tell, as in a column whose values all differ.
    pub distance: Option<f64>,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Same,
    Changed,
    Appeared,
    Vanished,
}

/// The figures that are compared.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    #[serde(rename = "type")]
    pub kind: String,
    pub null_share: f64,
    pub distinct: f64,
    pub distinct_exact: bool,
}

/// One change, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub aspect: Aspect,
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    Type,
    Nulls,
    Distinct,
    Key,
    Values,
    Distribution,
}

/// Compares by column name. Values are compared as they are, also where they are shown masked.
pub fn compare(before: &TableProfile, after: &TableProfile) -> Comparison {
    let earlier: BTreeMap<&str, usize> =
        before.columns.iter().enumerate().map(|(at, column)| (column.column.as_str(), at)).collect();
    let mut columns = Vec::new();
    for (at, profile) in after.columns.iter().enumerate() {
        columns.push(match earlier.get(profile.column.as_str()) {
            Some(&was) => column::compare(
                &before.columns[was],
                profile,
                before.unmasked.get(was).unwrap_or(&before.columns[was]),
                after.unmasked.get(at).unwrap_or(profile),
            ),
            None => one_sided(profile, Standing::Appeared),
        });
    }
    let later = |name: &str| after.columns.iter().any(|column| column.column == name);
    let vanished = before.columns.iter().filter(|column| !later(&column.column));
    columns.extend(vanished.map(|column| one_sided(column, Standing::Vanished)));
    Comparison {
        before: before.name.clone(),
        after: after.name.clone(),
        rows_before: before.rows,
        rows_after: after.rows,
        columns,
    }
}

fn one_sided(profile: &ColumnProfile, standing: Standing) -> ColumnComparison {
    let (before, after) = if standing == Standing::Vanished {
        (Some(Side::of(profile)), None)
    } else {
        (None, Some(Side::of(profile)))
    };
    let column = profile.column.clone();
    ColumnComparison { column, standing, before, after, distance: None, findings: Vec::new() }
}

impl Side {
    fn of(profile: &ColumnProfile) -> Self {
        Self {
            kind: profile.inferred_type.name.clone(),
            null_share: if profile.rows == 0 { 0.0 } else { profile.nulls as f64 / profile.rows as f64 },
            distinct: profile.distinct.value,
            distinct_exact: profile.distinct.exact,
        }
    }

    fn distinct(&self) -> String {
        let about = if self.distinct_exact { "" } else { "~" };
        format!("{about}{}", figures::count(self.distinct.round() as u64))
    }
}

impl Comparison {
    pub fn has_changes(&self) -> bool {
        self.columns.iter().any(|column| column.standing != Standing::Same)
    }

    pub fn summary(&self) -> String {
        let count = |standing| self.columns.iter().filter(|column| column.standing == standing).count();
        format!(
            "{} rows, before {} · {} columns as before, {} changed, {} appeared, {} vanished",
            figures::count(self.rows_after),
            figures::count(self.rows_before),
            count(Standing::Same),
            count(Standing::Changed),
            count(Standing::Appeared),
            count(Standing::Vanished)
        )
    }
}

impl ColumnComparison {
    /// Type, null share, distinct values and distance, each before and after where it changed.
    pub fn figures(&self) -> [String; 4] {
        let both = |show: &dyn Fn(&Side) -> String| match (&self.before, &self.after) {
            (Some(before), Some(after)) if show(before) != show(after) => {
                format!("{} → {}", show(before), show(after))
            }
            (Some(side), _) | (None, Some(side)) => show(side),
            (None, None) => String::new(),
        };
        [
            both(&|side| side.kind.clone()),
            both(&|side| figures::share(side.null_share, 1.0)),
            both(&Side::distinct),
            self.distance.map(|distance| format!("{distance:.3}")).unwrap_or_default(),
        ]
    }
}
