//! `keep_quality` (queue `quality-poison`): what `watch_quality` failed with again and again is kept in the dead
//! letters, said where an alert reads it and on the source's newest run, and asked for once more later: an alert may
//! wait for it.

use axum::response::Response;
use forebay_pipeline::{PoisonMessage, QUALITY_QUEUE, QualityRequest, keep_poison};
use forebay_ports::PortError;

use crate::app::App;
use crate::wire;

const FUNCTION: &str = "keep_quality";

pub async fn handle(app: &App, body: &[u8]) -> Response {
    let message = match wire::queue_message(body) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!(function = FUNCTION, %error, "invocation refused");
            return wire::failure(&error.to_string());
        }
    };
    match keep(app, &message).await {
        Ok(line) => wire::success(vec![line]),
        Err(error) => {
            tracing::error!(function = FUNCTION, %error, "a message could not be dead-lettered; the host delivers it again in half a minute");
            wire::failure(&error.to_string())
        }
    }
}

/// Killed in between it is done again: keeping twice keeps once, and looking twice changes nothing.
async fn keep(app: &App, message: &wire::QueueMessage) -> Result<String, PortError> {
    let engine = app.engine().await?;
    let request = QualityRequest::parse(&message.body);
    let again = request.as_ref().ok().and_then(QualityRequest::revived);
    let reason = match (&request, &again) {
        (Err(problem), _) => problem.clone(),
        (Ok(_), Some((_, pause))) => {
            format!("{}; the next try was put off by {} minutes", FAILED, pause.as_secs() / 60)
        }
        (Ok(_), None) => format!("{FAILED}; the source's next run asks anew"),
    };
    let poison = PoisonMessage { queue: QUALITY_QUEUE, id: &message.id, body: message.body.clone() };
    let place = keep_poison(engine.as_ref(), poison, &reason).await?;
    if let Some((again, pause)) = again {
        again.send(app.queue()?.as_ref(), pause).await?;
    }
    if let Ok(QualityRequest::Look { tenant, source, .. }) = &request {
        engine.note_not_measured(tenant, source, &reason).await;
    }
    Ok(format!("kept in {place}"))
}

const FAILED: &str = "looking at quality failed five times; the errors are in the log of watch_quality";
