//! `extract_on_demand` (queue `extract`): reads one source now, because somebody asked for it or because an
//! extraction ran out of time. A message that fails comes again; one that always fails ends in the dead
//! letters, by way of the poison queue.

use axum::response::Response;
use forebay_model::{Run, RunState, SourceConfig, Trigger};
use forebay_ports::{PortError, Repository};

use crate::app::App;
use crate::extraction;
use crate::wire;
use crate::work::ExtractRequest;

const FUNCTION: &str = "extract_on_demand";

pub async fn handle(app: &App, body: &[u8]) -> Response {
    match work(app, body).await {
        Ok(line) => wire::success(vec![line]),
        Err(error) => {
            tracing::error!(
                function = FUNCTION,
                error,
                "request to extract failed; the host delivers it again"
            );
            wire::failure(&error)
        }
    }
}

async fn work(app: &App, body: &[u8]) -> Result<String, String> {
    let message = wire::queue_message(body).map_err(|error| error.to_string())?;
    let request = ExtractRequest::parse(&message.body)?;
    extract(app, &request).await.map_err(|error| error.to_string())
}

async fn extract(app: &App, request: &ExtractRequest) -> Result<String, PortError> {
    let repository = app.repository().await?;
    let source = known(repository.as_ref(), request).await?;
    if let Some(run) = ended(repository.as_ref(), request).await? {
        return Ok(format!("run {} of {}/{} has ended already", run.id, source.tenant, source.id));
    }
    extraction::run(app, &source, Trigger::OnDemand).await
}

async fn known(repository: &dyn Repository, request: &ExtractRequest) -> Result<SourceConfig, PortError> {
    let source = repository.source(&request.tenant, &request.source).await?;
    source.ok_or_else(|| PortError::NotFound {
        what: format!("source {} of tenant {}", request.source, request.tenant),
    })
}

/// The run that the message asks to go on with, where somebody else has ended it meanwhile.
async fn ended(repository: &dyn Repository, request: &ExtractRequest) -> Result<Option<Run>, PortError> {
    let Some(id) = &request.run else { return Ok(None) };
    let run = repository.run(&request.tenant, id).await?;
    let run = run.ok_or_else(|| PortError::NotFound { what: format!("run {id}") })?;
    Ok((run.state != RunState::Extracting).then_some(run))
}
