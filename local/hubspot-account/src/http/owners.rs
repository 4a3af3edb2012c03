//! The people records are assigned to. They are no CRM objects: no properties, no search, a paging of their own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::params;
use serde_json::{Value, json};

use super::blocking;
use super::problem::Problem;
use super::shape::{Query, next_page};
use crate::account::Account;
use crate::moment;
use crate::store::{Record, columns, find};

const PAGE_LIMIT: u32 = 500;
const SCOPE: &str = "crm.objects.owners.read";

fn allowed(account: &Account) -> Result<(), Problem> {
    if account.access().denied.contains("owners") { Err(Problem::missing_scope(SCOPE)) } else { Ok(()) }
}

/// `GET /crm/v3/owners`.
pub async fn list(
    State(account): State<Arc<Account>>,
    address: Uri,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(query);
    blocking(move || {
        allowed(&account)?;
        let (limit, archived) = (query.limit(100, PAGE_LIMIT)?, query.flag("archived")?);
        let start = start_of(query.one("after"))?;
        let email = query.one("email").unwrap_or("").to_owned();
        let mut owners = account.store.read(|db| {
            let sql = format!(
                "SELECT {} FROM owners WHERE id > ?1 AND (archived IS NOT NULL) = ?2
                   AND (?3 = '' OR json_extract(properties, '$.email') = ?3) ORDER BY id LIMIT ?4",
                columns()
            );
            let mut statement = db.prepare_cached(&sql)?;
            let found =
                statement.query_map(params![start, archived, email, i64::from(limit) + 1], Record::read)?;
            anyhow::Ok(found.collect::<rusqlite::Result<Vec<_>>>()?)
        })?;
        let more = owners.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            owners.pop();
        }
        account.counters.count_rows("owners", "owners", u64::try_from(owners.len()).unwrap_or(0));
        let mut body = json!({ "results": owners.iter().map(shown).collect::<Vec<_>>() });
        if let Some(last) = owners.last().filter(|_| more) {
            body["paging"] =
                next_page(&account, address.path(), &query.0, &STANDARD.encode(last.id.to_string()));
        }
        Ok(Json(body))
    })
    .await
}

fn start_of(after: Option<&str>) -> Result<i64, Problem> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(0) };
    let decoded = STANDARD.decode(after).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Problem::validation(format!("Invalid value for after: {after}")))
}

/// `GET /crm/v3/owners/{id}`.
pub async fn get(
    State(account): State<Arc<Account>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = Query::read(query);
    blocking(move || {
        allowed(&account)?;
        let archived = query.flag("archived")?;
        let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
        let owner = account.store.read(|db| find(db, "owners", id))?;
        let owner =
            owner.filter(|owner| owner.archived.is_some() == archived).ok_or_else(Problem::not_found)?;
        account.counters.count_rows("owners", "owners", 1);
        Ok(Json(shown(&owner)))
    })
    .await
}

fn shown(owner: &Record) -> Value {
    let mut out = json!({
        "id": owner.id.to_string(),
        "createdAt": moment::vendor(owner.created),
        "updatedAt": moment::vendor(owner.modified),
        "archived": owner.archived.is_some(),
    });
    if let Some(fields) = out.as_object_mut() {
        fields.extend(owner.properties.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    out
}
