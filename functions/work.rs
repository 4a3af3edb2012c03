//! What travels by queues. By `extract`: requests to read a source at once.

use std::time::Duration;

use bytes::Bytes;
use forebay_model::{Run, RunId, SourceId, TenantId};
use forebay_ports::PortError;
use serde::{Deserialize, Serialize};

use crate::app::App;

/// The queue of `extract_on_demand`; its poison queue is that of `keep_poison`.
pub const EXTRACT_QUEUE: &str = "extract";

/// Why a source is read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody asked for it.
    OnDemand,
    /// An extraction ran out of time; the next timer need not be waited for.
    Overflow,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractRequest {
    pub tenant: TenantId,
    pub source: SourceId,
    /// The open run to go on with. Without one, a run is opened or joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    pub reason: Reason,
}

impl ExtractRequest {
    /// Says what is wrong without the message's content.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body)
            .map_err(|error| format!("a message of {} bytes is no request to extract: {error}", body.len()))
    }

    /// Durable when this returns.
    pub async fn send(&self, app: &App) -> Result<(), PortError> {
        send(app, EXTRACT_QUEUE, self, None).await
    }
}

/// Durable when this returns; seen by its function after `delay`.
pub async fn send(
    app: &App,
    queue: &str,
    message: &impl Serialize,
    delay: Option<Duration>,
) -> Result<(), PortError> {
    let body = serde_json::to_vec(message)
        .map_err(|error| PortError::Rejected { service: "the queue", detail: error.to_string() })?;
    app.queue()?.send(queue, Bytes::from(body), delay).await
}

/// Asks to go on with a run that ran out of time. Where that cannot be asked, the next timer goes on.
pub async fn go_on(app: &App, run: &Run) {
    let request = ExtractRequest {
        tenant: run.tenant.clone(),
        source: run.source.clone(),
        run: Some(run.id.clone()),
        reason: Reason::Overflow,
    };
    let (tenant, source) = (&run.tenant, &run.source);
    match request.send(app).await {
        Ok(()) => tracing::info!(%tenant, %source, run = %run.id, "the time is up: a message asks to go on"),
        Err(error) => {
            tracing::warn!(%tenant, %source, run = %run.id, %error, "the time is up: the next timer goes on");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_and_its_run_may_be_missing() {
        let request = ExtractRequest {
            tenant: TenantId::new("acme").unwrap(),
            source: SourceId::new("netsuite").unwrap(),
            run: Some(RunId::new("run-1").unwrap()),
            reason: Reason::Overflow,
        };
        let body = serde_json::to_string(&request).unwrap();
        assert_eq!(body, r#"{"tenant":"acme","source":"netsuite","run":"run-1","reason":"overflow"}"#);
        assert_eq!(ExtractRequest::parse(body.as_bytes()), Ok(request));
        let bare = br#"{"tenant":"acme","source":"netsuite","reason":"on_demand"}"#;
        assert_eq!(ExtractRequest::parse(bare).unwrap().run, None);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for body in [&b"secret"[..], b"{}", br#"{"tenant":"a/b","source":"n","reason":"on_demand"}"#] {
            let problem = ExtractRequest::parse(body).unwrap_err();
            assert!(problem.contains("is no request") && !problem.contains("secret"), "{problem}");
        }
    }
}
