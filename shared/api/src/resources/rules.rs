//! What a tenant demands of its data, in versions.

use axum::Json;
use axum::extract::State;
use forebay_model::rule::{Expectation, ReferenceList, Rule, RuleId, VersionedRule};
use forebay_model::{SourceId, StreamName};
use forebay_ports::repository::{Edit, RuleCap, RuleCaps, RuleFilter, RulePut};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Author, BodyOf, PathOf, QueryOf, Scope, Shared};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::{Problem, ProblemKind};
use crate::views::{RuleRequest, RuleView};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RulePath {
    /// A source's id.
    #[param(value_type = String, example = "netsuite")]
    pub source: SourceId,
    /// A stream's name.
    #[param(value_type = String, example = "transaction")]
    pub stream: StreamName,
    /// A rule's id: 1 to 100 of `a-z A-Z 0-9 _ - .`.
    #[param(example = "known-status")]
    pub rule: String,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RulesQuery {
    /// Only this source's.
    #[param(value_type = Option<String>)]
    pub source: Option<SourceId>,
    /// Only this stream's.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// The newest version that the caller has read.
    pub version: u32,
}

/// Rules in their newest versions, retired ones too, in order of source, stream and id.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", operation_id = "list_rules", params(RulesQuery),
    responses((status = 200, body = Listing<RuleView>)))]
pub async fn list(scope: Scope, QueryOf(query): QueryOf<RulesQuery>) -> Result<Listing<RuleView>, Problem> {
    let paging = Paging::new("rules", query.after.as_deref(), query.limit)?;
    let filter = RuleFilter { source: query.source, stream: query.stream };
    let rules = scope.repository.rules(&scope.tenant, &filter, paging.slice()).await?;
    let named = rules.into_iter().map(|rule| (place(&rule.rule), rule)).collect();
    let (rules, next) = paging.cut(named, |(place, _): &(String, VersionedRule)| place);
    let items = rules.into_iter().map(|(_, rule)| view(rule)).collect::<Result<_, _>>()?;
    Ok(Listing { items, next })
}

fn place(rule: &Rule) -> String {
    format!("{}/{}/{}", rule.source, rule.stream, rule.id.as_str())
}

/// One rule in its newest version.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/rules/{rule}", tag = "rules",
    operation_id = "get_rule", params(RulePath), responses((status = 200, body = RuleView)))]
pub async fn get(scope: Scope, PathOf(path): PathOf<RulePath>) -> Result<Json<RuleView>, Problem> {
    let newest = all_versions(&scope, &path).await?.into_iter().next().ok_or_else(|| not_found(&path))?;
    Ok(Json(view(newest)?))
}

/// Every version of a rule, newest first.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/rules/{rule}/versions", tag = "rules",
    operation_id = "list_rule_versions", params(RulePath), responses((status = 200, body = Listing<RuleView>)))]
pub async fn versions(scope: Scope, PathOf(path): PathOf<RulePath>) -> Result<Listing<RuleView>, Problem> {
    let versions = all_versions(&scope, &path).await?;
    if versions.is_empty() {
        return Err(not_found(&path));
    }
    let items = versions.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(Listing::whole(items))
}

/// Writes a rule's next version, after checking that the stream's columns can be held against it. Of one stream 500
/// rules may hold, 20 of them such as ask whole tables in every run (`unique`, `foreign_key`, `sum_of_lines`).
#[utoipa::path(put, path = "/api/v1/sources/{source}/streams/{stream}/rules/{rule}", tag = "rules",
    operation_id = "put_rule", params(RulePath), request_body = RuleRequest,
    responses((status = 200, body = RuleView)))]
pub async fn put(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    PathOf(path): PathOf<RulePath>,
    BodyOf(request): BodyOf<RuleRequest>,
) -> Result<Json<RuleView>, Problem> {
    let expected = request.version;
    let rule = rule_of(path, request)?;
    check(&scope, &state, &rule).await?;
    let edit = Edit { expected, author: &author, at: state.clock.now() };
    match scope.repository.put_rule(&scope.tenant, &rule, edit, RuleCaps::default()).await? {
        RulePut::Written(written) => Ok(Json(view(*written)?)),
        RulePut::Full { cap, count, limit } => Err(full(&rule, cap, count, limit)),
    }
}

