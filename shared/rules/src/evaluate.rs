//! What [`SetQuery`] means, computed over records in memory: the reference that every repository's answers are
//! compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use forebay_model::rule::{MOST_EXAMPLES, SetAnswer, SetQuery, Violation};
use forebay_model::{StreamName, StreamSchema, TypedRecord};
use rust_decimal::Decimal;

use crate::check::at;
use crate::compile::{Place, find};
use crate::family::Family;
use crate::key::{Key, as_decimal};
use crate::state::{shown_key, shown_value};

/// The current records of one stream, without deleted ones.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    pub schema: &'a StreamSchema,
    pub records: &'a [TypedRecord],
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvaluateError {
    NoStream(StreamName),
    NoColumn {
        stream: StreamName,
        column: String,
    },
    /// Columns of these names hold what cannot be equal, or is no amount.
    Incomparable {
        left: String,
        right: String,
    },
    /// Amounts add up to more than 28 digits.
    Overflow,
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvaluateError::NoStream(stream) => write!(f, "stream {stream} is not loaded"),
            EvaluateError::NoColumn { stream, column } => write!(f, "stream {stream} has no column {column}"),
            EvaluateError::Incomparable { left, right } => {
                write!(f, "columns {left} and {right} cannot be compared")
            }
            EvaluateError::Overflow => f.write_str("amounts add up to more than 28 digits"),
        }
    }
}

impl std::error::Error for EvaluateError {}

/// Answers `query` about `table`; `others` finds the other streams of its source.
///
/// # Errors
///
/// A stream or column that is not there; columns that cannot be compared; a sum that no decimal holds.
pub fn evaluate<'a>(
    query: &SetQuery,
    table: &Table<'a>,
    others: &dyn Fn(&StreamName) -> Option<Table<'a>>,
) -> Result<SetAnswer, EvaluateError> {
    let other = |name: &StreamName| others(name).ok_or_else(|| EvaluateError::NoStream(name.clone()));
    let verdicts = match query {
        SetQuery::Unique { columns } => unique(table, columns)?,
        SetQuery::ForeignKey { column, references, key } => {
            foreign_key(table, column, &other(references)?, key)?
        }
        SetQuery::SumOfLines { parent_key, total, lines, line_parent, amount, tolerance } => {
            let lines = other(lines)?;
            let keys = joined(table, parent_key, &lines, line_parent)?;
            let total = table.amount(total)?;
            let sums = sums(&lines, keys.1, amount)?;
            totals(table, (keys.0, total), &sums, *tolerance)?
        }
    };
    let shown: Vec<(&str, usize)> = query
        .shown()
        .into_iter()
        .map(|name| Ok((name, table.place(name)?.place)))
        .collect::<Result<_, _>>()?;
    Ok(answer(table, &verdicts, &shown))
}

/// Per record: whether it breaks the rule; `None` where it is not looked at.
type Verdicts = Vec<Option<bool>>;

impl<'a> Table<'a> {
    fn place(&self, column: &str) -> Result<Place, EvaluateError> {
        let missing =
            || EvaluateError::NoColumn { stream: self.schema.stream.clone(), column: column.to_owned() };
        find(self.schema, column, column).map_err(|_| missing())
    }

    /// The column of an exact number.
    fn amount(&self, column: &str) -> Result<Place, EvaluateError> {
        let place = self.place(column)?;
        if place.family == Family::Exact { Ok(place) } else { Err(incomparable(column, column)) }
    }
}

/// A column's values by record, as another column's are compared with them.
type Keys<'a> = Vec<Option<Key<'a>>>;

fn joined<'a>(
    left: &Table<'a>,
    left_column: &str,
    right: &Table<'a>,
    right_column: &str,
) -> Result<(Keys<'a>, Keys<'a>), EvaluateError> {
    let (ours, theirs) = (left.place(left_column)?, right.place(right_column)?);
    if !ours.family.joins_with(theirs.family) {
        return Err(incomparable(left_column, right_column));
    }
    let keys = |table: &Table<'a>, of: &Place, other: &Place| {
        let key =
            |record: &'a TypedRecord| Key::joined(at(&record.values, of.place), of.family, other.family);
        table.records.iter().map(key).collect()
    };
    Ok((keys(left, &ours, &theirs), keys(right, &theirs, &ours)))
}

