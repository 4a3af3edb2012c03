//! What the portal says of itself.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::account::Account;
use crate::catalog::PORTAL_ID;
use crate::moment::{DAY, vendor};

/// `GET /account-info/v3/details`.
pub async fn details() -> Json<Value> {
    Json(json!({
        "portalId": PORTAL_ID,
        "accountType": "STANDARD",
        "timeZone": "UTC",
        "companyCurrency": "USD",
        "additionalCurrencies": ["EUR", "GBP"],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }))
}

/// `GET /account-info/v3/api-usage/daily/private-apps`.
pub async fn usage(State(account): State<Arc<Account>>) -> Json<Value> {
    let now = account.now();
    let left = account.limits.left(Instant::now(), now);
    Json(json!({ "results": [{
        "name": "private-apps-api-calls-daily",
        "usageLimit": left.daily_limit,
        "currentUsage": left.daily_limit - left.daily,
        "collectedAt": vendor(now),
        "fetchStatus": "SUCCESS",
        "resetsAt": vendor((now.div_euclid(DAY) + 1) * DAY),
    }]}))
}
