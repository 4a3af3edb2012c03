//! Finds records.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::filter::{Condition, condition, expression, known};
use super::{RESULT_CAP, Refusal, SearchRequest};
use crate::access::Access;
use crate::catalog::ObjectType;
use crate::store::{Record, columns, quoted};

/// One answer's records.
#[derive(Debug)]
pub struct Found {
    pub records: Vec<Record>,
    /// All that match; an estimate while changes are not found yet.
    pub total: i64,
    /// What to send as `after` for the next answer, even where that will be refused.
    pub next: Option<u32>,
}

/// Runs a search; `machine` is this machine's clock, which search's lag is counted on.
pub fn run(
    db: &Connection,
    object: &ObjectType,
    access: &Access,
    request: &SearchRequest,
    machine: i64,
) -> Result<Found, Refusal> {
    let (limit, offset) = (request.page()?, request.offset()?);
    let condition = condition(object, access, &request.groups())?;
    let order = order(object, access, request)?;
    let take = limit.min(RESULT_CAP - offset);
    let total = count(db, object, &condition)?;
    let (source, mut values) = source(db, object, machine)?;
    values.extend(condition.values);
    values.extend([Sql::Integer(i64::from(take) + 1), Sql::Integer(i64::from(offset))]);
    let sql = format!(
        "SELECT {} FROM {source} WHERE archived IS NULL AND {} ORDER BY {order} LIMIT ? OFFSET ?",
        columns(),
        condition.sql
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(values), Record::read)?;
    let mut records = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = records.len() > usize::try_from(take).unwrap_or(usize::MAX);
    if more {
        records.pop();
    }
    Ok(Found { records, total, next: more.then_some(offset + take) })
}

fn count(db: &Connection, object: &ObjectType, condition: &Condition) -> Result<i64, Refusal> {
    let sql =
        format!("SELECT COUNT(*) FROM {} WHERE archived IS NULL AND {}", quoted(object.name), condition.sql);
    Ok(db.prepare_cached(&sql)?.query_row(params_from_iter(&condition.values), |row| row.get(0))?)
}

/// The records as search knows them: the true ones, but for those whose older version still counts.
fn source(db: &Connection, object: &ObjectType, machine: i64) -> Result<(String, Vec<Sql>), Refusal> {
    let table = quoted(object.name);
    let sql = "SELECT EXISTS (SELECT 1 FROM stale WHERE object = ?1 AND until > ?2)";
    let lagging: bool = db.prepare_cached(sql)?.query_row((object.name, machine), |row| row.get(0))?;
    if !lagging {
        return Ok((table, Vec::new()));
    }
    let source = format!(
        "(SELECT id, created, modified, archived, properties FROM {table}
            WHERE id NOT IN (SELECT id FROM stale WHERE object = ? AND until > ?)
          UNION ALL
          SELECT id, created, modified, NULL AS archived, properties FROM stale AS shown
            WHERE object = ? AND shown = 1
              AND until = (SELECT MIN(until) FROM stale WHERE object = ? AND id = shown.id AND until > ?))"
    );
    let (name, machine) = (Sql::Text(object.name.to_owned()), Sql::Integer(machine));
    Ok((source, vec![name.clone(), machine.clone(), name.clone(), name, machine]))
}

fn order(object: &ObjectType, access: &Access, request: &SearchRequest) -> Result<String, Refusal> {
    // An order that looks random but is the same for every answer.
    let tie = "(id % 1000003) * 7919 % 1000003, id";
    let Some(sort) = request.sort()? else { return Ok(format!("created, {tie}")) };
    let by = expression(object, known(object, access, &sort.property)?);
    let direction = if sort.descending { "DESC" } else { "ASC" };
    // What is no column may be missing; columns never are, and without more words their index orders them.
    let missing = if by.contains('(') { " NULLS LAST" } else { "" };
    Ok(format!("{by} {direction}{missing}, {tie}"))
}
