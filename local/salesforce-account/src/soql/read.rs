//! Runs plans. A query first fixes which rows it found; their values are read when they are fetched.

use rusqlite::{Connection, Row, params_from_iter};

use super::{Plan, Refusal};
use crate::catalog::{Field, Object};
use crate::store::source;

/// Which rows there are for a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Deleted and archived rows as well, as `queryAll` sees them.
    pub all: bool,
    /// The org's clock, in milliseconds.
    pub now: i64,
}

impl Scope {
    fn sql(self, object: &Object) -> String {
        let hidden = ["IsDeleted", "IsArchived"].into_iter().filter(|name| !self.all && object.has(name));
        let parts: Vec<String> = hidden.map(|name| format!("t.\"{name}\" = 0")).collect();
        if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }
    }
}

/// The rows a query finds, in its order. Where it names none, or rows tie, they come in an order of the org's own.
///
/// # Errors
/// When the rows cannot be read.
pub fn sequences(db: &Connection, plan: &Plan, scope: Scope) -> Result<Vec<i64>, Refusal> {
    let own = "(t._seq * 7919) % 1009, t._seq DESC";
    let order = if plan.order.is_empty() { own.to_owned() } else { format!("{}, {own}", plan.order) };
    let limit = plan.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX));
    let offset = plan.offset.unwrap_or(0);
    let (filter, values) = filter(plan);
    let sql = format!(
        "SELECT t._seq FROM {} WHERE {} AND {filter} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        source(db, plan.object, scope.now)?,
        scope.sql(plan.object),
    );
    let mut statement = db.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many rows a query finds.
///
/// # Errors
/// When the rows cannot be read.
pub fn count(db: &Connection, plan: &Plan, scope: Scope) -> Result<i64, Refusal> {
    let (filter, values) = filter(plan);
    let limit = plan.limit.map_or(-1, |l| i64::try_from(l).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE {} AND {filter} LIMIT {limit})",
        source(db, plan.object, scope.now)?,
        scope.sql(plan.object),
    );
    Ok(db.query_row(&sql, params_from_iter(values), |row| row.get(0))?)
}

fn filter(plan: &Plan) -> (&str, &[rusqlite::types::Value]) {
    plan.filter.as_ref().map_or(("1", &[]), |(sql, values)| (sql.as_str(), values.as_slice()))
}

/// Reads rows as they are now, in the given order; those that are gone meanwhile are left out. Columns are the id, then
/// the fields.
///
/// # Errors
/// When the rows cannot be read.
pub fn rows(
    db: &Connection,
    object: &'static Object,
    fields: &[&'static Field],
    sequences: &[i64],
    scope: Scope,
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), Refusal> {
    let columns: String = fields.iter().map(|f| format!(", {}", f.sql())).collect();
    let sql = format!(
        "SELECT t.\"Id\"{columns} FROM {} WHERE t._seq = ?1 AND {}",
        source(db, object, scope.now)?,
        scope.sql(object)
    );
    let mut statement = db.prepare(&sql)?;
    for sequence in sequences {
        let mut found = statement.query([sequence])?;
        if let Some(row) = found.next()? {
            each(row)?;
        }
    }
    Ok(())
}
