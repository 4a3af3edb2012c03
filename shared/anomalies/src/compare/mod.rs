//! Two tables, column by column: what changed from the earlier to the later one.

mod column;

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::profile::ColumnProfile;
use serde::Serialize;

use crate::distance::{Extent, Shift};
use crate::figures;

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
    /// How the distance is judged; `None` where there is none.
    pub shift: Option<ShiftFigures>,
    pub findings: Vec<Finding>,
}

/// A distance between two distributions, and by what it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShiftFigures {
    /// Population stability index, what chance and the sketches' errors give on average subtracted. Moderate from
    /// [`MODERATE_PSI`](crate::distance::MODERATE_PSI) on, large from
    /// [`LARGE_PSI`](crate::distance::LARGE_PSI) on.
    pub psi: f64,
    /// Of numbers: what the distance stays under by chance in all but one of a thousand pairs of samples.
    pub critical: Option<f64>,
    pub extent: Extent,
}

impl ShiftFigures {
    fn of(shift: &Shift) -> Self {
        let (psi, critical) = match shift {
            Shift::Numbers(shift) => (shift.psi, Some(shift.critical)),
            Shift::Categories(shift) => (shift.psi, None),
        };
        Self { psi, critical, extent: shift.extent() }
    }
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    pub rows: u64,
    pub nulls: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub null_share: f64,
    pub distinct: f64,
    pub distinct_exact: bool,
    /// Smallest and largest, as text; `None` where either side's values are masked.
    pub min: Option<String>,
    pub max: Option<String>,
    /// Of numbers, and of times in seconds since 1970; `None` where either side's values are masked.
    pub mean: Option<f64>,
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

/// One of the two tables.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    pub name: &'a str,
    pub rows: u64,
    /// As they are shown: masked.
    pub columns: &'a [ColumnProfile],
    /// The same in the same order with no value masked, to compare by and never shown; empty where what is shown
    /// is compared.
    pub unmasked: &'a [ColumnProfile],
}

/// Compares by column name. Values are compared as they are, also where they are shown masked.
pub fn compare(before: &Table<'_>, after: &Table<'_>) -> Comparison {
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
    let later: BTreeSet<&str> = after.columns.iter().map(|column| column.column.as_str()).collect();
    let vanished = before.columns.iter().filter(|column| !later.contains(column.column.as_str()));
    columns.extend(vanished.map(|column| one_sided(column, Standing::Vanished)));
    Comparison {
        before: before.name.to_owned(),
        after: after.name.to_owned(),
        rows_before: before.rows,
        rows_after: after.rows,
        columns,
    }
}

fn one_sided(profile: &ColumnProfile, standing: Standing) -> ColumnComparison {
    let side = Some(Side::of(profile, profile.masked));
    let (before, after) = if standing == Standing::Vanished { (side, None) } else { (None, side) };
    let column = profile.column.clone();
    ColumnComparison { column, standing, before, after, distance: None, shift: None, findings: Vec::new() }
}

impl Side {
    /// `hidden`: no value is shown.
    fn of(profile: &ColumnProfile, hidden: bool) -> Self {
        let shown = |value: &Option<String>| value.clone().filter(|_| !hidden);
        Self {
            rows: profile.rows,
            nulls: profile.nulls,
            kind: profile.inferred_type.name.clone(),
            null_share: if profile.rows == 0 { 0.0 } else { profile.nulls as f64 / profile.rows as f64 },
            distinct: profile.distinct.value,
            distinct_exact: profile.distinct.exact,
            min: shown(&profile.min),
            max: shown(&profile.max),
            mean: profile.numbers.as_ref().filter(|_| !hidden).and_then(|numbers| numbers.mean),
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
