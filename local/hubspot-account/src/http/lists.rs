//! Records by id: pages of them, and one.

use std::sync::Arc;

use anyhow::Result as Outcome;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::associations::with_associations;
use super::blocking;
use super::problem::Problem;
use super::shape::{Query, next_page, readable, shown, wanted};
use crate::account::Account;
use crate::catalog::{self, Direction, ObjectType};
use crate::store::{Record, columns, find, quoted, winner_of};

/// Most records in one answer.
const PAGE_LIMIT: u32 = 100;

/// `GET /crm/v3/objects/{type}`: by id, living or archived.
pub async fn list(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    address: Uri,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(query);
    blocking(move || {
        let object = readable(&account, &name)?;
        let (limit, archived) = (query.limit(10, PAGE_LIMIT)?, query.flag("archived")?);
        let after = start_of(&query)?;
        let related = related(&account, object, &query)?;
        let wanted = wanted(object, &account.access(), &query.many("properties"));
        let purged = account.purged_until();
        let (results, next) = account.store.read(|db| {
            let (records, next) = page(db, object, archived.then_some(purged), after, limit)?;
            let mut results = Vec::with_capacity(records.len());
            for record in &records {
                let row = shown(object, record, &wanted);
                results.push(with_associations(db, &account, object, record.id, &related, row)?);
            }
            anyhow::Ok((results, next))
        })?;
        account.counters.count_rows("list", object.name, u64::try_from(results.len()).unwrap_or(0));
        let mut body = json!({ "results": results });
        if let Some(next) = next {
            body["paging"] = next_page(&account, address.path(), &query.0, &next.to_string());
        }
        Ok(Json(body))
    })
    .await
}

fn start_of(query: &Query) -> Result<i64, Problem> {
    match query.one("after") {
        None | Some("") => Ok(0),
        Some(text) => {
            text.parse().map_err(|_| Problem::validation(format!("Invalid value for after: {text}")))
        }
    }
}

fn related(
    account: &Account,
    object: &'static ObjectType,
    query: &Query,
) -> Result<Vec<(&'static ObjectType, Option<Direction>)>, Problem> {
    let names = query.many("associations");
    names.iter().map(|name| readable(account, name).map(|to| (to, catalog::direction(object, to)))).collect()
}

/// Records from an id on, and the id that the next page begins with. Archived ones are those after `archived`.
fn page(
    db: &Connection,
    object: &ObjectType,
    archived: Option<i64>,
    from: i64,
    limit: u32,
) -> Outcome<(Vec<Record>, Option<i64>)> {
    let living = match archived {
        None => "archived IS NULL AND ?3 IS NULL",
        Some(_) => "archived > ?3",
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE id >= ?1 AND {living} ORDER BY id LIMIT ?2",
        columns(),
        quoted(object.name)
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map(params![from, i64::from(limit) + 1, archived], Record::read)?;
    let mut records = found.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = records.len() > usize::try_from(limit)?;
    if more {
        records.pop();
    }
    // The next page begins behind this one's last id, so that it holds even when the record there vanishes.
    let next = records.last().filter(|_| more).map(|last| last.id + 1);
    Ok((records, next))
}

/// `GET /crm/v3/objects/{type}/{id}`: a merged one's id reads as the winner.
pub async fn get(
    State(account): State<Arc<Account>>,
    Path((name, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(query);
    blocking(move || {
        let object = readable(&account, &name)?;
        let archived = query.flag("archived")?;
        let related = related(&account, object, &query)?;
        let wanted = wanted(object, &account.access(), &query.many("properties"));
        let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
        let purged = account.purged_until();
        let row = account.store.read(|db| {
            let Some(record) = readable_record(db, object, id, archived.then_some(purged))? else {
                return anyhow::Ok(None);
            };
            let row = shown(object, &record, &wanted);
            with_associations(db, &account, object, record.id, &related, row).map(Some)
        })?;
        let row = row.ok_or_else(Problem::not_found)?;
        account.counters.count_rows("get", object.name, 1);
        Ok(Json(row))
    })
    .await
}

/// The living record that an id reads as; or the archived one, when that is asked for and it was archived after
/// `archived`.
pub fn readable_record(
    db: &Connection,
    object: &ObjectType,
    id: i64,
    archived: Option<i64>,
) -> Outcome<Option<Record>> {
    let record = find(db, object.name, winner_of(db, object, id)?)?;
    Ok(record.filter(|record| match (record.archived, archived) {
        (None, None) => true,
        (Some(at), Some(purged)) => at > purged,
        _ => false,
    }))
}
