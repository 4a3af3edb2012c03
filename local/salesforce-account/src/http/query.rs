//! `query`, `queryAll` and the batches that follow.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use forebay_simulation::form::query_map;
use serde_json::{Value, json};

use super::locators::Locator;
use super::problem::{Problem, blocking};
use super::record::record;
use crate::org::Org;
use crate::soql::{Plan, Scope, Select, count, plan, rows, sequences};

/// Rows in a batch unless asked for fewer.
const BATCH: usize = 2_000;

type Answer = Result<Json<Value>, Problem>;

/// `GET /query?q=`: live rows that are not archived.
pub async fn query(
    State(org): State<Arc<Org>>,
    Path(version): Path<String>,
    RawQuery(q): RawQuery,
    headers: HeaderMap,
) -> Answer {
    begin(org, version, q, &headers, false).await
}

/// `GET /queryAll?q=`: deleted and archived rows as well.
pub async fn query_all(
    State(org): State<Arc<Org>>,
    Path(version): Path<String>,
    RawQuery(q): RawQuery,
    headers: HeaderMap,
) -> Answer {
    begin(org, version, q, &headers, true).await
}

async fn begin(org: Arc<Org>, version: String, q: Option<String>, headers: &HeaderMap, all: bool) -> Answer {
    let parameters = query_map(q.as_deref().unwrap_or(""));
    let Some(text) = parameters.get("q").cloned() else {
        return Err(Problem::bad_request("MALFORMED_QUERY", "A query string has to be specified"));
    };
    let batch = batch(headers)?;
    blocking(move || first(&org, &version, &text, batch, all)).await.map(Json)
}

/// The batch size of `Sforce-Query-Options: batchSize=n`, 200 to 2,000.
fn batch(headers: &HeaderMap) -> Result<usize, Problem> {
    let Some(options) = headers.get("sforce-query-options").and_then(|v| v.to_str().ok()) else {
        return Ok(BATCH);
    };
    let size = options.split(',').find_map(|option| option.trim().strip_prefix("batchSize="));
    match size.map(str::parse::<usize>) {
        None => Ok(BATCH),
        Some(Ok(size)) if (200..=BATCH).contains(&size) => Ok(size),
        Some(_) => {
            let message = format!("Invalid batchSize: has to be between 200 and {BATCH}");
            Err(Problem::bad_request("INVALID_BATCH_SIZE", message))
        }
    }
}

fn first(org: &Org, version: &str, text: &str, batch: usize, all: bool) -> Result<Value, Problem> {
    let plan = plan(text, &org.access())?;
    if org.faults.times_out() {
        let message = "Your query request was running for too long.";
        return Err(Problem::bad_request("QUERY_TIMEOUT", message));
    }
    let scope = Scope { all, now: org.now() };
    if matches!(plan.select, Select::Count) {
        let total = org.store.read(|db| count(db, &plan, scope))?;
        return Ok(json!({ "totalSize": total, "done": true, "records": [] }));
    }
    let found = org.store.read(|db| sequences(db, &plan, scope))?;
    let locator =
        Locator { id: org.locators.next_id(), plan: Arc::new(plan), all, sequences: found.into(), batch };
    let answer = fetch(org, version, &locator, 0)?;
    if locator.sequences.len() > batch {
        org.locators.open(locator);
    }
    Ok(answer)
}

/// `GET /query/{locator}-{offset}`.
pub async fn more(State(org): State<Arc<Org>>, Path((version, locator)): Path<(String, String)>) -> Answer {
    let invalid = || Problem::bad_request("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (locator, offset) = org.locators.find(&locator).ok_or_else(invalid)?;
    if org.access().object(locator.plan.object.name).is_none() {
        return Err(invalid());
    }
    blocking(move || fetch(&org, &version, &locator, offset)).await.map(Json)
}

/// A batch: which rows is fixed, what they hold is read now.
fn fetch(org: &Org, version: &str, locator: &Locator, offset: usize) -> Result<Value, Problem> {
    let plan: &Plan = &locator.plan;
    let fields = match &plan.select {
        Select::Count => &[][..],
        Select::Fields(fields) => fields,
    };
    let total = locator.sequences.len();
    let end = total.min(offset + locator.batch);
    let scope = Scope { all: locator.all, now: org.now() };
    let mut records = Vec::with_capacity(end - offset);
    org.store.read(|db| {
        rows(db, plan.object, fields, &locator.sequences[offset..end], scope, |row| {
            records.push(record(version, plan.object, fields, row)?);
            Ok(())
        })
    })?;
    let endpoint = if offset > 0 {
        "queryMore"
    } else if locator.all {
        "queryAll"
    } else {
        "query"
    };
    let served = u64::try_from(records.len()).unwrap_or(0);
    org.counters.count_rows(endpoint, plan.object.name, served);
    let mut answer = json!({ "totalSize": total, "done": end == total, "records": records });
    if let (true, Some(object)) = (end < total, answer.as_object_mut()) {
        let next = format!("/services/data/{version}/query/{}-{end}", locator.id);
        object.insert("nextRecordsUrl".to_owned(), next.into());
    }
    Ok(answer)
}
