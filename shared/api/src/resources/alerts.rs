//! What people are told, and what they made of it.

use axum::Json;
use axum::extract::State;
use forebay_model::alert::AlertState;
use forebay_model::{Instant, SourceId, StreamName};
use forebay_ports::repository::{AlertFilter, StoredAlert};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Author, PathOf, QueryOf, Scope, Shared};
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::{AlertStateView, AlertView, CauseKindView, DeliveryView};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AlertPath {
    /// An alert's id.
    pub alert: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    /// `open`, `acknowledged` or `resolved`.
    #[param(value_type = Option<AlertStateView>)]
    pub state: Option<AlertStateView>,
    /// Only this source's.
    #[param(value_type = Option<String>)]
    pub source: Option<SourceId>,
    /// Only this stream's.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
    /// Only of this kind of cause.
    #[param(value_type = Option<CauseKindView>)]
    pub kind: Option<CauseKindView>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// Alerts, the last opened first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", operation_id = "list_alerts", params(AlertsQuery),
    responses((status = 200, body = Listing<AlertView>)))]
pub async fn list(scope: Scope, QueryOf(query): QueryOf<AlertsQuery>) -> Result<Listing<AlertView>, Problem> {
    let paging = Paging::new("alerts", query.after.as_deref(), query.limit)?;
    let AlertsQuery { state, source, stream, kind, .. } = query;
    let filter = AlertFilter { state: state.map(Into::into), source, stream, kind: kind.map(Into::into) };
    let found = scope.repository.alerts(&scope.tenant, &filter, paging.slice()).await?;
    let (found, next) = paging.cut(found, |stored: &StoredAlert| &stored.alert.id);
    Ok(Listing { items: found.into_iter().map(|stored| stored.alert.into()).collect(), next })
}

/// One alert.
#[utoipa::path(get, path = "/api/v1/alerts/{alert}", tag = "alerts", operation_id = "get_alert",
    params(AlertPath), responses((status = 200, body = AlertView)))]
pub async fn get(scope: Scope, PathOf(path): PathOf<AlertPath>) -> Result<Json<AlertView>, Problem> {
    Ok(Json(stored(&scope, &path).await?.alert.into()))
}

/// What became of telling it, the latest due first.
#[utoipa::path(get, path = "/api/v1/alerts/{alert}/deliveries", tag = "alerts",
    operation_id = "list_alert_deliveries", params(AlertPath),
    responses((status = 200, body = Listing<DeliveryView>)))]
pub async fn deliveries(
    scope: Scope,
    PathOf(path): PathOf<AlertPath>,
) -> Result<Listing<DeliveryView>, Problem> {
    let id = stored(&scope, &path).await?.alert.id;
    let found = scope.repository.deliveries(&scope.tenant, &id).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}

/// Says that somebody deals with it: it is not delivered again while it goes on.
#[utoipa::path(post, path = "/api/v1/alerts/{alert}/acknowledge", tag = "alerts",
    operation_id = "acknowledge_alert", params(AlertPath), responses((status = 200, body = AlertView)))]
pub async fn acknowledge(
    scope: Scope,
    State(state): State<Shared>,
    Author(author): Author,
    PathOf(path): PathOf<AlertPath>,
) -> Result<Json<AlertView>, Problem> {
    handle(&scope, &path, AlertState::Acknowledged, &author, state.clock.now()).await
}

/// Ends it. Its cause opens it again within a day of when it was last seen, and a new alert after that.
#[utoipa::path(post, path = "/api/v1/alerts/{alert}/resolve", tag = "alerts", operation_id = "resolve_alert",
    params(AlertPath), responses((status = 200, body = AlertView)))]
pub async fn resolve(
    scope: Scope,
    State(state): State<Shared>,
    Author(author): Author,
    PathOf(path): PathOf<AlertPath>,
) -> Result<Json<AlertView>, Problem> {
    handle(&scope, &path, AlertState::Resolved, &author, state.clock.now()).await
}

async fn handle(
    scope: &Scope,
    path: &AlertPath,
    to: AlertState,
    author: &str,
    at: Instant,
) -> Result<Json<AlertView>, Problem> {
    stored(scope, path).await?;
    Ok(Json(scope.repository.handle_alert(&scope.tenant, &path.alert, to, author, at).await?.alert.into()))
}

async fn stored(scope: &Scope, path: &AlertPath) -> Result<StoredAlert, Problem> {
    let found = scope.repository.alert(&scope.tenant, &path.alert).await?;
    found.ok_or_else(|| {
        Problem::not_found("an alert with this id", "GET /api/v1/alerts lists those there are")
    })
}
