//! Builds the SuiteQL. Pure.
//!
//! Names in queries come from [`is_identifier`] only, values are numbers, instants in a fixed format or
//! quoted texts. Instants are compared in UTC, because the account's own zone repeats an hour each autumn;
//! a plain comparison with a date, a day wider than any zone, lets NetSuite use its index first.

mod instant;

use forebay_model::{Column, ColumnType, Instant, StreamSchema};

use super::config::is_identifier;
use super::cursor::{Part, Phase, Position};
use super::streams::TRANSACTION;

pub use instant::{seconds, utc_text};

/// What part of a stream is read.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Rows changed at or after this; `None` from the beginning.
    pub lower: Option<Instant>,
    /// Rows changed at or before this.
    pub upper: Instant,
}

/// One slice of a table: which rows, and after which one.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    pub schema: &'a StreamSchema,
    pub phase: Phase,
    pub span: Span,
    pub part: Option<&'a Part>,
    pub after: Option<&'a Position>,
}

impl Slice<'_> {
    /// The rows in order.
    pub fn rows(&self) -> String {
        let columns = self.schema.columns.iter().collect::<Vec<_>>();
        self.rows_of(&columns)
    }

    /// The same rows with some of their columns.
    pub fn rows_of(&self, columns: &[&Column]) -> String {
        if self.phase == Phase::Childless {
            return self.childless();
        }
        let parent_modified = self.parent_modified();
        let columns: Vec<String> = columns
            .iter()
            .map(|column| match parent_modified == Some(column.name.as_str()) {
                true => parent_time(&column.name),
                false => selected(self.schema.stream.as_str(), column),
            })
            .collect();
        format!("SELECT {} {}{} ORDER BY {}", columns.join(", "), self.from(), self.filter(), self.order())
    }

    /// How many rows there are, as `n`.
    pub fn count(&self) -> String {
        format!("SELECT COUNT(*) AS n {}{}", self.from(), self.filter())
    }

    /// The first and the last of the first key column, and how many rows there are.
    pub fn extent(&self) -> String {
        let first = self.schema.key.first().map_or("id", String::as_str);
        format!(
            "SELECT MIN(t.{first}) AS lowest, MAX(t.{first}) AS highest, COUNT(*) AS n {}{}",
            self.from(),
            self.filter()
        )
    }

    /// Some row of all tables that the rows are read from.
    pub fn any(&self) -> String {
        let first = self.schema.key.first().map_or("id", String::as_str);
        format!("SELECT t.{first} {}", self.from())
    }

    /// Parents that changed and have no rows here, by their id.
    fn childless(&self) -> String {
        let (table, column) = (self.schema.stream.as_str(), self.parent_column().unwrap_or(TRANSACTION));
        let mut all = vec![format!("t.{column} IS NULL")];
        range("p", "lastmodifieddate", self.span, &mut all);
        if let Some(value) = self.after.and_then(|after| after.key.first()) {
            all.push(format!("p.id > {}", self.literal(column, value)));
        }
        format!(
            "SELECT p.id, {} FROM {TRANSACTION} p LEFT JOIN {table} t ON t.{column} = p.id WHERE {} ORDER BY p.id",
            parent_time(PARENT_MODIFIED),
            all.join(" AND ")
        )
    }

    /// A first load keeps rows whose parent cannot be seen; increments find rows by their parents.
    fn from(&self) -> String {
        let table = self.schema.stream.as_str();
        let join = if self.phase == Phase::ByKey { "LEFT" } else { "INNER" };
        match (self.parent_modified(), self.parent_column()) {
            (Some(_), Some(column)) => {
                format!("FROM {table} t {join} JOIN {TRANSACTION} p ON p.id = t.{column}")
            }
            _ => format!("FROM {table} t"),
        }
    }

    fn parent_column(&self) -> Option<&str> {
        self.schema.parent.as_ref().map(|parent| parent.column.as_str())
    }

    fn parent_modified(&self) -> Option<&str> {
        self.schema.parent.as_ref()?.modified.as_deref()
    }

    fn filter(&self) -> String {
        let mut all = Vec::new();
        match (self.phase, self.schema.modified.as_deref()) {
            (Phase::OfChangedParents, _) => {
                range("p", "lastmodifieddate", self.span, &mut all);
                all.extend(self.after_key());
            }
            (_, None) => all.extend(self.after_key()),
            (Phase::ByKey, Some(modified)) => {
                let upper = timestamp(self.span.upper);
                all.push(format!("(t.{modified} IS NULL OR {} <= {upper})", utc("t", modified)));
                all.extend(self.after_key());
            }
            (Phase::Changed | Phase::Childless, Some(modified)) => {
                self.changed(modified, &mut all);
                if let (Some(lower), Some(_)) = (self.span.lower, self.parent_modified()) {
                    all.push(format!("{} < {}", utc("p", "lastmodifieddate"), timestamp(lower)));
                }
            }
            (Phase::Untimed, Some(modified)) => {
                all.push(format!("t.{modified} IS NULL"));
                all.extend(self.after_key());
            }
        }
        self.within_part(&mut all);
        if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) }
    }

    fn within_part(&self, all: &mut Vec<String>) {
        let (Some(part), Some(first)) = (self.part, self.schema.key.first()) else { return };
        all.extend(part.from.filter(|_| self.after.is_none()).map(|from| format!("t.{first} >= {from}")));
        all.extend(part.below.map(|below| format!("t.{first} < {below}")));
    }

    /// Rows by modification time. Rows of one second are told apart by their key, so a second with more
    /// rows than a page holds is drained page by page.
    fn changed(&self, modified: &str, all: &mut Vec<String>) {
        let reached =
            self.after.and_then(|position| Some((position, Instant::parse(position.modified.as_deref()?)?)));
        let Some((position, at)) = reached else { return range("t", modified, self.span, all) };
        range("t", modified, Span { lower: Some(at), ..self.span }, all);
        let column = utc("t", modified);
        let at = timestamp(at);
        all.push(format!("({column} > {at} OR ({column} = {at} AND {}))", self.beyond(&position.key)));
    }

    fn after_key(&self) -> Option<String> {
        let position = self.after?;
        let beyond = self.beyond(&position.key);
        if self.schema.key.len() == 1 {
            return Some(beyond);
        }
        // The first comparison alone is what an index can be ranged over.
        let (first, value) = (self.schema.key.first()?, position.key.first()?);
        Some(format!("t.{first} >= {} AND {beyond}", self.literal(first, value)))
    }

    /// `(k1, k2, …) > (v1, v2, …)`, spelt out.
    fn beyond(&self, values: &[String]) -> String {
        let mut pairs = self.schema.key.iter().zip(values).rev();
        let Some((last, value)) = pairs.next() else { return "1 = 1".into() };
        let innermost = format!("t.{last} > {}", self.literal(last, value));
        pairs.fold(innermost, |inner, (key, value)| {
            let value = self.literal(key, value);
            format!("(t.{key} > {value} OR (t.{key} = {value} AND {inner}))")
        })
    }

    fn literal(&self, key: &str, value: &str) -> String {
        let integer = self.schema.column(key).is_some_and(|c| c.column_type == ColumnType::Integer);
        match value.parse::<i128>() {
            Ok(number) if integer => number.to_string(),
            _ => format!("'{}'", value.replace('\'', "''")),
        }
    }

    fn order(&self) -> String {
        let mut by: Vec<String> = Vec::new();
        if let (Phase::Changed, Some(modified)) = (self.phase, self.schema.modified.as_deref()) {
            by.push(utc("t", modified));
        }
        by.extend(self.schema.key.iter().map(|key| format!("t.{key}")));
        by.join(", ")
    }
}

