//! `watch_quality` (queue `quality`): measures what a source's runs brought, says what is unusual, and delivers
//! alerts. It asks for itself again while a run is still being profiled or a delivery waits; when nothing is left,
//! nothing runs, and the database may sleep. What fails five times goes to `keep_quality`.

use axum::response::Response;
use forebay_pipeline::{LookReport, QualityRequest};

use crate::app::App;
use crate::wire;

const FUNCTION: &str = "watch_quality";

pub async fn handle(app: &App, body: &[u8]) -> Response {
    match look(app, body).await {
        Ok(line) => wire::success(vec![line]),
        Err(error) => {
            tracing::error!(
                function = FUNCTION,
                error,
                "quality was not looked at; the host delivers it again"
            );
            wire::failure(&error)
        }
    }
}

async fn look(app: &App, body: &[u8]) -> Result<String, String> {
    let message = wire::queue_message(body).map_err(|error| error.to_string())?;
    let request = QualityRequest::parse(&message.body)?;
    let watcher = app.watcher().await.map_err(|error| error.to_string())?;
    let report = watcher.handle(&request).await.map_err(|error| error.to_string())?;
    let line = line(&request, report);
    tracing::info!(tenant = %request.tenant(), "{line}");
    Ok(line)
}

fn line(request: &QualityRequest, LookReport { watched, delivered }: LookReport) -> String {
    let alerts = format!(
        "{} alerts sent, {} postponed, {} given up",
        delivered.sent, delivered.postponed, delivered.given_up
    );
    match request {
        QualityRequest::Look { source, .. } => {
            format!("{source}: {} streams measured, {} waiting; {alerts}", watched.measured, watched.waiting)
        }
        QualityRequest::Deliver { .. } => alerts,
    }
}
