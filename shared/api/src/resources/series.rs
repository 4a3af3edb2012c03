//! What is measured of a stream and its columns, run by run.

use std::collections::BTreeSet;

use axum::extract::State;
use forebay_model::Instant;
use serde::Deserialize;
use utoipa::IntoParams;

use super::streams::StreamPath;
use crate::extract::{PathOf, QueryOf, Scope, Shared};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::SeriesView;

const DAYS: i64 = 90;
const MICROS_PER_DAY: i64 = 86_400_000_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// Points from then on; without it, those of the last 90 days.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// At most so many of the newest points of each series.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// Every series of a stream and its columns, in order of column and metric.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/series", tag = "anomalies",
    operation_id = "list_series", params(StreamPath, SeriesQuery),
    responses((status = 200, body = Listing<SeriesView>)))]
pub async fn of_stream(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<StreamPath>,
    QueryOf(query): QueryOf<SeriesQuery>,
) -> Result<Listing<SeriesView>, Problem> {
    load::schema(&scope, &path.source, &path.stream).await?;
    let limit = Paging::new("series", None, query.limit)?.limit();
    let ago = state.clock.now().micros().saturating_sub(DAYS * MICROS_PER_DAY);
    let since = query.since.unwrap_or(Instant::from_micros(ago));
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let (tenant, source, stream) = (&scope.tenant, &path.source, &path.stream);
    let keys = scope.repository.series_keys(tenant, source, stream).await?;
    let columns: BTreeSet<&str> = keys.iter().map(|key| key.column.as_deref().unwrap_or_default()).collect();
    let columns: Vec<&str> = columns.into_iter().collect();
    let found = scope.repository.stream_series(tenant, source, stream, &columns, since, limit).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}
