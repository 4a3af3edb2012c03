//! `extract_crm` (timer): reads every configured Salesforce org and HubSpot portal.

use axum::response::Response;

use crate::app::App;
use crate::timers;

/// The source systems this timer serves.
const SYSTEMS: &[&str] = &["salesforce", "hubspot"];

pub async fn handle(app: &App, body: &[u8]) -> Response {
    timers::extract(app, body, "extract_crm", SYSTEMS).await
}
