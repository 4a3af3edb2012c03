//! `watch_quality` (queue `quality`): measures what a source's runs brought, says what is unusual, and
//! delivers alerts. It asks for itself again while a run is still being profiled or a delivery waits; when
//! nothing is left, nothing runs, and the database may sleep.

use std::time::Duration;

use axum::response::Response;
use forebay_model::{Instant, SourceId, TenantId};
use forebay_pipeline::Watched;
use forebay_ports::PortError;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::wire;
use crate::work;

const FUNCTION: &str = "watch_quality";
pub const QUALITY_QUEUE: &str = "quality";
/// Profiling follows extraction by seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const MOST_PAUSE: Duration = Duration::from_secs(600);
/// A run that is not profiled by then waits for the next run's message.
const MOST_LOOKS: u32 = 30;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchRequest {
    pub tenant: TenantId,
    pub source: SourceId,
    /// How often it was looked before.
    #[serde(default)]
    pub looks: u32,
}

impl WatchRequest {
    fn parse(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body)
            .map_err(|error| format!("a message of {} bytes is no request to watch: {error}", body.len()))
    }
}

/// Asks to look at a source's newest run when it is likely to be profiled.
pub async fn ask(app: &App, tenant: &TenantId, source: &SourceId) {
    let request = WatchRequest { tenant: tenant.clone(), source: source.clone(), looks: 0 };
    if let Err(error) = work::send(app, QUALITY_QUEUE, &request, Some(FIRST_PAUSE)).await {
        tracing::warn!(%tenant, %source, %error, "the run is measured with the next one");
    }
}

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
    let request = WatchRequest::parse(&message.body)?;
    watch(app, request).await.map_err(|error| error.to_string())
}

async fn watch(app: &App, request: WatchRequest) -> Result<String, PortError> {
    let WatchRequest { tenant, source, looks } = &request;
    let watched = app.engine().await?.watch(tenant, source).await?;
    let delivered = app.deliverer().await?.deliver(tenant).await?;
    let line = format!(
        "{source}: {} streams measured, {} waiting; {} alerts sent, {} postponed, {} given up",
        watched.measured, watched.waiting, delivered.sent, delivered.postponed, delivered.given_up
    );
    tracing::info!(%tenant, "{line}");
    if let Some(pause) = next_look(&watched, *looks, delivered.next, app.clock.now()) {
        let again = WatchRequest { looks: looks + 1, ..request.clone() };
        work::send(app, QUALITY_QUEUE, &again, Some(pause)).await?;
    }
    Ok(line)
}

/// When to look again, if at all.
fn next_look(watched: &Watched, looks: u32, due: Option<Instant>, now: Instant) -> Option<Duration> {
    let patient = (watched.waiting > 0 && looks < MOST_LOOKS).then(|| {
        let doubled = FIRST_PAUSE.saturating_mul(1 << looks.min(10));
        doubled.min(MOST_PAUSE)
    });
    let delivery = due.map(|due| {
        let micros = due.micros().saturating_sub(now.micros()).max(1_000_000);
        Duration::from_micros(micros.unsigned_abs())
    });
    patient.into_iter().chain(delivery).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(waiting: u32, looks: u32, due: Option<i64>) -> Option<u64> {
        let watched = Watched { waiting, ..Watched::default() };
        let due = due.map(|seconds| Instant::EPOCH.plus_seconds(seconds));
        next_look(&watched, looks, due, Instant::EPOCH).map(|pause| pause.as_secs())
    }

    #[test]
    fn it_looks_again_while_something_waits_and_then_rests() {
        assert_eq!(pause(0, 0, None), None);
        assert_eq!(
            [pause(1, 0, None), pause(1, 3, None), pause(1, 29, None)],
            [Some(5), Some(40), Some(600)]
        );
        assert_eq!(pause(1, MOST_LOOKS, None), None);
        assert_eq!(
            [pause(0, 0, Some(60)), pause(1, 0, Some(60)), pause(0, 0, Some(-9))],
            [Some(60), Some(5), Some(1)]
        );
    }

    #[test]
    fn what_is_no_request_is_refused_without_its_content() {
        let problem = WatchRequest::parse(b"secret").unwrap_err();
        assert!(problem.contains("6 bytes") && !problem.contains("secret"));
        let request = WatchRequest::parse(br#"{"tenant":"acme","source":"netsuite"}"#).unwrap();
        assert_eq!(request.looks, 0);
    }
}
