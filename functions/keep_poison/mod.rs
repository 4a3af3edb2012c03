//! `keep_poison` (queue `extract-poison`): keeps what `extract_on_demand` failed with again and again in the
//! dead letters, and says so where an alert reads it.

use axum::response::Response;
use forebay_pipeline::{PoisonMessage, keep_poison};

use crate::app::App;
use crate::wire;
use crate::work::{EXTRACT_QUEUE, ExtractRequest};

const FUNCTION: &str = "keep_poison";

pub async fn handle(app: &App, body: &[u8]) -> Response {
    let message = match wire::queue_message(body) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!(function = FUNCTION, %error, "invocation refused");
            return wire::failure(&error.to_string());
        }
    };
    let reason = reason(&message.body);
    let poison = PoisonMessage { queue: EXTRACT_QUEUE, id: &message.id, body: message.body.clone() };
    let kept = async { keep_poison(app.engine().await?.as_ref(), poison, &reason).await };
    match kept.await {
        Ok(place) => wire::success(vec![format!("kept in {place}")]),
        Err(error) => {
            tracing::error!(function = FUNCTION, %error, "a message could not be dead-lettered; the host delivers it again in half a minute");
            wire::failure(&error.to_string())
        }
    }
}

/// The poison queue carries no reason, so what can be told from the message is.
fn reason(body: &[u8]) -> String {
    match ExtractRequest::parse(body) {
        Err(problem) => problem,
        Ok(request) => format!(
            "a request to extract source {} of tenant {} failed on every delivery; the errors are in the log of extract_on_demand",
            request.source, request.tenant
        ),
    }
}
