//! Compiled rules on one record: columns are places, values are parsed, patterns are built.

mod column;
mod record;
mod test;

use forebay_model::Value;

pub(crate) use column::{Members, NotNull, Range, Whole};
pub(crate) use record::{Compare, ExactlyOne, IfThen};
pub(crate) use test::{Test, TestOf};

/// What a rule says of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The rule does not apply to it.
    NotLookedAt,
    Holds,
    Broken,
}

impl Verdict {
    pub fn of(holds: bool) -> Self {
        if holds { Verdict::Holds } else { Verdict::Broken }
    }
}

/// A rule that one record alone keeps or breaks.
pub(crate) trait Check: std::fmt::Debug + Send + Sync {
    fn verdict(&self, values: &[Value]) -> Verdict;
}

/// A row may be shorter than its schema: what is not there is null.
pub(crate) fn at(values: &[Value], place: usize) -> &Value {
    values.get(place).unwrap_or(&Value::Null)
}
