//! Records that could not be loaded, and their replay.

use axum::Json;
use axum::extract::State;
use forebay_model::{DeadLetterId, DeadLetterState, RunId, SourceId, StreamName};
use forebay_ports::repository::DeadLetterFilter;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::extract::{JsonBody, PathOf, QueryOf, Scope, Shared, Tenant};
use crate::paging::{Limit, Listing, Paging};
use crate::problem::{Problem, ProblemKind};
use crate::views::{DeadLetterView, ReplayRequest, ReplayResults};

const MAX_REPLAY: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DeadLetterPath {
    /// A dead letter's id.
    pub id: String,
}

/// `state` of a query.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct WantedState(DeadLetterState);

impl TryFrom<String> for WantedState {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "open" => Ok(Self(DeadLetterState::Open)),
            "replayed" => Ok(Self(DeadLetterState::Replayed)),
            _ => Err(format!("text of {} characters; expected `open` or `replayed`", text.len())),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeadLettersQuery {
    /// Only this source's.
    #[param(value_type = Option<String>)]
    pub source: Option<SourceId>,
    /// Only this stream's.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
    /// Only this run's.
    #[param(value_type = Option<String>)]
    pub run: Option<RunId>,
    /// `open` or `replayed`.
    #[param(value_type = Option<String>, pattern = "^(open|replayed)$")]
    pub state: Option<WantedState>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

impl DeadLettersQuery {
    fn filter(self) -> DeadLetterFilter {
        let state = self.state.map(|wanted| wanted.0);
        DeadLetterFilter { source: self.source, stream: self.stream, run: self.run, state }
    }
}

/// Dead letters, in order of id.
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "dead letters", operation_id = "list_dead_letters",
    params(DeadLettersQuery), responses((status = 200, body = Listing<DeadLetterView>)))]
pub async fn list(
    scope: Scope,
    QueryOf(query): QueryOf<DeadLettersQuery>,
) -> Result<Listing<DeadLetterView>, Problem> {
    let paging = Paging::new("dead_letters", query.after.as_deref(), query.limit)?;
    let letters = scope.repository.dead_letters(&scope.tenant, &query.filter(), paging.slice()).await?;
    let (letters, next) = paging.cut(letters, |letter| letter.id.as_str());
    Ok(Listing { items: letters.into_iter().map(Into::into).collect(), next })
}

/// One dead letter.
#[utoipa::path(get, path = "/api/v1/dead-letters/{id}", tag = "dead letters", operation_id = "get_dead_letter",
    params(DeadLetterPath), responses((status = 200, body = DeadLetterView)))]
pub async fn get(
    scope: Scope,
    PathOf(path): PathOf<DeadLetterPath>,
) -> Result<Json<DeadLetterView>, Problem> {
    let id = DeadLetterId::from_text(path.id);
    let letter = scope.repository.dead_letter(&scope.tenant, &id).await?;
    letter.map(|letter| Json(letter.into())).ok_or_else(|| {
        Problem::not_found(
            "a dead letter with this id",
            "GET /api/v1/dead-letters lists the dead letters there are",
        )
    })
}

/// Loads dead letters again, after the cause was fixed.
#[utoipa::path(post, path = "/api/v1/dead-letters/replay", tag = "dead letters",
    operation_id = "replay_dead_letters", request_body = ReplayRequest,
    responses((status = 200, body = ReplayResults)))]
pub async fn replay(
    Tenant(tenant): Tenant,
    State(state): State<Shared>,
    JsonBody(body): JsonBody,
) -> Result<Json<ReplayResults>, Problem> {
    let request = replay_request(&body)?;
    let ids: Vec<DeadLetterId> = request.ids.into_iter().map(DeadLetterId::from_text).collect();
    let results = state.commands.replay(&tenant, &ids).await?;
    Ok(Json(ReplayResults { items: results.into_iter().map(Into::into).collect() }))
}

fn replay_request(body: &Value) -> Result<ReplayRequest, Problem> {
    let invalid = |detail: String| Err(Problem::new(ProblemKind::InvalidBody, detail));
    const EXPECTED: &str = "expected 1 to 1000 ids of dead letters, as in {\"ids\": [\"0f3a...\"]}";
    let Value::Object(fields) = body else {
        return invalid(format!("the body is {}; {EXPECTED}", shape(body)));
    };
    if let Some(unknown) = fields.keys().position(|name| name != "ids") {
        return invalid(format!("the body's field no. {} is not `ids`; {EXPECTED}", unknown + 1));
    }
    let ids = match fields.get("ids") {
        Some(Value::Array(ids)) if (1..=MAX_REPLAY).contains(&ids.len()) => ids,
        Some(other) => return invalid(format!("field `ids` is {}; {EXPECTED}", shape(other))),
        None => return invalid(format!("field `ids` is missing; {EXPECTED}")),
    };
    let mut texts = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        match id {
            Value::String(text) if !text.is_empty() => texts.push(text.clone()),
            other => return invalid(format!("field `ids[{place}]` is {}; {EXPECTED}", shape(other))),
        }
    }
    Ok(ReplayRequest { ids: texts })
}

/// What a value is, without what it says.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "a boolean".into(),
        Value::Number(_) => "a number".into(),
        Value::String(text) => format!("text of {} characters", text.chars().count()),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_body_is_described_by_shape_and_never_repeated() {
        for (body, words) in [
            (json!("s3cr3t"), "text of 6 characters"),
            (json!({}), "`ids` is missing"),
            (json!({"ids": []}), "an array of 0"),
            (json!({"ids": ["a", 3]}), "`ids[1]` is a number"),
            (json!({"ids": [""]}), "`ids[0]` is text of 0"),
            (json!({"s3cr3t": 1}), "field no. 1"),
            (json!({"ids": vec!["a"; 1001]}), "an array of 1001"),
        ] {
            let problem = replay_request(&body).unwrap_err();
            assert!(problem.detail.contains(words), "{}", problem.detail);
            assert!(!problem.detail.contains("s3cr3t"), "{}", problem.detail);
        }
        assert_eq!(replay_request(&json!({"ids": ["a"]})).unwrap().ids, ["a"]);
    }
}