/// Changes within the window, of the table called `alias`.
fn range(alias: &str, column: &str, span: Span, all: &mut Vec<String>) {
    if let Some(lower) = span.lower {
        all.push(format!("{alias}.{column} >= TO_DATE('{}', 'YYYY-MM-DD')", instant::day_before(lower)));
        all.push(format!("{} >= {}", utc(alias, column), timestamp(lower)));
    }
    all.push(format!("{} <= {}", utc(alias, column), timestamp(span.upper)));
}

fn utc(alias: &str, column: &str) -> String {
    format!("SYS_EXTRACT_UTC({alias}.{column})")
}

fn timestamp(at: Instant) -> String {
    format!("TO_TIMESTAMP('{}', 'YYYY-MM-DD HH24:MI:SS')", instant::plain_text(at))
}

/// Columns that are computed: table, name, expression.
///
/// `deletedrecord.type` is a label, and an account may label a record type of its own "Invoice", whose ids
/// are then taken for invoices' ids. So what is custom is named by its script id, and custom transactions,
/// which live among the others, by their table.
const COMPUTED: [(&str, &str, &str); 1] = [(
    "deletedrecord",
    DELETED_TYPE,
    "DECODE(t.iscustomtransaction, 'T', 'transaction', DECODE(t.iscustomrecord, 'T', NVL(t.scriptid, 'customrecord'), \
     DECODE(t.iscustomlist, 'T', NVL(t.scriptid, 'customlist'), t.type)))",
)];

