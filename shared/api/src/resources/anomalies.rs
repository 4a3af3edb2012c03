//! What was unusual, and what people made of it.

use axum::Json;
use forebay_model::{Instant, RunId, SourceId, StreamName};
use forebay_ports::repository::{AnomalyFilter, Mark};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{PathOf, QueryOf, Scope};
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::{AnomalyView, MetricView};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AnomalyPath {
    /// An anomaly's id.
    pub anomaly: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AnomaliesQuery {
    /// Only this source's.
    #[param(value_type = Option<String>)]
    pub source: Option<SourceId>,
    /// Only this stream's.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
    /// Only this run's.
    #[param(value_type = Option<String>)]
    pub run: Option<RunId>,
    /// Only of this metric.
    #[param(value_type = Option<MetricView>)]
    pub metric: Option<MetricView>,
    /// From then on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// Anomalies, newest first.
#[utoipa::path(get, path = "/api/v1/anomalies", tag = "anomalies", operation_id = "list_anomalies",
    params(AnomaliesQuery), responses((status = 200, body = Listing<AnomalyView>)))]
pub async fn list(
    scope: Scope,
    QueryOf(query): QueryOf<AnomaliesQuery>,
) -> Result<Listing<AnomalyView>, Problem> {
    let paging = Paging::new("anomalies", query.after.as_deref(), query.limit)?;
    let AnomaliesQuery { source, stream, run, metric, since, .. } = query;
    let filter = AnomalyFilter { source, stream, run, metric: metric.map(Into::into), since };
    let found = scope.repository.anomalies(&scope.tenant, &filter, paging.slice()).await?;
    let (found, next) = paging.cut(found, |anomaly| &anomaly.id);
    Ok(Listing { items: found.into_iter().map(Into::into).collect(), next })
}

/// One anomaly.
#[utoipa::path(get, path = "/api/v1/anomalies/{anomaly}", tag = "anomalies", operation_id = "get_anomaly",
    params(AnomalyPath), responses((status = 200, body = AnomalyView)))]
pub async fn get(scope: Scope, PathOf(path): PathOf<AnomalyPath>) -> Result<Json<AnomalyView>, Problem> {
    let found = scope.repository.anomaly(&scope.tenant, &path.anomaly).await?;
    found.map(|anomaly| Json(anomaly.into())).ok_or_else(|| {
        Problem::not_found("an anomaly with this id", "GET /api/v1/anomalies lists those there are")
    })
}

/// Says that it is none. Its series learns from it.
#[utoipa::path(put, path = "/api/v1/anomalies/{anomaly}/false-alarm", tag = "anomalies",
    operation_id = "mark_false_alarm", params(AnomalyPath), responses((status = 200, body = AnomalyView)))]
pub async fn mark(scope: Scope, PathOf(path): PathOf<AnomalyPath>) -> Result<Json<AnomalyView>, Problem> {
    Ok(Json(scope.repository.mark_anomaly(&scope.tenant, &path.anomaly, Mark::FalseAlarm).await?.into()))
}

/// Takes back that it is none.
#[utoipa::path(delete, path = "/api/v1/anomalies/{anomaly}/false-alarm", tag = "anomalies",
    operation_id = "unmark_false_alarm", params(AnomalyPath), responses((status = 200, body = AnomalyView)))]
pub async fn unmark(scope: Scope, PathOf(path): PathOf<AnomalyPath>) -> Result<Json<AnomalyView>, Problem> {
    Ok(Json(scope.repository.mark_anomaly(&scope.tenant, &path.anomaly, Mark::None).await?.into()))
}
