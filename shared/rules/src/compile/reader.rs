//! Reads the parts of a rule against a schema, and notes what is wrong with them.

use std::collections::BTreeSet;

use forebay_model::rule::Comparison;
use forebay_model::{ColumnType, StreamSchema, Value};

use super::MOST_COLUMNS;
use crate::family::{Family, named};
use crate::fault::{RuleFault, shape};
use crate::key::Key;
use crate::lists::ReferenceLists;
use crate::literal;
use crate::pattern::{MOST_PATTERN_BYTES, Pattern, PatternFault};

/// Most values that a rule spells out; longer sets are reference lists.
const MOST_VALUES: usize = 10_000;

/// A column found in the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub place: usize,
    pub column_type: ColumnType,
    pub family: Family,
}

pub(crate) struct Reader<'a> {
    schema: &'a StreamSchema,
    lists: &'a ReferenceLists,
    shown: Vec<usize>,
    faults: Vec<RuleFault>,
}

/// A schema's column by name, and its place; or the fault.
pub(crate) fn find(schema: &StreamSchema, field: &str, name: &str) -> Result<Place, RuleFault> {
    match schema.columns.iter().position(|column| column.name == name) {
        Some(place) => {
            let column_type = schema.columns[place].column_type;
            Ok(Place { place, column_type, family: Family::of(column_type) })
        }
        None => Err(RuleFault::new(
            field,
            format!("{} that names none of the {} columns", shape(name), schema.columns.len()),
            format!("the name of a column of stream {}", schema.stream),
            "look the column's name up in the stream's schema; names are lower case",
        )),
    }
}

impl<'a> Reader<'a> {
    pub fn new(schema: &'a StreamSchema, lists: &'a ReferenceLists) -> Self {
        Self { schema, lists, shown: Vec::new(), faults: Vec::new() }
    }

    /// Columns met, each once, in order; and what was wrong.
    pub fn finish(self) -> (Vec<usize>, Vec<RuleFault>) {
        (self.shown, self.faults)
    }

    pub fn fault(
        &mut self,
        field: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
        action: &str,
    ) {
        self.faults.push(RuleFault::new(field, found, expected, action));
    }

    pub fn wrong_type(&mut self, field: &str, column: Place, expected: &str, action: &str) {
        self.fault(field, format!("a column of type {}", named(column.column_type)), expected, action);
    }

    pub fn column(&mut self, field: &str, name: &str) -> Option<Place> {
        match find(self.schema, field, name) {
            Ok(found) => {
                if !self.shown.contains(&found.place) {
                    self.shown.push(found.place);
                }
                Some(found)
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// At least `least` columns, at most [`MOST_COLUMNS`], none twice.
    pub fn columns(&mut self, field: &str, names: &[String], least: usize) -> Option<Vec<Place>> {
        if names.len() < least || names.len() > MOST_COLUMNS {
            let expected = format!("{least} to {MOST_COLUMNS} columns");
            self.fault(field, format!("{} columns", names.len()), expected, "add or remove columns");
            return None;
        }
        let found: Vec<Option<Place>> =
            names.iter().enumerate().map(|(at, name)| self.column(&format!("{field}[{at}]"), name)).collect();
        let found: Vec<Place> = found.into_iter().collect::<Option<_>>()?;
        let different: BTreeSet<usize> = found.iter().map(|column| column.place).collect();
        if different.len() < found.len() {
            self.fault(field, "a column named twice", "different columns", "remove the repetition");
            return None;
        }
        Some(found)
    }

    pub fn text_column(&mut self, field: &str, column: Place) -> Option<Place> {
        if column.family == Family::Text {
            return Some(column);
        }
        let action = "use range, one_of or compare for columns of other types";
        self.wrong_type(field, column, "a column of type text", action);
        None
    }

    pub fn pattern(&mut self, field: &str, regex: &str) -> Option<Pattern> {
        let (expected, action) = match Pattern::new(regex) {
            Ok(pattern) => return Some(pattern),
            Err(PatternFault::TooLong) => (
                format!("a pattern of at most {MOST_PATTERN_BYTES} bytes"),
                "split it into several rules, or use a reference list",
            ),
            Err(PatternFault::TooLarge) => (
                "a pattern whose repetitions multiply to a small program".to_owned(),
                "lower the counts in braces, or write [A-Za-z0-9_] for \\w and [0-9] for \\d",
            ),
            Err(PatternFault::Syntax) => (
                "a regular expression by the syntax of Rust's regex crate".to_owned(),
                "balance its brackets; look-around and back-references do not exist here",
            ),
        };
        self.fault(field, shape(regex), expected, action);
        None
    }

    pub fn literal(&mut self, field: &str, text: &str, column: Place) -> Option<Value> {
        let value = literal::parse(text, column.column_type);
        if value.is_none() {
            self.fault(
                field,
                shape(text),
                literal::form(column.column_type),
                "write it in the column's type",
            );
        }
        value
    }

    /// Outer `None` where there is a fault, inner `None` where there is no bound.
    pub fn bound(&mut self, field: &str, text: Option<&str>, column: Place) -> Option<Option<Value>> {
        text.map_or(Some(None), |text| self.literal(field, text, column).map(Some))
    }

    /// Order needs a type that has one.
    pub fn operator(&mut self, field: &str, operator: Comparison, column: Place) -> Option<()> {
        let ordered =
            column.family.is_ordered() || matches!(operator, Comparison::Equal | Comparison::NotEqual);
        if !ordered {
            let found = format!("an order of {} values", named(column.column_type));
            self.fault(field, found, "equal or not_equal", "use equal or not_equal");
        }
        ordered.then_some(())
    }

    pub fn set(&mut self, field: &str, values: &[String], column: Place) -> Option<BTreeSet<Key<'static>>> {
        if values.is_empty() || values.len() > MOST_VALUES {
            let found = format!("{} values", values.len());
            self.fault(
                field,
                found,
                format!("1 to {MOST_VALUES} values"),
                "use a reference list for long sets",
            );
            return None;
        }
        let bad = self.faults.len();
        let keys: BTreeSet<_> = values
            .iter()
            .enumerate()
            .filter_map(|(at, text)| self.literal(&format!("{field}[{at}]"), text, column))
            .filter_map(|value| Key::of(&value, column.family).map(Key::into_owned))
            .collect();
        // A set of ten thousand misspelt values is one mistake, not ten thousand.
        self.faults.truncate(bad + 10);
        (self.faults.len() == bad).then_some(keys)
    }

    pub fn list(&mut self, field: &str, name: &str, column: Place) -> Option<BTreeSet<Key<'static>>> {
        let Some(list) = self.lists.get(name) else {
            self.fault(
                field,
                shape(name),
                "the name of a reference list of this tenant",
                "make the list first, or correct its name",
            );
            return None;
        };
        let parsed = list.iter().filter_map(|text| literal::parse(text, column.column_type));
        let keys: BTreeSet<_> =
            parsed.filter_map(|value| Key::of(&value, column.family).map(Key::into_owned)).collect();
        let bad = list.iter().filter(|text| literal::parse(text, column.column_type).is_none()).count();
        if bad > 0 || list.is_empty() {
            let found = format!("a list of {} values, {bad} of them not in the column's type", list.len());
            let expected = format!("a list with values, each {}", literal::form(column.column_type));
            self.fault(field, found, expected, "correct the list, or use a column of its type");
            return None;
        }
        Some(keys)
    }
}
