//! Records by a list of ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::blocking;
use super::lists::readable_record;
use super::problem::{Problem, missing_ids};
use super::shape::{Query, readable, shown, wanted};
use crate::account::Account;
use crate::moment;
use crate::store::Record;

/// Most ids in one request.
const INPUT_LIMIT: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchRead {
    inputs: Vec<Input>,
    #[serde(default)]
    properties: Vec<String>,
    id_property: Option<String>,
}

#[derive(Deserialize)]
struct Input {
    id: String,
}

/// A body as JSON of a known shape.
pub fn body_of<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|e| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("Invalid input JSON on line {}, column {}: {e}", e.line(), e.column()),
        )
    })
}

/// `POST /crm/v3/objects/{type}/batch/read`: 207 when some ids are not found.
pub async fn read(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let query = Query::read(query);
    blocking(move || {
        let object = readable(&account, &name)?;
        let request: BatchRead = body_of(&body)?;
        if request.inputs.len() > INPUT_LIMIT {
            return Err(Problem::validation(format!("The limit of {INPUT_LIMIT} inputs is exceeded")));
        }
        if request.id_property.is_some() {
            return Err(Problem::validation("This portal reads by record id only"));
        }
        let started = account.now();
        let wanted = wanted(object, &account.access(), &request.properties);
        let archived = query.flag("archived")?.then_some(account.purged_until());
        let mut missing = Vec::new();
        let found: BTreeMap<i64, Record> = account.store.read(|db| {
            let mut found = BTreeMap::new();
            for input in &request.inputs {
                let id = input.id.parse::<i64>().ok();
                let record = id.map(|id| readable_record(db, object, id, archived)).transpose()?.flatten();
                match record {
                    Some(record) => drop(found.insert(record.id, record)),
                    None => missing.push(input.id.clone()),
                }
            }
            anyhow::Ok(found)
        })?;
        account.counters.count_rows("batch_read", object.name, u64::try_from(found.len()).unwrap_or(0));
        let results: Vec<Value> = found.values().map(|record| shown(object, record, &wanted)).collect();
        let errors = if missing.is_empty() { Vec::new() } else { vec![missing_ids(object, &missing)] };
        Ok(multi_status(&results, &errors, started, account.now()))
    })
    .await
}

/// A batch's answer: 207 when something went wrong, 200 otherwise.
pub fn multi_status(
    results: &[Value],
    errors: &[Value],
    started: i64,
    now: i64,
) -> (StatusCode, Json<Value>) {
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": moment::vendor(started),
        "completedAt": moment::vendor(now),
    });
    if errors.is_empty() {
        return (StatusCode::OK, Json(body));
    }
    body["numErrors"] = errors.len().into();
    body["errors"] = errors.into();
    (StatusCode::MULTI_STATUS, Json(body))
}
