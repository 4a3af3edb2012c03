//! The statements that ask whole tables. Parameters begin with tenant and source.
//!
//! Numbers are compared as decimals, which SQLite has not: its adapter brings `forebay_number` (a number's one
//! text), `forebay_sum` (an exact sum as such a text) and `forebay_apart` (whether two numbers are further apart
//! than a third). T-SQL's `TRY_CAST` gives null for what does not fit: right where a value is looked for that no other
//! can equal, and never where amounts are added. There it is `CAST`, whose error is the answer.

use forebay_model::ColumnType;
use forebay_ports::PortError;

use super::super::rejected;
use crate::dialect::{Dialect, quote, tsql};
use crate::typed::{Layout, TypedColumn};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// With so many digits behind the point.
    Number(u8),
    Float,
    Text,
    Json,
    Date,
    Instant,
    Boolean,
}

fn family(column: &TypedColumn) -> Family {
    match column.column_type {
        ColumnType::Boolean => Family::Boolean,
        ColumnType::Integer => Family::Number(0),
        ColumnType::Decimal { scale, .. } => Family::Number(scale),
        ColumnType::Float => Family::Float,
        ColumnType::Date => Family::Date,
        ColumnType::Timestamp => Family::Instant,
        ColumnType::Text => Family::Text,
        ColumnType::Json => Family::Json,
    }
}

/// How two columns are compared: as numbers with so many places, or as what they both are.
fn common(left: &TypedColumn, right: &TypedColumn) -> Result<Option<u8>, PortError> {
    match (family(left), family(right)) {
        (Family::Number(a), Family::Number(b)) => Ok(Some(a.max(b))),
        (Family::Number(a), Family::Text) | (Family::Text, Family::Number(a)) => Ok(Some(a)),
        (a, b) if a == b && !matches!(a, Family::Float | Family::Json) => Ok(None),
        _ => Err(rejected(format!(
            "columns `{}` ({:?}) and `{}` ({:?}) cannot be compared",
            left.name, left.column_type, right.name, right.column_type
        ))),
    }
}

fn named(alias: &str, column: &TypedColumn) -> String {
    format!("{alias}.{}", quote(&column.name))
}

/// A value as a number; null where no number that it is compared with can equal it.
fn number(dialect: Dialect, alias: &str, column: &TypedColumn, places: u8) -> String {
    let name = named(alias, column);
    match (dialect, family(column)) {
        (Dialect::Sqlite, _) => format!("forebay_number({name})"),
        (Dialect::TSql, Family::Text) => tsql::number_in(&name, places),
        (Dialect::TSql, _) => format!("TRY_CAST({name} AS DECIMAL(38, {places}))"),
    }
}

/// A column's value for comparing it with `=`. SQL Server compares texts by the database's collation and
/// without their trailing spaces, unless something stands behind them.
fn comparable(dialect: Dialect, alias: &str, column: &TypedColumn, places: Option<u8>) -> String {
    match (dialect, places, family(column)) {
        (_, Some(places), _) => number(dialect, alias, column, places),
        (Dialect::Sqlite, None, Family::Number(places)) => number(dialect, alias, column, places),
        (Dialect::TSql, None, Family::Text | Family::Json) => {
            format!("({} COLLATE {} + N'|')", named(alias, column), tsql::COLLATION)
        }
        _ => named(alias, column),
    }
}

fn live(alias: &str) -> String {
    format!("{alias}.[_tenant] = ?1 AND {alias}.[_source] = ?2 AND {alias}.[_deleted] = 0")
}

/// How many records there are to look at and how many violate; and the violations by key, as many as
/// the last parameter says, each with its values.
pub(super) struct Texts {
    pub count: String,
    pub examples: String,
}

pub(super) fn unique(dialect: Dialect, layout: &Layout, columns: &[&TypedColumn]) -> Texts {
    let table = quote(&layout.table);
    let of = |alias: &'static str| columns.iter().map(move |c| comparable(dialect, alias, c, None));
    let filled = |alias: &str| {
        columns.iter().map(|c| format!(" AND {} IS NOT NULL", named(alias, c))).collect::<String>()
    };
    let groups = of("g").collect::<Vec<_>>().join(", ");
    let from = format!("FROM {table} AS g WHERE {}{} GROUP BY {groups}", live("g"), filled("g"));
    let keys: String = of("g").zip(1..).map(|(c, n)| format!(", {c} AS [k{n}]")).collect();
    let joined: Vec<String> = of("t").zip(1..).map(|(c, n)| format!("d.[k{n}] = {c}")).collect();
    let values: String = columns.iter().map(|c| format!(", {}", named("t", c))).collect();
    Texts {
        count: format!(
            "SELECT CAST(SUM(p.[n]) AS BIGINT), CAST(SUM(CASE WHEN p.[n] > 1 THEN p.[n] ELSE 0 END) AS BIGINT) \
             FROM (SELECT CAST(COUNT(*) AS BIGINT) AS [n] {from}) AS p"
        ),
        examples: format!(
            "SELECT t.[_key]{values} FROM {table} AS t INNER JOIN (SELECT COUNT(*) AS [n]{keys} {from} \
             HAVING COUNT(*) > 1) AS d ON {} WHERE {} ORDER BY t.[_key]{}",
            joined.join(" AND "),
            live("t"),
            dialect.limit(3)
        ),
    }
}

