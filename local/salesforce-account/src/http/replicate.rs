//! `deleted` and `updated`: ids by time, for at most thirty days back.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use forebay_simulation::form::query_map;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::problem::{Problem, blocking};
use crate::catalog::Object;
use crate::instant::{self, DAY, rest};
use crate::org::Org;
use crate::store::{pending_since, source};

type Answer = Result<Json<Value>, Problem>;

const MINUTE: i64 = 60_000;

/// A span of time in whole minutes.
struct Span {
    object: &'static Object,
    start: i64,
    end: i64,
    now: i64,
}

impl Span {
    fn read(org: &Org, name: &str, query: Option<&str>) -> Result<Self, Problem> {
        let object = org.access().object(name).ok_or_else(Problem::not_found)?;
        if !object.replicateable {
            let message = format!("entity type {} does not support replication", object.name);
            return Err(Problem::bad_request("INVALID_TYPE_FOR_OPERATION", message));
        }
        let parameters = query_map(query.unwrap_or(""));
        let instant = |name: &str| {
            let text = parameters.get(name).ok_or_else(|| {
                Problem::bad_request("MISSING_ARGUMENT", format!("Missing required parameter: {name}"))
            })?;
            instant::read(text).map(|ms| ms.div_euclid(MINUTE) * MINUTE).ok_or_else(|| {
                Problem::bad_request("INVALID_REPLICATION_DATE", format!("{name}Date: {text}"))
            })
        };
        let span = Self { object, start: instant("start")?, end: instant("end")?, now: org.now() };
        let wrong = if span.end - span.start < MINUTE {
            "endDate must be at least one minute greater than startDate"
        } else if span.start < span.now - 30 * DAY {
            "startDate before org replication enabled date"
        } else {
            return Ok(span);
        };
        Err(Problem::bad_request("INVALID_REPLICATION_DATE", wrong))
    }

    /// Up to when all changes are known: those not committed yet are left for the next call.
    fn covered(&self, db: &Connection) -> rusqlite::Result<String> {
        let pending = pending_since(db, self.object, self.now)?.unwrap_or(i64::MAX);
        Ok(rest(self.end.min(self.now).min(pending).div_euclid(MINUTE) * MINUTE))
    }
}

/// `GET /sobjects/{name}/deleted?start=&end=`: purged records are there as well, for fifteen days.
pub async fn deleted(
    State(org): State<Arc<Org>>,
    Path((_, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let span = Span::read(&org, &name, query.as_deref())?;
    blocking(move || {
        org.store.read(|db| {
            let sql = "SELECT id, at FROM forebay_deletions
                       WHERE object = ?1 AND at >= ?2 AND at < ?3 AND until <= ?4 AND at >= ?5 ORDER BY at, id";
            let earliest = span.now - 15 * DAY;
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map(
                (span.object.name, span.start, span.end, span.now, earliest),
                |row| Ok(json!({ "id": row.get::<_, String>(0)?, "deletedDate": rest(row.get(1)?) })),
            )?;
            let records: Vec<Value> = rows.collect::<Result<_, _>>()?;
            Ok(json!({
                "deletedRecords": records,
                "earliestDateAvailable": rest(earliest.div_euclid(MINUTE) * MINUTE),
                "latestDateCovered": span.covered(db)?,
            }))
        })
    })
    .await
    .map(Json)
}

/// `GET /sobjects/{name}/updated?start=&end=`.
pub async fn updated(
    State(org): State<Arc<Org>>,
    Path((_, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let span = Span::read(&org, &name, query.as_deref())?;
    blocking(move || {
        org.store.read(|db| {
            let live = if span.object.has("IsDeleted") { "t.\"IsDeleted\" = 0" } else { "1" };
            let sql = format!(
                "SELECT t.\"Id\" FROM {} WHERE {live} AND t.\"SystemModstamp\" >= ?1 AND t.\"SystemModstamp\" < ?2
                 ORDER BY t.\"Id\"",
                source(db, span.object, span.now)?
            );
            let mut statement = db.prepare(&sql)?;
            let rows = statement.query_map([span.start, span.end], |row| row.get(0))?;
            let ids: Vec<String> = rows.collect::<Result<_, _>>()?;
            Ok(json!({ "ids": ids, "latestDateCovered": span.covered(db)? }))
        })
    })
    .await
    .map(Json)
}
