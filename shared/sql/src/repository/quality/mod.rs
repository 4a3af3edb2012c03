//! Rules and what came of them, series and what was unusual, alerts and whom to tell.

mod alerts;
mod anomalies;
mod deliveries;
mod exclusions;
mod folds;
mod lists;
mod measures;
mod outcomes;
mod retention;
mod rules;
mod series;
mod set_texts;
mod sets;
mod silences;

use forebay_model::StreamName;
use forebay_model::alert::Cause;
use forebay_ports::PortError;

use super::word;
use crate::dialect::Dialect;
use crate::typed::Layout;
use crate::value::SqlValue;

/// Every statement of these, over the sample table where they read one.
pub(super) fn statements(dialect: Dialect, layout: &Layout) -> Vec<(&'static str, String)> {
    let mut all = rules::statements(dialect);
    all.extend(lists::statements(dialect));
    all.extend(outcomes::statements(dialect));
    all.extend(set_texts::statements(dialect, layout));
    all.extend(series::statements(dialect));
    all.extend(measures::statements(dialect));
    all.extend(anomalies::statements(dialect));
    all.extend(exclusions::statements());
    all.extend(alerts::statements(dialect));
    all.extend(folds::statements());
    all.extend(silences::statements());
    all.extend(deliveries::statements(dialect));
    all.extend(retention::statements(dialect));
    all
}

/// Conditions that were asked for, with their values. In a condition `#` stands for its value.
#[derive(Debug, Default)]
struct Conditions {
    texts: Vec<&'static str>,
    values: Vec<SqlValue>,
}

impl Conditions {
    fn and(mut self, text: &'static str, value: Option<SqlValue>) -> Self {
        if let Some(value) = value {
            self.texts.push(text);
            self.values.push(value);
        }
        self
    }
}

/// The conditions as the end of a `WHERE`; the first one's value is this parameter.
fn numbered(conditions: &[&str], first: usize) -> String {
    let numbered = conditions.iter().zip(first..);
    numbered.map(|(text, n)| format!(" AND {}", text.replace('#', &format!("?{n}")))).collect()
}

/// The whole source is an empty stream.
fn stream_or_empty(stream: Option<&StreamName>) -> SqlValue {
    stream.map_or("", StreamName::as_str).into()
}

fn cause_values(cause: &Cause) -> Result<[SqlValue; 3], PortError> {
    Ok([(&cause.source).into(), stream_or_empty(cause.stream.as_ref()), word(cause.kind)?.into()])
}

/// The number of a change's version, or `None` where the newest version is that change already.
fn next_version(
    newest: u32,
    expected: u32,
    is_the_newest: bool,
    what: impl Fn() -> String,
) -> Result<Option<u32>, PortError> {
    if newest == expected {
        return Ok(Some(newest + 1));
    }
    if newest == expected.saturating_add(1) && is_the_newest {
        return Ok(None);
    }
    Err(PortError::Conflict { what: what() })
}

/// A name that fits its column, with room for a version behind it.
fn check_name(what: &str, name: &str) -> Result<(), PortError> {
    let length = name.chars().count();
    if (1..=100).contains(&length) {
        return Ok(());
    }
    Err(super::rejected(format!("{what} of {length} characters: it has 1 to 100")))
}
