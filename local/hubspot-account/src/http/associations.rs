//! Associations: v4's batches and single records, and those that v3's lists carry.

use std::sync::Arc;

use anyhow::{Context as _, Result as Outcome};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{body_of, multi_status};
use super::blocking;
use super::problem::Problem;
use super::shape::{Query, next_page, readable};
use crate::account::Account;
use crate::catalog::{self, AssociationType, Direction, ObjectType};

/// Most ids in one request.
const INPUT_LIMIT: usize = 1_000;
/// Most records associated with one in one answer.
const TO_LIMIT: u32 = 500;
/// The same in v3's lists.
const LIST_LIMIT: u32 = 100;

#[derive(Deserialize)]
struct BatchRead {
    inputs: Vec<Input>,
}

#[derive(Deserialize)]
struct Input {
    id: String,
    after: Option<String>,
}

/// One record at the other end, with every kind of association that leads there.
struct Linked {
    id: i64,
    kinds: Vec<&'static AssociationType>,
}

/// `POST /crm/v4/associations/{from}/{to}/batch/read`: ids without associations are errors, and the answer 207.
pub async fn batch_read(
    State(account): State<Arc<Account>>,
    Path((from, to)): Path<(String, String)>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    blocking(move || {
        let (from, to) = (readable(&account, &from)?, readable(&account, &to)?);
        let request: BatchRead = body_of(&body)?;
        if request.inputs.len() > INPUT_LIMIT {
            return Err(Problem::validation(format!("The limit of {INPUT_LIMIT} inputs is exceeded")));
        }
        let starts =
            request.inputs.iter().map(|i| start_of(i.after.as_deref())).collect::<Result<Vec<_>, _>>()?;
        let started = account.now();
        let (mut results, mut errors, mut rows) = (Vec::new(), Vec::new(), 0_u64);
        account.store.read(|db| {
            for (input, start) in request.inputs.iter().zip(starts) {
                let id = input.id.parse().unwrap_or(-1);
                let (linked, next) = linked(db, catalog::direction(from, to), id, start, TO_LIMIT)?;
                if linked.is_empty() {
                    errors.push(none_found(from, to, &input.id));
                    continue;
                }
                rows += u64::try_from(linked.len())?;
                results.push(from_one(&account, (from, to), id, &linked, next)?);
            }
            anyhow::Ok(())
        })?;
        account.counters.count_rows("associations", &format!("{}_to_{}", from.name, to.name), rows);
        Ok(multi_status(&results, &errors, started, account.now()))
    })
    .await
}

fn from_one(
    account: &Account,
    (from, to): (&'static ObjectType, &'static ObjectType),
    id: i64,
    linked: &[Linked],
    next: Option<i64>,
) -> Outcome<Value> {
    let direction = catalog::direction(from, to).context("no such pair")?;
    let to_ids: Vec<Value> = linked.iter().map(|one| shown(direction, one)).collect();
    let mut out = json!({ "from": { "id": id.to_string() }, "to": to_ids });
    if let Some(next) = next {
        let path = format!("/crm/v4/objects/{}/{id}/associations/{}", from.type_id, to.type_id);
        out["paging"] = next_page(account, &path, &[], &cursor(to, next));
    }
    Ok(out)
}

fn shown(direction: Direction, one: &Linked) -> Value {
    let types: Vec<Value> = one
        .kinds
        .iter()
        .map(|kind| {
            json!({ "category": kind.category, "typeId": direction.type_id(kind), "label": kind.label })
        })
        .collect();
    json!({ "toObjectId": one.id, "associationTypes": types })
}

fn none_found(from: &ObjectType, to: &ObjectType, id: &str) -> Value {
    json!({
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": format!("No {} is associated with {} {id}.", to.singular, from.singular),
        "context": {
            "fromObjectId": [id], "fromObjectType": [from.singular], "toObjectType": [to.singular],
        },
    })
}

/// What `after` is: opaque to clients.
fn cursor(to: &ObjectType, id: i64) -> String {
    STANDARD.encode(format!("{}:{id}", to.type_id))
}

fn start_of(after: Option<&str>) -> Result<i64, Problem> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(0) };
    let decoded = STANDARD.decode(after).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded
        .and_then(|text| text.rsplit_once(':').and_then(|(_, id)| id.parse().ok()))
        .ok_or_else(|| Problem::validation(format!("Invalid value for after: {after}")))
}

