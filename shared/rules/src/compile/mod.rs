//! From a rule as its author wrote it to a check, or to all that is wrong with it.

mod reader;
pub(crate) mod tables;

use forebay_model::rule::{ColumnTest, Comparison, Condition, Expectation};
use forebay_model::{StreamSchema, Value};

use reader::Reader;
pub(crate) use reader::{Place, find};

use crate::check::{Check, Compare, ExactlyOne, IfThen, Members, NotNull, Range, Test, TestOf, Whole};
use crate::family::Family;
use crate::fault::RuleFault;
use crate::key::compares;
use crate::lists::ReferenceLists;

/// Most columns in one rule.
pub(crate) const MOST_COLUMNS: usize = 16;

/// What observes records for a rule.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Each record alone.
    Record(Box<dyn Check>),
    /// The columns that no two records share: their places and families.
    Unique(Vec<(usize, Family)>),
    /// Nothing: whoever holds the tables is asked.
    Tables,
}

/// A check, and the places of the columns that it looks at.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub kind: Kind,
    pub shown: Vec<usize>,
}

/// Everything that is wrong at once, so that an author repairs a rule in one go.
pub(crate) fn compile(
    expectation: &Expectation,
    schema: &StreamSchema,
    lists: &ReferenceLists,
) -> Result<Compiled, Vec<RuleFault>> {
    let mut reader = Reader::new(schema, lists);
    let kind = kind(expectation, &mut reader);
    let (shown, faults) = reader.finish();
    match kind {
        Some(kind) if faults.is_empty() => Ok(Compiled { kind, shown }),
        _ => Err(faults),
    }
}

/// `None` only where the reader noted a fault.
fn kind(expectation: &Expectation, from: &mut Reader<'_>) -> Option<Kind> {
    match expectation {
        Expectation::NotNull { column } => {
            record(NotNull { column: from.column("expectation.column", column)?.place })
        }
        Expectation::Pattern { column, regex } => pattern(from, column, regex),
        Expectation::Range { column, min, max } => range(from, column, min.as_deref(), max.as_deref()),
        Expectation::OneOf { column, values } => {
            let column = from.column("expectation.column", column)?;
            let set = from.set("expectation.values", values, column)?;
            record(Members { column: column.place, family: column.family, set })
        }
        Expectation::Reference { column, list } => {
            let column = from.column("expectation.column", column)?;
            let set = from.list("expectation.list", list, column)?;
            record(Members { column: column.place, family: column.family, set })
        }
        Expectation::Unique { columns } => {
            let columns = from.columns("expectation.columns", columns, 1)?;
            Some(Kind::Unique(columns.iter().map(|column| (column.place, column.family)).collect()))
        }
        Expectation::Compare { left, operator, right } => compare(from, left, *operator, right),
        Expectation::ExactlyOne { columns } => {
            let columns = from.columns("expectation.columns", columns, 2)?;
            record(ExactlyOne { columns: columns.iter().map(|column| column.place).collect() })
        }
        Expectation::IfThen { when, then } => {
            let (when, then) = (test(from, "expectation.when", when), test(from, "expectation.then", then));
            record(IfThen { when: when?, then: then? })
        }
        Expectation::SumOfLines { .. } | Expectation::ForeignKey { .. } => Some(Kind::Tables),
    }
}

fn record(check: impl Check + 'static) -> Option<Kind> {
    Some(Kind::Record(Box::new(check)))
}

fn pattern(from: &mut Reader<'_>, column: &str, regex: &str) -> Option<Kind> {
    let column = from.column("expectation.column", column);
    let pattern = from.pattern("expectation.regex", regex);
    let column = from.text_column("expectation.column", column?)?;
    record(Whole { column: column.place, pattern: pattern? })
}

fn range(from: &mut Reader<'_>, column: &str, min: Option<&str>, max: Option<&str>) -> Option<Kind> {
    let column = from.column("expectation.column", column)?;
    if column.family == Family::Text || !column.family.is_ordered() {
        from.wrong_type(
            "expectation.column",
            column,
            "a column of numbers, dates or timestamps",
            "use one_of or pattern",
        );
        return None;
    }
    let min = from.bound("expectation.min", min, column);
    let max = from.bound("expectation.max", max, column);
    check_range(from, min?, max?, column)
}

fn compare(from: &mut Reader<'_>, left: &str, operator: Comparison, right: &str) -> Option<Kind> {
    let both = (from.column("expectation.left", left), from.column("expectation.right", right));
    let (left, right) = (both.0?, both.1?);
    if left.place == right.place {
        from.fault(
            "expectation.right",
            "the column of `left`",
            "another column",
            "name two different columns",
        );
        return None;
    }
    if !left.family.compares_with(right.family) {
        let expected = "a column that compares with the left one's type";
        from.wrong_type(
            "expectation.right",
            right,
            expected,
            "compare numbers with numbers, times with times, texts with texts",
        );
        return None;
    }
    from.operator("expectation.operator", operator, left)?;
    record(Compare { left: left.place, operator, right: right.place })
}

fn test(from: &mut Reader<'_>, field: &str, condition: &Condition) -> Option<Test> {
    let column = from.column(&format!("{field}.column"), &condition.column)?;
    let of = match &condition.test {
        ColumnTest::Null => TestOf::Null,
        ColumnTest::Present => TestOf::Present,
        ColumnTest::OneOf { values } => {
            TestOf::Member(column.family, from.set(&format!("{field}.values"), values, column)?)
        }
        ColumnTest::Matches { regex } => {
            let pattern = from.pattern(&format!("{field}.regex"), regex);
            from.text_column(&format!("{field}.column"), column)?;
            TestOf::Matches(pattern?)
        }
        ColumnTest::Compared { operator, value } => {
            let value = from.literal(&format!("{field}.value"), value, column)?;
            from.operator(&format!("{field}.operator"), *operator, column)?;
            TestOf::Compared(*operator, value)
        }
    };
    Some(Test { column: column.place, of })
}

/// At least one end is there, and they are in order.
fn check_range(from: &mut Reader<'_>, min: Option<Value>, max: Option<Value>, column: Place) -> Option<Kind> {
    if min.is_none() && max.is_none() {
        from.fault("expectation.min", "neither min nor max", "at least one of them", "give min, max or both");
        return None;
    }
    if let (Some(min), Some(max)) = (&min, &max)
        && !compares(min, Comparison::LessOrEqual, max)
    {
        from.fault("expectation.max", "a value below min", "a value not below min", "exchange min and max");
        return None;
    }
    record(Range { column: column.place, min, max })
}