/// Names the field that counts, how many there are, how many may be, and what to do.
fn full(rule: &Rule, cap: RuleCap, count: u32, limit: u32) -> Problem {
    let (field, which, instead) = match cap {
        RuleCap::Rules => ("rule", "rules that hold", "retire"),
        RuleCap::AskingTables => (
            "expectation.kind",
            "rules that ask whole tables in every run (`unique`, `foreign_key`, `sum_of_lines`)",
            "retire or change",
        ),
    };
    let stream = &rule.stream;
    let detail = format!(
        "field `{field}`: stream {stream} has {count} {which}, and {limit} is the most; {instead} one of them \
         (GET /api/v1/rules?source={}&stream={stream} lists them), then send this again",
        rule.source
    );
    Problem::new(ProblemKind::LimitReached, detail)
}

/// Ends a rule; its versions and what came of them stay.
#[utoipa::path(delete, path = "/api/v1/sources/{source}/streams/{stream}/rules/{rule}", tag = "rules",
    operation_id = "retire_rule", params(RulePath, VersionQuery), responses((status = 200, body = RuleView)))]
pub async fn retire(
    scope: Scope,
    Author(author): Author,
    State(state): State<Shared>,
    PathOf(path): PathOf<RulePath>,
    QueryOf(query): QueryOf<VersionQuery>,
) -> Result<Json<RuleView>, Problem> {
    let edit = Edit { expected: query.version, author: &author, at: state.clock.now() };
    let RulePath { source, stream, rule } = path;
    let rule = RuleId::new(rule);
    let retired = scope.repository.retire_rule(&scope.tenant, &source, &stream, &rule, edit).await?;
    Ok(Json(view(retired)?))
}

async fn all_versions(scope: &Scope, path: &RulePath) -> Result<Vec<VersionedRule>, Problem> {
    let rule = RuleId::new(&path.rule);
    Ok(scope.repository.rule_versions(&scope.tenant, &path.source, &path.stream, &rule).await?)
}

fn not_found(path: &RulePath) -> Problem {
    let what = format!("a rule with an id of {} characters", path.rule.chars().count());
    Problem::not_found(&what, "GET /api/v1/rules lists the rules there are")
}

fn rule_of(path: RulePath, request: RuleRequest) -> Result<Rule, Problem> {
    let written = serde_json::to_value(request.expectation);
    let expectation = written.and_then(serde_json::from_value::<Expectation>).map_err(|_| {
        let expected = "streams are named with 1 to 128 of a-z, A-Z, 0-9, '_', '-' and '.'";
        Problem::new(ProblemKind::InvalidBody, format!("field `expectation` names no stream; {expected}"))
    })?;
    Ok(Rule {
        id: RuleId::new(path.rule),
        source: path.source,
        stream: path.stream,
        description: request.description,
        severity: request.severity.into(),
        expectation,
        tolerated_share: request.tolerated_share,
    })
}

async fn check(scope: &Scope, state: &Shared, rule: &Rule) -> Result<(), Problem> {
    load::schema(scope, &rule.source, &rule.stream).await?;
    let schemas = scope.repository.schemas(&scope.tenant, &rule.source).await?;
    let schemas: Vec<_> = schemas.into_iter().map(|versioned| versioned.schema).collect();
    let lists = lists(scope, &rule.expectation).await?;
    state
        .rules
        .check(rule, &schemas, &lists)
        .map_err(|faults| Problem::new(ProblemKind::InvalidBody, faults.join(". ")))
}

/// The reference list that a rule names, where it is there.
async fn lists(scope: &Scope, expectation: &Expectation) -> Result<Vec<ReferenceList>, Problem> {
    let Expectation::Reference { list, .. } = expectation else { return Ok(Vec::new()) };
    let found = scope.repository.list(&scope.tenant, list, None).await?.filter(|list| !list.retired);
    Ok(found.into_iter().map(|stored| stored.list).collect())
}

fn view(rule: VersionedRule) -> Result<RuleView, Problem> {
    RuleView::of(rule).map_err(|error| {
        tracing::error!(%error, "a stored rule cannot be shown");
        Problem::new(ProblemKind::Internal, "a rule was written by a later version of this program; upgrade")
    })
}
