//! The web app: static files, and its first page for every address that the app itself routes.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::services::ServeDir;

use crate::problem::{Problem, ProblemKind};

/// Their names hold a hash of their content, so they never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Asked for again each time, so that a new version is seen at once.
const REVALIDATE: &str = "no-cache";

pub(crate) fn router(root: PathBuf) -> Router {
    let first_page = get(index).with_state(root.clone());
    let assets = ServeDir::new(root.join("assets")).fallback(get(missing_asset));
    let files = ServeDir::new(root).append_index_html_on_directories(false).fallback(first_page);
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/ui/") }))
        .nest_service("/ui/assets", assets)
        .nest_service("/ui", files)
        .layer(from_fn(cache))
}

async fn index(State(root): State<PathBuf>) -> Response {
    match tokio::fs::read(root.join("index.html")).await {
        Ok(page) => Html(page).into_response(),
        Err(error) => not_built(&root, &error).into_response(),
    }
}

fn not_built(root: &Path, error: &std::io::Error) -> Problem {
    tracing::warn!(root = %root.display(), error = %error, "the web app's files cannot be read");
    let detail = "the web app's files are not where they should be; build them with `npm ci && npm run build` \
                  in web/, or run `cargo xtask up`, which does it; the API under /api/v1 works without them";
    Problem::new(ProblemKind::WebNotBuilt, detail)
}

async fn missing_asset() -> Problem {
    Problem::not_found("this file of the web app", "reload the page: a newer version of it may be served")
}

async fn cache(request: Request, next: Next) -> Response {
    let asset = request.uri().path().starts_with("/ui/assets/");
    let mut response = next.run(request).await;
    let keep = if asset && response.status().is_success() { IMMUTABLE } else { REVALIDATE };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}
