//! `transform_records` (Event Hub): reads landed pages from hub `raw`, types and applies them.

use axum::response::Response;
use forebay_pipeline::TransformReport;

use crate::app::App;
use crate::batch;

pub async fn handle(app: &App, body: &[u8]) -> Response {
    batch::handle(app, "transform_records", body, async |engine, events| {
        engine.transform(events).await.map(line)
    })
    .await
}

fn line(r: TransformReport) -> String {
    format!(
        "transformed {} pages ({} repeated, {} kept aside): {} read, {} applied, {} unchanged, {} superseded, {} dead letters",
        r.pages,
        r.repeated,
        r.undelivered,
        r.outcome.read,
        r.outcome.applied(),
        r.outcome.unchanged,
        r.outcome.superseded,
        r.outcome.dead_lettered
    )
}
