//! What the org says about itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use forebay_simulation::form::query_map;
use serde_json::{Value, json};

use super::problem::{Problem, blocking};
use crate::catalog::Object;
use crate::org::Org;
use crate::store::quoted;

/// `GET /services/data/`, for which no login is needed.
pub async fn versions() -> Json<Value> {
    // 31.0 was Summer '14, and three a year have followed: Winter is named after the year to come.
    let all = (31..=66_u32).map(|n| {
        let turn = n - 31;
        let (season, year) = match turn % 3 {
            0 => ("Summer", 14 + turn / 3),
            1 => ("Winter", 15 + turn / 3),
            _ => ("Spring", 15 + turn / 3),
        };
        let (label, version) = (format!("{season} '{year}"), format!("{n}.0"));
        json!({ "label": label, "url": format!("/services/data/v{version}"), "version": version })
    });
    Json(all.collect())
}

/// `GET /services/data/vXX.0`.
pub async fn resources(Path(version): Path<String>) -> Json<Value> {
    let at = |path: &str| format!("/services/data/{version}/{path}");
    Json(json!({
        "limits": at("limits"), "sobjects": at("sobjects"), "query": at("query"), "queryAll": at("queryAll"),
        "jobs": at("jobs"),
    }))
}

/// `GET /services/data/vXX.0/limits`.
pub async fn limits(State(org): State<Arc<Org>>) -> Json<Value> {
    let max = org.daily_requests;
    let jobs = u64::try_from(org.jobs.with(|jobs| jobs.len())).unwrap_or(0);
    Json(json!({
        "DailyApiRequests": { "Max": max, "Remaining": max.saturating_sub(org.used_requests()) },
        "DailyBulkV2QueryJobs": { "Max": 10_000, "Remaining": 10_000_u64.saturating_sub(jobs) },
        "DailyBulkV2QueryFileStorageMB": { "Max": 976_562, "Remaining": 976_562 },
        "DataStorageMB": { "Max": 1_024, "Remaining": 1_000 },
    }))
}

/// `GET /limits/recordCount?sObjects=A,B`: live rows, without regard to who may see them. Objects that the user may not
/// read are left out in silence.
pub async fn record_count(
    State(org): State<Arc<Org>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let parameters = query_map(query.as_deref().unwrap_or(""));
    let names = parameters.get("sObjects").map_or("", String::as_str);
    let wanted: Vec<&str> = names.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
    let access = org.access();
    let objects: Vec<&'static Object> = access
        .objects()
        .filter(|o| {
            o.queryable && (wanted.is_empty() || wanted.iter().any(|n| n.eq_ignore_ascii_case(o.name)))
        })
        .collect();
    blocking(move || {
        org.store.read(|db| {
            let mut counts = Vec::new();
            for object in objects {
                let live = if object.has("IsDeleted") { "\"IsDeleted\" = 0" } else { "1" };
                let sql = format!("SELECT COUNT(*) FROM {} WHERE {live}", quoted(object.name));
                let count: i64 = db.query_row(&sql, [], |row| row.get(0))?;
                counts.push(json!({ "name": object.name, "count": count }));
            }
            Ok::<_, Problem>(Json(json!({ "sObjects": counts })))
        })
    })
    .await
}
