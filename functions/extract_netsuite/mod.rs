//! `extract_netsuite` (timer): reads every configured NetSuite account.

use axum::response::Response;

use crate::app::App;
use crate::timers;

/// The source systems this timer serves.
const SYSTEMS: &[&str] = &["netsuite"];

pub async fn handle(app: &App, body: &[u8]) -> Response {
    timers::extract(app, body, "extract_netsuite", SYSTEMS).await
}
