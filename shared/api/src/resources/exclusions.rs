//! Times that are neither judged nor learned from.

use axum::Json;
use axum::extract::State;
use forebay_model::exclusion::Exclusion;
use forebay_model::{Instant, SourceId, StreamName};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Author, BodyOf, PathOf, Scope, Shared};
use crate::paging::Listing;
use crate::problem::{Problem, ProblemKind};
use crate::views::{ExclusionRequest, ExclusionView};

const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * 1_000_000;
const MOST_REASON: usize = 1000;
/// A quarter: a series of which more is left out has nothing to be judged by.
const MOST_DAYS: i64 = 92;
/// As far as baselines look back; what ended earlier changes nothing.
const DAYS_BACK: i64 = 400;
/// The holidays of the next two years.
const DAYS_AHEAD: i64 = 731;
/// All of them are read whenever a stream is judged.
const MOST: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExclusionPath {
    /// An excluded time's id.
    pub exclusion: String,
}

/// Excluded times that ended within the last 400 days or have not ended, in order of their beginning. What ended
/// earlier changes no judgement.
#[utoipa::path(get, path = "/api/v1/exclusions", tag = "anomalies", operation_id = "list_exclusions",
    responses((status = 200, body = Listing<ExclusionView>)))]
pub async fn list(scope: Scope, State(state): State<Shared>) -> Result<Listing<ExclusionView>, Problem> {
    let found = scope.repository.exclusions(&scope.tenant, looked_back(state.clock.now())).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}

/// Excludes a time, such as a holiday, that is to come or is over. What runs measure that begin in it is kept and
/// shown, never called unusual, and part of no baseline, also in what is judged later. Rules hold all the same.
#[utoipa::path(post, path = "/api/v1/exclusions", tag = "anomalies", operation_id = "create_exclusion",
    request_body = ExclusionRequest, responses((status = 200, body = ExclusionView)))]
pub async fn create(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    BodyOf(request): BodyOf<ExclusionRequest>,
) -> Result<Json<ExclusionView>, Problem> {
    let now = state.clock.now();
    let exclusion = exclusion_of(request, author, now)?;
    if scope.repository.exclusions(&scope.tenant, looked_back(now)).await?.len() >= MOST {
        let detail = format!("there are {MOST} excluded times, and {MOST} is the most; remove one first");
        return Err(Problem::new(ProblemKind::LimitReached, detail));
    }
    scope.repository.put_exclusion(&scope.tenant, &exclusion).await?;
    Ok(Json(exclusion.into()))
}

/// Removes an excluded time: what was measured in it is learned from as ever, from the next judgement on. What was
/// not judged in it stays so.
#[utoipa::path(delete, path = "/api/v1/exclusions/{exclusion}", tag = "anomalies", operation_id = "remove_exclusion",
    params(ExclusionPath), responses((status = 200, body = ExclusionView)))]
pub async fn remove(
    scope: Scope,
    PathOf(path): PathOf<ExclusionPath>,
) -> Result<Json<ExclusionView>, Problem> {
    let removed = scope.repository.remove_exclusion(&scope.tenant, &path.exclusion).await?;
    Ok(Json(removed.into()))
}

fn looked_back(now: Instant) -> Instant {
    now.plus_seconds(-DAYS_BACK * SECONDS_PER_DAY)
}

fn exclusion_of(request: ExclusionRequest, author: String, now: Instant) -> Result<Exclusion, Problem> {
    let invalid = |detail: String| Problem::new(ProblemKind::InvalidBody, detail);
    let ExclusionRequest { source, stream, from, until, reason } = request;
    let latest = now.plus_seconds(DAYS_AHEAD * SECONDS_PER_DAY);
    if from < looked_back(now) || from > latest {
        let expected = format!("expected a time from {DAYS_BACK} days ago to {DAYS_AHEAD} days ahead");
        return Err(invalid(format!("field `from` is a time out of range; {expected}")));
    }
    if until <= from || until.micros().saturating_sub(from.micros()) > MOST_DAYS * MICROS_PER_DAY {
        let expected = format!("expected one after `from`, {MOST_DAYS} days later at most");
        return Err(invalid(format!("field `until` is a time out of range; {expected}")));
    }
    let length = reason.chars().count();
    if !(1..=MOST_REASON).contains(&length) {
        let expected = format!("expected 1 to {MOST_REASON}: say why, for those who wonder");
        return Err(invalid(format!("field `reason` is text of {length} characters; {expected}")));
    }
    if source.is_none() && stream.is_some() {
        return Err(invalid(
            "field `stream` is a stream of no source; expected its `source` too, or neither".into(),
        ));
    }
    let source = source.map(SourceId::new).transpose();
    let source = source.map_err(|error| invalid(format!("field `source`: {error}")))?;
    let stream = stream.map(StreamName::new).transpose();
    let stream = stream.map_err(|error| invalid(format!("field `stream`: {error}")))?;
    let id = uuid::Uuid::now_v7().to_string();
    Ok(Exclusion { id, source, stream, from, until, reason, author, created: now })
}