/// The records associated with one from an id on, and the id that the next answer begins with.
fn linked(
    db: &Connection,
    direction: Option<Direction>,
    id: i64,
    start: i64,
    limit: u32,
) -> Outcome<(Vec<Linked>, Option<i64>)> {
    let Some(direction) = direction else { return Ok((Vec::new(), None)) };
    let (here, there) = if direction.reversed { ("to_id", "from_id") } else { ("from_id", "to_id") };
    let sql = format!(
        "SELECT {there}, type_id FROM links WHERE pair = ?1 AND {here} = ?2 AND {there} >= ?3
         ORDER BY {there}, type_id DESC"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params![direction.pair.name, id, start])?;
    let mut out: Vec<Linked> = Vec::new();
    while let Some(row) = rows.next()? {
        let (other, forward): (i64, i64) = (row.get(0)?, row.get(1)?);
        let kind = direction.kind(forward).context("an association of no known kind")?;
        if let Some(last) = out.last_mut().filter(|last| last.id == other) {
            last.kinds.push(kind);
            continue;
        }
        if out.len() == usize::try_from(limit)? {
            return Ok((out, Some(other)));
        }
        out.push(Linked { id: other, kinds: vec![kind] });
    }
    Ok((out, None))
}

/// `GET /crm/v4/objects/{type}/{id}/associations/{to}`: what a batch's `paging` leads to.
pub async fn of_one(
    State(account): State<Arc<Account>>,
    Path((from, id, to)): Path<(String, String, String)>,
    address: Uri,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(query);
    blocking(move || {
        let (from, to) = (readable(&account, &from)?, readable(&account, &to)?);
        let (limit, start) = (query.limit(TO_LIMIT, TO_LIMIT)?, start_of(query.one("after"))?);
        let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
        let direction = catalog::direction(from, to);
        let (found, next) = account.store.read(|db| linked(db, direction, id, start, limit))?;
        let rows = u64::try_from(found.len()).unwrap_or(0);
        account.counters.count_rows("associations", &format!("{}_to_{}", from.name, to.name), rows);
        let results: Vec<Value> =
            direction.map(|d| found.iter().map(|one| shown(d, one)).collect()).unwrap_or_default();
        let mut body = json!({ "results": results });
        if let Some(next) = next {
            body["paging"] = next_page(&account, address.path(), &query.0, &cursor(to, next));
        }
        Ok(Json(body))
    })
    .await
}

/// `GET /crm/v4/associations/{from}/{to}/labels`.
pub async fn labels(
    State(account): State<Arc<Account>>,
    Path((from, to)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (from, to) = (readable(&account, &from)?, readable(&account, &to)?);
    let kinds: Vec<Value> = catalog::direction(from, to)
        .map(|d| {
            let kind = |k: &AssociationType| json!({ "category": k.category, "typeId": d.type_id(k), "label": k.label });
            d.pair.types.iter().map(kind).collect()
        })
        .unwrap_or_default();
    Ok(Json(json!({ "results": kinds })))
}

/// A row of a list with its associations, as v3 names them; those it has none of are left out.
pub fn with_associations(
    db: &Connection,
    account: &Account,
    object: &ObjectType,
    id: i64,
    related: &[(&'static ObjectType, Option<Direction>)],
    mut row: Value,
) -> Outcome<Value> {
    for (to, direction) in related {
        let (found, next) = linked(db, *direction, id, 0, LIST_LIMIT)?;
        let Some(direction) = direction.filter(|_| !found.is_empty()) else { continue };
        let each = |one: &Linked| -> Vec<Value> {
            let kinds = one.kinds.iter();
            kinds.map(|kind| json!({ "id": one.id.to_string(), "type": direction.type_name(kind) })).collect()
        };
        let results: Vec<Value> = found.iter().flat_map(each).collect();
        let mut entry = json!({ "results": results });
        if let Some(next) = next {
            let path = format!("/crm/v4/objects/{}/{id}/associations/{}", object.type_id, to.type_id);
            entry["paging"] = next_page(account, &path, &[], &cursor(to, next));
        }
        let name = if to.is_custom() { format!("{}s", to.qualified()) } else { to.name.replace('_', " ") };
        row["associations"][name] = entry;
    }
    Ok(row)
}
