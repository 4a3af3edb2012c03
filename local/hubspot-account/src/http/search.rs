//! `POST /crm/v3/objects/{type}/search`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::blocking;
use super::endpoint::SEARCH;
use super::problem::Problem;
use super::shape::{readable, shown, wanted};
use crate::account::Account;
use crate::moment::machine_ms;
use crate::search::{SearchRequest, run};

pub async fn search(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    blocking(move || {
        let object = readable(&account, &name)?;
        let request = SearchRequest::read(&body)?;
        let access = account.access();
        let found =
            account.store.read(|db| anyhow::Ok(run(db, object, &access, &request, machine_ms())))??;
        let wanted = wanted(object, &access, &request.properties);
        let results: Vec<Value> = found.records.iter().map(|record| shown(object, record, &wanted)).collect();
        account.counters.count_rows(SEARCH, object.name, u64::try_from(results.len()).unwrap_or(0));
        let mut body = json!({ "total": found.total, "results": results });
        if let Some(next) = found.next {
            body["paging"] = json!({ "next": { "after": next.to_string() } });
        }
        Ok(Json(body))
    })
    .await
}
