//! The API's own description.

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

/// The committed description, which a test keeps equal to the code; so nothing is generated at run time.
const OPENAPI: &str = include_str!("../../openapi.json");

/// This description, OpenAPI 3.1.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "health", operation_id = "get_openapi",
    responses((status = 200, body = Object, content_type = "application/json")))]
pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// The browsable page is one of the web app's.
pub async fn page() -> Redirect {
    Redirect::temporary("/ui/api-docs")
}
