//! `profile_records` (Event Hub): reads transformed pages from hub `records` and profiles their columns.

use axum::response::Response;
use forebay_pipeline::ProfileReport;

use crate::app::App;
use crate::batch;

pub async fn handle(app: &App, body: &[u8]) -> Response {
    batch::handle(app, "profile_records", body, async |engine, events| engine.profile(events).await.map(line))
        .await
}

fn line(r: ProfileReport) -> String {
    format!(
        "profiled {} pages ({} repeated, {} kept aside): {} records",
        r.pages, r.repeated, r.undelivered, r.records
    )
}
