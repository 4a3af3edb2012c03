//! The pages of a run.

use forebay_model::StreamName;
use serde::Deserialize;
use utoipa::IntoParams;

use super::runs::RunPath;
use crate::extract::{PathOf, QueryOf, Scope};
use crate::load;
use crate::paging::{Limit, Listing, Paging};
use crate::problem::Problem;
use crate::views::PageView;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PagesQuery {
    /// Only this stream's pages.
    #[param(value_type = Option<String>)]
    pub stream: Option<StreamName>,
    /// The `next` of the last answer.
    pub after: Option<String>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<Limit>,
}

/// The pages a run landed, in order of stream and sequence.
#[utoipa::path(get, path = "/api/v1/runs/{run}/pages", tag = "runs", operation_id = "list_pages",
    params(RunPath, PagesQuery), responses((status = 200, body = Listing<PageView>)))]
pub async fn list(
    scope: Scope,
    PathOf(path): PathOf<RunPath>,
    QueryOf(query): QueryOf<PagesQuery>,
) -> Result<Listing<PageView>, Problem> {
    let paging = Paging::new("pages", query.after.as_deref(), query.limit)?;
    let run = load::run(&scope, &path.run).await?;
    let stream = query.stream.as_ref();
    let pages = scope.repository.pages(&scope.tenant, &run.id, stream, paging.slice()).await?;
    let (pages, next) = paging.cut(pages, |stored| stored.page.id.as_str());
    Ok(Listing { items: pages.into_iter().map(PageView::new).collect(), next })
}