fn incomparable(left: &str, right: &str) -> EvaluateError {
    EvaluateError::Incomparable { left: left.to_owned(), right: right.to_owned() }
}

fn unique(table: &Table<'_>, columns: &[String]) -> Result<Verdicts, EvaluateError> {
    let columns: Vec<Place> = columns.iter().map(|name| table.place(name)).collect::<Result<_, _>>()?;
    let tuples: Vec<Option<Vec<Key<'_>>>> = table
        .records
        .iter()
        .map(|record| columns.iter().map(|c| Key::of(at(&record.values, c.place), c.family)).collect())
        .collect();
    let mut counts: BTreeMap<&Vec<Key<'_>>, u64> = BTreeMap::new();
    tuples.iter().flatten().for_each(|tuple| *counts.entry(tuple).or_default() += 1);
    Ok(tuples.iter().map(|tuple| tuple.as_ref().map(|tuple| counts[tuple] > 1)).collect())
}

fn foreign_key(
    table: &Table<'_>,
    column: &str,
    other: &Table<'_>,
    key: &str,
) -> Result<Verdicts, EvaluateError> {
    let (ours, theirs) = joined(table, column, other, key)?;
    let known: BTreeSet<Key<'_>> = theirs.into_iter().flatten().collect();
    Ok(ours.into_iter().map(|key| key.map(|key| !known.contains(&key))).collect())
}

/// The sum of the amounts per parent.
fn sums<'a>(
    lines: &Table<'a>,
    parents: Keys<'a>,
    amount: &str,
) -> Result<BTreeMap<Key<'a>, Decimal>, EvaluateError> {
    let amount = lines.amount(amount)?;
    let mut sums = BTreeMap::new();
    for (record, parent) in lines.records.iter().zip(parents) {
        let (Some(parent), Some(amount)) = (parent, as_decimal(at(&record.values, amount.place))) else {
            continue;
        };
        let sum: &mut Decimal = sums.entry(parent).or_default();
        *sum = exact_sum(*sum, amount)?;
    }
    Ok(sums)
}

/// Adds without rounding: a decimal that runs out of digits would drop its last places.
fn exact_sum(a: Decimal, b: Decimal) -> Result<Decimal, EvaluateError> {
    let sum = a.normalize().checked_add(b.normalize()).ok_or(EvaluateError::Overflow)?;
    let places = a.normalize().scale().max(b.normalize().scale());
    if sum.scale() == places || sum.is_zero() { Ok(sum) } else { Err(EvaluateError::Overflow) }
}

fn totals(
    table: &Table<'_>,
    (keys, total): (Keys<'_>, Place),
    sums: &BTreeMap<Key<'_>, Decimal>,
    tolerance: Decimal,
) -> Result<Verdicts, EvaluateError> {
    let verdict = |(record, key): (&TypedRecord, Option<Key<'_>>)| {
        let (Some(key), Some(total)) = (key, as_decimal(at(&record.values, total.place))) else {
            return Ok(None);
        };
        let sum = sums.get(&key).copied().unwrap_or_default();
        Ok(Some(exact_sum(total, -sum)?.abs() > tolerance))
    };
    table.records.iter().zip(keys).map(verdict).collect()
}

fn answer(table: &Table<'_>, verdicts: &Verdicts, shown: &[(&str, usize)]) -> SetAnswer {
    let mut broken: Vec<&TypedRecord> =
        table.records.iter().zip(verdicts).filter(|(_, v)| **v == Some(true)).map(|(r, _)| r).collect();
    broken.sort_by(|a, b| a.key.cmp(&b.key));
    let example = |record: &&TypedRecord| Violation {
        key: shown_key(record.key.as_str()).to_owned(),
        values: shown
            .iter()
            .map(|(name, place)| ((*name).to_owned(), shown_value(at(&record.values, *place))))
            .collect(),
    };
    SetAnswer {
        checked: verdicts.iter().flatten().count() as u64,
        violations: broken.len() as u64,
        examples: broken.iter().take(MOST_EXAMPLES).map(example).collect(),
    }
}
