//! What holds between a stream's columns.

use axum::Json;
use axum::extract::State;
use forebay_pipeline::WHOLE_STREAM;
use forebay_ports::repository::{PeriodQuery, StateKind};

use super::profiles::{ProfilesQuery, require_run};
use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope, Shared};
use crate::load;
use crate::problem::{Problem, ProblemKind};
use crate::views::RelationsView;

/// The roll-up merges the states of at most so many runs, which it holds at once; one is tens of kilobytes.
const ROLL_UP_RUNS: u32 = 200;

/// Correlations, associations and dependencies between a stream's columns, and repeated rows, over one run or
/// over the newest 200 runs. It tells names and figures, and no value.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/relations", tag = "profiles",
    operation_id = "get_relations", params(StreamPath, ProfilesQuery),
    responses((status = 200, body = RelationsView)))]
pub async fn get(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<ProfilesQuery>,
) -> Result<Json<RelationsView>, Problem> {
    load::schema(&scope, &path.source, &path.stream).await?;
    let states = match &query.run {
        Some(run) => {
            require_run(&scope, &path, run).await?;
            let (_, states) = scope.repository.run_profiles(&scope.tenant, run, &path.stream).await?;
            states.into_iter().filter(|s| s.kind == StateKind::Relations).map(|s| s.state).collect()
        }
        None => rolled_up(&scope, &path).await?,
    };
    let profile = state.profiles.finish_relations(&states).map_err(|error| {
        tracing::error!(error, "stored relations cannot be read");
        let detail = "what is stored of this stream's columns cannot be read; its next run writes it anew";
        Problem::new(ProblemKind::Internal, detail.to_owned())
    })?;
    Ok(Json(RelationsView::new(query.run.map(Into::into), profile)))
}

async fn rolled_up(scope: &Scope, path: &StreamPath) -> Result<Vec<Vec<u8>>, Problem> {
    let query = PeriodQuery {
        source: &path.source,
        stream: &path.stream,
        only: Some((StateKind::Relations, WHOLE_STREAM)),
        since: None,
        until: None,
        with_records: false,
        limit: ROLL_UP_RUNS,
    };
    let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
    Ok(periods.into_iter().flat_map(|period| period.states).map(|stored| stored.state).collect())
}