/// The computed column that says which stream a deleted record was in.
pub const DELETED_TYPE: &str = "recordtype";

/// A column in a select list. Dates and times are spelt out: left alone they come in the user's own
/// format, without the time.
fn selected(table: &str, column: &Column) -> String {
    let name = &column.source_field;
    if let Some((_, _, expression)) = COMPUTED.iter().find(|(t, c, _)| *t == table && c == name) {
        return format!("{expression} AS {name}");
    }
    match column.column_type {
        ColumnType::Timestamp => {
            format!("TO_CHAR({}, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS {name}", utc("t", name))
        }
        ColumnType::Date => format!("TO_CHAR(t.{name}, 'YYYY-MM-DD') AS {name}"),
        _ => format!("t.{name}"),
    }
}

/// The column of a child's row that holds its parent's modification time.
pub const PARENT_MODIFIED: &str = "transactionlastmodifieddate";

fn parent_time(name: &str) -> String {
    format!("TO_CHAR({}, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS {name}", utc("p", "lastmodifieddate"))
}

/// Can a child's row show its parent's modification time?
pub fn parent_probe(table: &str, column: &str) -> String {
    format!(
        "SELECT t.{column}, {} FROM {table} t INNER JOIN {TRANSACTION} p ON p.id = t.{column}",
        parent_time(PARENT_MODIFIED)
    )
}

/// Some parent.
pub const ANY_PARENT: &str = "SELECT p.id FROM transaction p";

/// A parent's modification time now.
pub fn parent_now(id: &str) -> String {
    let id = id.parse::<i128>().map_or_else(|_| format!("'{}'", id.replace('\'', "''")), |n| n.to_string());
    format!("SELECT p.id, {} FROM {TRANSACTION} p WHERE p.id = {id}", parent_time(PARENT_MODIFIED))
}

/// One row of some columns: does SuiteQL read them?
pub fn probe(table: &str, columns: &[&Column]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| selected(table, column)).collect();
    format!("SELECT {} FROM {table} t", columns.join(", "))
}

/// Any rows with all columns that SuiteQL shows, to learn names no catalog gives.
pub fn sample(table: &str) -> String {
    format!("SELECT * FROM {table}")
}

/// The account's own fields.
pub fn custom_fields(after: i64, with_type: bool) -> String {
    let record_type = if with_type { ", t.recordtype" } else { "" };
    format!(
        "SELECT t.internalid, t.scriptid, t.name, t.fieldvaluetype{record_type} FROM customfield t \
         WHERE t.internalid > {after} ORDER BY t.internalid"
    )
}

/// The account's own record types.
pub const CUSTOM_RECORD_TYPES: &str =
    "SELECT t.internalid, t.scriptid, t.name FROM customrecordtype t ORDER BY t.internalid";

/// The first name of a schema that may not stand in a query.
pub fn bad_name(schema: &StreamSchema) -> Option<&str> {
    let columns = schema.columns.iter().map(|column| column.source_field.as_str());
    let keys = schema.key.iter().map(String::as_str);
    let others = schema.modified.as_deref().into_iter().chain([schema.stream.as_str()]);
    let parent = schema.parent.as_ref().map(|parent| parent.column.as_str());
    columns.chain(keys).chain(others).chain(parent).find(|name| !is_identifier(name))
}

#[cfg(test)]
mod tests;
