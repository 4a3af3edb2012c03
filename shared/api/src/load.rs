//! What several resources look up: found for this tenant, or a problem that says what to do.

use forebay_model::{Run, RunId, SourceConfig, SourceId, StreamName, StreamRun};
use forebay_ports::repository::{Slice, VersionedSchema};

use crate::extract::Scope;
use crate::problem::Problem;

pub(crate) async fn source(scope: &Scope, id: &SourceId) -> Result<SourceConfig, Problem> {
    let found = scope.repository.source(&scope.tenant, id).await?;
    found.ok_or_else(|| {
        Problem::not_found(&format!("source `{id}`"), "GET /api/v1/sources lists the sources there are")
    })
}

/// The newest schema of a stream.
pub(crate) async fn schema(
    scope: &Scope,
    id: &SourceId,
    stream: &StreamName,
) -> Result<(SourceConfig, VersionedSchema), Problem> {
    let source = source(scope, id).await?;
    let schemas = scope.repository.schemas(&scope.tenant, id).await?;
    let found = schemas.into_iter().find(|schema| &schema.schema.stream == stream).ok_or_else(|| {
        let advice = format!(
            "GET /api/v1/sources/{id}/streams lists the streams there are; a stream appears when it was first extracted"
        );
        Problem::not_found(&format!("stream `{stream}` of source `{id}`"), &advice)
    })?;
    Ok((source, found))
}

pub(crate) async fn run(scope: &Scope, id: &RunId) -> Result<Run, Problem> {
    let found = scope.repository.run(&scope.tenant, id).await?;
    found.ok_or_else(|| {
        Problem::not_found(&format!("run `{id}`"), "GET /api/v1/runs lists the runs there are")
    })
}

/// The newest run of a source with its streams, if it ever ran.
pub(crate) async fn latest_run(
    scope: &Scope,
    source: &SourceId,
) -> Result<Option<(Run, Vec<StreamRun>)>, Problem> {
    let slice = Slice { after: None, limit: 1 };
    let Some(run) = scope.repository.runs(&scope.tenant, Some(source), slice).await?.into_iter().next()
    else {
        return Ok(None);
    };
    let streams = scope.repository.stream_runs(&scope.tenant, &run.id).await?;
    Ok(Some((run, streams)))
}
