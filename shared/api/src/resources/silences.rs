//! Alerts that nobody wants to hear for a while.

use axum::Json;
use axum::extract::State;
use forebay_model::alert::Silence;
use forebay_model::{Instant, SourceId, StreamName};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Author, BodyOf, PathOf, Scope, Shared};
use crate::paging::Listing;
use crate::problem::{Problem, ProblemKind};
use crate::views::{SilenceRequest, SilenceView};

const MOST_REASON: usize = 1000;
const MOST_DAYS: i64 = 90;
const MICROS_PER_DAY: i64 = 86_400_000_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SilencePath {
    /// A silence's id.
    pub silence: String,
}

/// Silences that have not ended, the first to end first.
#[utoipa::path(get, path = "/api/v1/silences", tag = "alerts", operation_id = "list_silences",
    responses((status = 200, body = Listing<SilenceView>)))]
pub async fn list(scope: Scope, State(state): State<Shared>) -> Result<Listing<SilenceView>, Problem> {
    let found = scope.repository.silences(&scope.tenant, state.clock.now()).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}

/// Keeps alerts of matching causes from being delivered for a while. They are recorded all the same.
#[utoipa::path(post, path = "/api/v1/silences", tag = "alerts", operation_id = "create_silence",
    request_body = SilenceRequest, responses((status = 200, body = SilenceView)))]
pub async fn create(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    BodyOf(request): BodyOf<SilenceRequest>,
) -> Result<Json<SilenceView>, Problem> {
    let silence = silence_of(request, author, state.clock.now())?;
    scope.repository.put_silence(&scope.tenant, &silence).await?;
    Ok(Json(silence.into()))
}

/// Ends a silence now.
#[utoipa::path(delete, path = "/api/v1/silences/{silence}", tag = "alerts", operation_id = "end_silence",
    params(SilencePath), responses((status = 200, body = SilenceView)))]
pub async fn end(
    scope: Scope,
    State(state): State<Shared>,
    PathOf(path): PathOf<SilencePath>,
) -> Result<Json<SilenceView>, Problem> {
    let ended = scope.repository.end_silence(&scope.tenant, &path.silence, state.clock.now()).await?;
    Ok(Json(ended.into()))
}

fn silence_of(request: SilenceRequest, author: String, now: Instant) -> Result<Silence, Problem> {
    let invalid = |detail: String| Problem::new(ProblemKind::InvalidBody, detail);
    let latest = now.micros().saturating_add(MOST_DAYS * MICROS_PER_DAY);
    if request.until <= now || request.until.micros() > latest {
        let expected = format!("expected a time within the next {MOST_DAYS} days");
        return Err(invalid(format!("field `until` is a time out of range; {expected}")));
    }
    let length = request.reason.chars().count();
    if !(1..=MOST_REASON).contains(&length) {
        let expected = format!("expected 1 to {MOST_REASON}: say why, for those who wonder");
        return Err(invalid(format!("field `reason` is text of {length} characters; {expected}")));
    }
    let source = request.source.map(SourceId::new).transpose();
    let source = source.map_err(|error| invalid(format!("field `source`: {error}")))?;
    let stream = request.stream.map(StreamName::new).transpose();
    let stream = stream.map_err(|error| invalid(format!("field `stream`: {error}")))?;
    Ok(Silence {
        id: uuid::Uuid::now_v7().to_string(),
        source,
        stream,
        kind: request.kind.map(Into::into),
        until: request.until,
        reason: request.reason,
        author,
    })
}
