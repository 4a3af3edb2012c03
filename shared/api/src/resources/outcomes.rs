//! What rules came to.

use forebay_model::rule::RuleId;
use forebay_model::{RunId, StreamName};
use serde::Deserialize;
use utoipa::IntoParams;

use super::rules::RulePath;
use super::runs::RunPath;
use crate::extract::{PathOf, QueryOf, Scope};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::OutcomeView;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutcomesQuery {
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RunOutcomesQuery {
    /// Only this stream's.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
}

/// What a rule came to, run by run, newest first.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/rules/{rule}/outcomes", tag = "rules",
    operation_id = "list_rule_outcomes", params(RulePath, OutcomesQuery),
    responses((status = 200, body = Listing<OutcomeView>)))]
pub async fn of_rule(
    scope: Scope,
    PathOf(path): PathOf<RulePath>,
    QueryOf(query): QueryOf<OutcomesQuery>,
) -> Result<Listing<OutcomeView>, Problem> {
    let paging = Paging::new("rule_outcomes", query.after.as_deref(), query.limit)?;
    let RulePath { source, stream, rule } = path;
    let rule = RuleId::new(rule);
    let found =
        scope.repository.outcomes_of_rule(&scope.tenant, &source, &stream, &rule, paging.slice()).await?;
    let (found, next) = paging.cut(found, |stored| stored.outcome.run.as_str());
    Ok(Listing { items: found.into_iter().map(Into::into).collect(), next })
}

/// What every rule came to in a run, in order of stream and rule.
#[utoipa::path(get, path = "/api/v1/runs/{run}/outcomes", tag = "rules", operation_id = "list_run_outcomes",
    params(RunPath, RunOutcomesQuery), responses((status = 200, body = Listing<OutcomeView>)))]
pub async fn of_run(
    scope: Scope,
    PathOf(path): PathOf<RunPath>,
    QueryOf(query): QueryOf<RunOutcomesQuery>,
) -> Result<Listing<OutcomeView>, Problem> {
    let run: RunId = load::run(&scope, &path.run).await?.id;
    let found = scope.repository.outcomes_of_run(&scope.tenant, &run, query.stream.as_ref()).await?;
    Ok(Listing::whole(found.into_iter().map(Into::into).collect()))
}
