//! The system service.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::account::Account;
use crate::calendar::iso_utc;

/// `GET /services/rest/system/v1/serverTime`.
pub async fn server_time(State(account): State<Arc<Account>>) -> Json<Value> {
    Json(json!({ "links": [], "serverTime": iso_utc(account.now()) }))
}

/// `GET /services/rest/system/v1/governanceLimits`.
pub async fn governance_limits(State(account): State<Arc<Account>>) -> Json<Value> {
    let limit = account.gate.limit();
    Json(json!({
        "links": [],
        "accountConcurrencyLimit": limit,
        "accountUnallocatedConcurrencyLimit": limit,
        "integrationConcurrencyLimit": limit,
    }))
}

/// `GET /services/rest/record/v1/preference/userPreference`: how the integration's user writes dates, which is
/// how the record service's filters must.
pub async fn user_preference(State(account): State<Arc<Account>>) -> Json<Value> {
    let href = format!("{}/services/rest/record/v1/preference/userPreference", account.credentials.base_url);
    Json(json!({
        "links": [{ "rel": "self", "href": href }],
        "timeZone": "America/Los_Angeles",
        "dateFormat": "M/D/YYYY",
        "timeFormat": "h:mm a",
    }))
}
