//! Numbers across sources.

use axum::Json;
use axum::extract::State;
use forebay_model::{Instant, SourceConfig, StreamRun};
use forebay_ports::repository::{PeriodQuery, StateKind};

use crate::extract::{Scope, Shared};
use crate::load;
use crate::problem::Problem;
use crate::views::{RunTotals, RunView, SourceSummary, StreamRunView, SummaryView};

/// Numbers across the tenant's sources, from the newest run of each.
#[utoipa::path(get, path = "/api/v1/summary", tag = "summary", operation_id = "get_summary",
    responses((status = 200, body = SummaryView)))]
pub async fn get(scope: Scope, State(state): State<Shared>) -> Result<Json<SummaryView>, Problem> {
    Ok(Json(gather(&scope, state.clock.now()).await?))
}

pub(crate) async fn gather(scope: &Scope, at: Instant) -> Result<SummaryView, Problem> {
    let (mut sources, mut all) = (Vec::new(), Vec::new());
    for source in scope.repository.sources(&scope.tenant).await? {
        let (summary, streams) = of_source(scope, source).await?;
        sources.push(summary);
        all.extend(streams);
    }
    let in_progress = sources.iter().filter_map(|source| source.run.as_ref()).filter(|run| !run.settled);
    Ok(SummaryView {
        at,
        totals: RunTotals::of(&all),
        columns_profiled: sources.iter().map(|source| source.columns_profiled).sum(),
        lineage_edges: scope.repository.count_edges(&scope.tenant).await?,
        runs_in_progress: in_progress.cloned().collect(),
        sources,
    })
}

async fn of_source(scope: &Scope, source: SourceConfig) -> Result<(SourceSummary, Vec<StreamRun>), Problem> {
    let columns_profiled = columns_profiled(scope, &source).await?;
    let latest = load::latest_run(scope, &source.id).await?;
    let (run, streams) = match latest {
        Some((run, streams)) => (Some(RunView::new(&run, &streams)), streams),
        None => (None, Vec::new()),
    };
    let summary = SourceSummary {
        source: source.id.into(),
        connector: source.connector.into(),
        run,
        streams: streams.iter().map(StreamRunView::new).collect(),
        columns_profiled,
    };
    Ok((summary, streams))
}

/// Columns with a state in the newest run that profiled their stream.
async fn columns_profiled(scope: &Scope, source: &SourceConfig) -> Result<u64, Problem> {
    let mut columns = 0;
    for versioned in scope.repository.schemas(&scope.tenant, &source.id).await? {
        let stream = &versioned.schema.stream;
        let query = PeriodQuery {
            source: &source.id,
            stream,
            only: None,
            since: None,
            until: None,
            with_records: false,
            limit: 1,
        };
        let newest = scope.repository.profile_periods(&scope.tenant, &query).await?;
        let states = newest.iter().flat_map(|period| &period.states);
        columns += states.filter(|state| state.kind == StateKind::Column).count() as u64;
    }
    Ok(columns)
}