pub(super) fn foreign_key(
    dialect: Dialect,
    layout: &Layout,
    column: &TypedColumn,
    referenced: &Layout,
    key: &TypedColumn,
) -> Result<Texts, PortError> {
    let places = common(column, key)?;
    let from = format!(
        "FROM {} AS t LEFT JOIN (SELECT DISTINCT {} AS [k] FROM {} AS r WHERE {}) AS p ON p.[k] = {} \
         WHERE {} AND {} IS NOT NULL",
        quote(&layout.table),
        comparable(dialect, "r", key, places),
        quote(&referenced.table),
        live("r"),
        comparable(dialect, "t", column, places),
        live("t"),
        named("t", column),
    );
    Ok(Texts {
        count: format!(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN p.[k] IS NULL THEN 1 ELSE 0 END) AS BIGINT) {from}"
        ),
        examples: format!(
            "SELECT t.[_key], {} {from} AND p.[k] IS NULL ORDER BY t.[_key]{}",
            named("t", column),
            dialect.limit(3)
        ),
    })
}

/// The columns of a sum: the header's key and total, the line's parent and amount.
#[derive(Clone, Copy)]
pub(super) struct SumColumns<'a> {
    pub key: &'a TypedColumn,
    pub total: &'a TypedColumn,
    pub parent: &'a TypedColumn,
    pub amount: &'a TypedColumn,
}

/// The third parameter is the tolerance, which has so many digits behind the point. The third count is of headers
/// whose lines could not be added up.
pub(super) fn sum_of_lines(
    dialect: Dialect,
    headers: &Layout,
    lines: &Layout,
    columns: SumColumns<'_>,
    tolerance: u8,
) -> Result<Texts, PortError> {
    let SumColumns { key, total, parent, amount } = columns;
    let (Family::Number(a), Family::Number(b)) = (family(total), family(amount)) else {
        let (total, amount) = (&total.name, &amount.name);
        return Err(rejected(format!("columns `{total}` and `{amount}` must hold integers or decimals")));
    };
    let (places, keyed) = (a.max(b).max(tolerance), common(key, parent)?);
    let exact = |value: &str| format!("CAST({value} AS DECIMAL(38, {places}))");
    let line_key = comparable(dialect, "l", parent, keyed);
    let amounts = match dialect {
        Dialect::Sqlite => format!("forebay_sum({})", named("l", amount)),
        Dialect::TSql => format!("SUM({})", exact(&named("l", amount))),
    };
    let from = format!(
        "FROM {} AS t LEFT JOIN (SELECT {line_key} AS [k], COUNT({}) AS [n], {amounts} AS [total] FROM {} AS l \
         WHERE {} AND {} IS NOT NULL GROUP BY {line_key}) AS p ON p.[k] = {} WHERE {} AND {} IS NOT NULL AND {} IS NOT NULL",
        quote(&headers.table),
        named("l", amount),
        quote(&lines.table),
        live("l"),
        named("l", parent),
        comparable(dialect, "t", key, keyed),
        live("t"),
        named("t", key),
        named("t", total),
    );
    // Null, which is neither apart nor not, where amounts have no sum.
    let nothing = if dialect == Dialect::TSql { exact("0") } else { "0".into() };
    let sum = format!("CASE WHEN p.[n] > 0 THEN p.[total] ELSE {nothing} END");
    let (apart, unknown) = match dialect {
        Dialect::Sqlite => {
            let apart = format!("forebay_apart({}, {sum}, ?3)", named("t", total));
            (format!("{apart} = 1"), format!("{apart} IS NULL"))
        }
        Dialect::TSql => {
            let difference = format!("{} - {sum}", exact(&named("t", total)));
            (format!("ABS({difference}) > {}", exact("?3")), format!("{difference} IS NULL"))
        }
    };
    Ok(Texts {
        count: format!(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN {apart} THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN {unknown} THEN 1 ELSE 0 END) AS BIGINT) {from}"
        ),
        examples: format!(
            "SELECT t.[_key], {}, {} {from} AND {apart} ORDER BY t.[_key]{}",
            named("t", key),
            named("t", total),
            dialect.limit(4)
        ),
    })
}

/// Over the sample table and itself, a column of each family.
pub(super) fn statements(dialect: Dialect, layout: &Layout) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let column = |name: &str| layout.column(name);
    let (Some(id), Some(amount), Some(memo)) = (column("id"), column("amount"), column("memo")) else {
        return all;
    };
    let texts = unique(dialect, layout, &[memo, amount]);
    all.extend([("set_unique_count", texts.count), ("set_unique_examples", texts.examples)]);
    if let Ok(texts) = foreign_key(dialect, layout, memo, layout, memo) {
        all.extend([("set_key_count", texts.count), ("set_key_examples", texts.examples)]);
    }
    if let Ok(texts) = foreign_key(dialect, layout, memo, layout, id) {
        all.extend([("set_key_mixed_count", texts.count), ("set_key_mixed_examples", texts.examples)]);
    }
    let columns = SumColumns { key: id, total: amount, parent: id, amount };
    if let Ok(texts) = sum_of_lines(dialect, layout, layout, columns, 2) {
        all.extend([("set_sum_count", texts.count), ("set_sum_examples", texts.examples)]);
    }
    all
}
