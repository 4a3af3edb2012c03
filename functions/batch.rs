//! What both Event Hub functions do around their work.
//!
//! The host moves its checkpoint after the last attempt whether or not the function succeeded, so a
//! batch that still fails then is kept in the dead-letter store before the answer is given. Pages whose
//! batch was lost all the same (the process was killed) are announced again by the sweep.

use std::sync::Arc;

use axum::response::Response;
use forebay_pipeline::{Engine, Inbound, keep_undelivered};
use forebay_ports::PortError;

use crate::app::App;
use crate::wire;

/// Runs `work` on the batch in `body`.
pub async fn handle<W>(app: &App, function: &'static str, body: &[u8], work: W) -> Response
where
    W: AsyncFnOnce(&Engine, &[Inbound]) -> Result<String, PortError>,
{
    let batch = match wire::event_batch(body) {
        Ok(batch) => batch,
        Err(error) => {
            tracing::error!(function, %error, "invocation refused");
            return wire::failure(&error.to_string());
        }
    };
    let engine = match app.engine().await {
        Ok(engine) => engine,
        Err(error) => return failed(function, &error),
    };
    match work(&engine, &batch.events).await {
        Ok(line) => {
            tracing::info!(function, "{line}");
            wire::success(vec![line])
        }
        Err(error) if batch.last_attempt => give_up(function, &engine, &batch.events, &error).await,
        Err(error) => failed(function, &error),
    }
}

fn failed(function: &'static str, error: &PortError) -> Response {
    tracing::error!(function, %error, "batch failed; the host delivers it again");
    wire::failure(&error.to_string())
}

async fn give_up(
    function: &'static str,
    engine: &Arc<Engine>,
    events: &[Inbound],
    error: &PortError,
) -> Response {
    let reason = format!("{function} failed on the last attempt: {error}");
    match keep_undelivered(engine, events, &reason).await {
        Ok(()) => wire::success(vec![format!("{} events kept aside: {reason}", events.len())]),
        Err(second) => {
            tracing::error!(function, %second, "the batch could not be kept aside; the sweep announces its pages again");
            wire::failure(&reason)
        }
    }
}
