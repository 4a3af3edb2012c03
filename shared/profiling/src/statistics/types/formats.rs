//! How the values that the column's type covers are written.

use forebay_model::profile::FormatFinding;

use super::decide::Decision;
use super::forms::Forms;
use super::separators::Separators;
use super::{labels, number_formats, time_formats};
use crate::scan::Kind;

/// Formats under this share are left out.
const LEAST_SHARE: f64 = 0.001;
const MOST_FORMATS: usize = 12;

/// A format with how many values it has, before shares are known.
#[derive(Debug)]
pub(super) struct Counted {
    pub format: String,
    pub count: u64,
    /// Readings that fit just as well.
    pub alternatives: Vec<String>,
}

/// Most frequent first. Shares are of the values whose format is known.
pub(super) fn of(forms: &Forms, decision: &Decision, separators: Separators) -> Vec<FormatFinding> {
    let counted = match decision.kind {
        Kind::Date | Kind::Timestamp | Kind::TimestampTz | Kind::Time => {
            time_formats::of(forms, decision.kind)
        }
        Kind::Integer | Kind::Decimal => number_formats::of(forms, separators),
        kind => labels::of(forms, kind),
    };
    let total: u128 = counted.iter().map(|found| u128::from(found.count)).sum();
    let mut findings: Vec<FormatFinding> = counted
        .into_iter()
        .map(|found| FormatFinding {
            format: found.format,
            share: found.count as f64 / total as f64,
            ambiguous: !found.alternatives.is_empty(),
            alternatives: found.alternatives,
        })
        .filter(|finding| finding.share >= LEAST_SHARE)
        .collect();
    findings.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.format.cmp(&b.format)));
    findings.truncate(MOST_FORMATS);
    findings
}
