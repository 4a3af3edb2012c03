//! What changed in one column. A change is stated where chance and the errors of the figures do not explain
//! it.

use std::collections::BTreeSet;

use forebay_model::profile::{ColumnProfile, KeyCandidate};

use super::{Aspect, ColumnComparison, Finding, ShiftFigures, Side, Standing};
use crate::distance::{self, Extent};
use crate::figures;

/// Two-sided normal quantile of one in a thousand.
const SIGNIFICANT: f64 = 3.29;
/// Null shares that differ by less are no news, however certain.
const LEAST_SHARE: f64 = 0.01;
/// Different values per filled row from which on all are taken to differ, and to which values repeat.
const ALL_DIFFER: f64 = 0.98;
const REPEATING: f64 = 0.9;
/// Up to so many different values a column's values are listed in full.
const LISTED: f64 = 20.0;

/// The unmasked profiles are compared, the masked ones shown.
pub(super) fn compare(
    before: &ColumnProfile,
    after: &ColumnProfile,
    before_unmasked: &ColumnProfile,
    after_unmasked: &ColumnProfile,
) -> ColumnComparison {
    let shift = distance::shift(before_unmasked, after_unmasked);
    // What one side masks is no less personal on the other.
    let hidden = before.masked || after.masked;
    let mut findings = Vec::new();
    findings.extend(types(before, after));
    findings.extend(nulls(before, after));
    findings.extend(distinct(before, after));
    findings.extend(key(before, after));
    findings.extend(values(before, after));
    if let Some(shift) = shift.filter(|shift| shift.extent() > Extent::None) {
        let how = if shift.extent() == Extent::Large { "strongly" } else { "moderately" };
        let what = format!(
            "the distribution shifted {how}: {} of the values moved",
            figures::share(shift.distance(), 1.0)
        );
        findings.push(Finding { aspect: Aspect::Distribution, what });
    }
    ColumnComparison {
        column: after.column.clone(),
        standing: if findings.is_empty() { Standing::Same } else { Standing::Changed },
        before: Some(Side::of(before, hidden)),
        after: Some(Side::of(after, hidden)),
        distance: shift.map(|shift| shift.distance()),
        shift: shift.as_ref().map(ShiftFigures::of),
        findings,
    }
}

fn finding(aspect: Aspect, what: String) -> Option<Finding> {
    Some(Finding { aspect, what })
}

fn types(before: &ColumnProfile, after: &ColumnProfile) -> Option<Finding> {
    let (was, is) = (&before.inferred_type.name, &after.inferred_type.name);
    if was == is || was == "empty" || is == "empty" {
        return None;
    }
    finding(Aspect::Type, format!("the type was {was} and is {is}"))
}

/// Nulls where there were none are news at once; else shares are compared as two samples' proportions.
fn nulls(before: &ColumnProfile, after: &ColumnProfile) -> Option<Finding> {
    let (n, m) = (before.rows as f64, after.rows as f64);
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let (was, is) = (before.nulls as f64 / n, after.nulls as f64 / m);
    if before.nulls == 0 && after.nulls > 0 {
        let what = format!("{} rows have no value; before all had one", figures::count(after.nulls));
        return finding(Aspect::Nulls, what);
    }
    let all = (before.nulls + after.nulls) as f64 / (n + m);
    let deviation = (all * (1.0 - all) * (1.0 / n + 1.0 / m)).sqrt();
    if (was - is).abs() < LEAST_SHARE || (was - is).abs() < SIGNIFICANT * deviation {
        return None;
    }
    let what = format!("{} are null, before {}", figures::share(is, 1.0), figures::share(was, 1.0));
    finding(Aspect::Nulls, what)
}

/// How many values differ depends on how many rows there are; only whether they repeat at all does not.
fn distinct(before: &ColumnProfile, after: &ColumnProfile) -> Option<Finding> {
    if before.constant && !after.constant && after.distinct.value > 1.0 {
        return finding(Aspect::Distinct, "the column had one value and now has several".to_owned());
    }
    if !before.constant && after.constant && before.distinct.value > 1.0 {
        return finding(Aspect::Distinct, "the column had several values and now has one".to_owned());
    }
    let (was, is) = (before.uniqueness, after.uniqueness);
    let error = SIGNIFICANT * (was.value * was.relative_error).hypot(is.value * is.relative_error);
    let (least, most) = (was.value.min(is.value), was.value.max(is.value));
    if most < ALL_DIFFER || least > REPEATING - error {
        return None;
    }
    let share = |value: f64| figures::share(value, 1.0);
    let what = format!("{} of the values are different, before {}", share(is.value), share(was.value));
    finding(Aspect::Distinct, what)
}

fn key(before: &ColumnProfile, after: &ColumnProfile) -> Option<Finding> {
    let was_key = matches!(before.key_candidate, KeyCandidate::Yes | KeyCandidate::Likely);
    if !was_key || after.key_candidate != KeyCandidate::No || after.rows == 0 {
        return None;
    }
    finding(Aspect::Key, "the column could be the key and no longer can".to_owned())
}

/// Values that are new or gone, where all of them are listed.
fn values(before: &ColumnProfile, after: &ColumnProfile) -> Option<Finding> {
    let listed = |profile: &ColumnProfile| {
        let complete = profile.distinct.exact && profile.distinct.value <= LISTED;
        let is_small = (profile.distinct.value * 5.0) < (profile.rows - profile.nulls) as f64;
        let values = profile.frequent.iter().map(|value| value.value.clone()).collect::<BTreeSet<_>>();
        let all = values.len() as f64 == profile.distinct.value;
        (complete && is_small && all && !profile.masked).then_some(values)
    };
    let (was, is) = (listed(before)?, listed(after)?);
    let names = |values: Vec<&String>| values.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let (new, gone) = (names(is.difference(&was).collect()), names(was.difference(&is).collect()));
    let what = match (new.is_empty(), gone.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("new values: {new}"),
        (true, false) => format!("values that no longer occur: {gone}"),
        (false, false) => format!("new values: {new}; values that no longer occur: {gone}"),
    };
    finding(Aspect::Values, what)
}
