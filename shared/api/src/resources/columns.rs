//! The columns of a stream.

use super::streams::StreamPath;
use crate::extract::{PathOf, Scope};
use crate::load;
use crate::paging::Listing;
use crate::problem::Problem;
use crate::views::ColumnView;

/// The columns of a stream's newest schema, in the table's order.
#[utoipa::path(get, path = "/api/v1/sources/{source}/streams/{stream}/columns", tag = "streams",
    operation_id = "list_columns", params(StreamPath), responses((status = 200, body = Listing<ColumnView>)))]
pub async fn list(scope: Scope, PathOf(path): PathOf<StreamPath>) -> Result<Listing<ColumnView>, Problem> {
    let (_, versioned) = load::schema(&scope, &path.source, &path.stream).await?;
    Ok(Listing::whole(ColumnView::all(&versioned.schema)))
}
