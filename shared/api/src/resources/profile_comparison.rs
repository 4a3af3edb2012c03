//! What changed of a stream's columns from one run to another.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use forebay_model::{Run, RunId};
use forebay_pipeline::RunProfiles;
use forebay_ports::repository::{PeriodQuery, StateKind, StoredState};
use serde::Deserialize;
use utoipa::IntoParams;

use super::profiles::{known_states, require_run, unreadable};
use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope, Shared};
use crate::load;
use crate::problem::Problem;
use crate::views::ProfileComparisonView;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// The earlier run's id.
    #[param(value_type = String)]
    pub from: RunId,
    /// The later run's id.
    #[param(value_type = String)]
    pub to: RunId,
}

/// What changed of a stream's columns from one run to another.
///
/// A change is told where neither chance nor the errors of the figures explain it. Of a run whose profile was rolled up
/// with those before it, the rolled-up profile is compared. Values that either run shows to be personal data are masked.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/profiles/compare", tag = "profiles",
    operation_id = "compare_profiles", params(StreamPath, ComparisonQuery),
    responses((status = 200, body = ProfileComparisonView)))]
pub async fn get(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<ComparisonQuery>,
) -> Result<Json<ProfileComparisonView>, Problem> {
    let (_, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    let order: Vec<String> = versioned.schema.columns.into_iter().map(|column| column.name).collect();
    let (before, from) = profiled(&scope, &path, &query.from, &order).await?;
    let (after, to) = profiled(&scope, &path, &query.to, &order).await?;
    let known = known_states(&scope, &path).await?;
    let compared = state.profiles.compare(&from, &to, &known);
    let compared = compared.map_err(|error| unreadable("one of the runs", &error))?;
    Ok(Json(ProfileComparisonView::new(compared, &before, &after)))
}

async fn profiled(
    scope: &Scope,
    path: &StreamPath,
    id: &RunId,
    order: &[String],
) -> Result<(Run, RunProfiles), Problem> {
    let run = require_run(scope, path, id).await?;
    let (_, states) = scope.repository.run_profiles(&scope.tenant, id, &path.stream).await?;
    let mut columns = by_column(states);
    if columns.is_empty() {
        columns = by_column(rolled_up_with(scope, path, &run).await?);
    }
    if columns.is_empty() {
        let advice = format!(
            "the run read nothing of it, or its profile was rolled up with a later run's; GET \
             /api/v1/sources/{0}/streams/{1}/profiles/{{column}}/history lists the runs that have one",
            path.source, path.stream
        );
        return Err(Problem::not_found(
            &format!("a profile of stream `{}` in run `{id}`", path.stream),
            &advice,
        ));
    }
    Ok((run, RunProfiles { name: id.to_string(), columns: in_order(columns, order) }))
}

/// The period whose newest run it is.
async fn rolled_up_with(scope: &Scope, path: &StreamPath, run: &Run) -> Result<Vec<StoredState>, Problem> {
    let query = PeriodQuery {
        source: &path.source,
        stream: &path.stream,
        only: None,
        since: Some(run.started),
        until: Some(forebay_model::Instant::from_micros(run.started.micros() + 1)),
        with_records: false,
        limit: 2,
    };
    let periods = scope.repository.profile_periods(&scope.tenant, &query).await?;
    let found = periods.into_iter().find(|period| period.key.run == run.id);
    Ok(found.map_or_else(Vec::new, |period| period.states))
}

fn by_column(states: Vec<StoredState>) -> HashMap<String, Vec<Vec<u8>>> {
    let mut columns: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for stored in states.into_iter().filter(|stored| stored.kind == StateKind::Column) {
        columns.entry(stored.name).or_default().push(stored.state);
    }
    columns
}

/// The schema's order, then what is no longer in it by name.
fn in_order(mut columns: HashMap<String, Vec<Vec<u8>>>, order: &[String]) -> Vec<(String, Vec<Vec<u8>>)> {
    let mut sorted: Vec<_> = order.iter().filter_map(|name| columns.remove_entry(name)).collect();
    let mut rest: Vec<_> = columns.into_iter().collect();
    rest.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    sorted.append(&mut rest);
    sorted
}
