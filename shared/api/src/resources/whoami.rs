//! Who asks, as the API sees them.

use axum::Json;

use crate::extract::{Author, Tenant};
use crate::problem::Problem;
use crate::views::CallerView;

/// The caller's tenant, the name that is noted beside what the caller writes, and what that tenant's secrets are
/// called.
#[utoipa::path(get, path = "/api/v1/whoami", tag = "summary", operation_id = "get_caller",
    responses((status = 200, body = CallerView)))]
pub async fn get(Tenant(tenant): Tenant, Author(author): Author) -> Result<Json<CallerView>, Problem> {
    Ok(Json(CallerView::new(&tenant, author)))
}
