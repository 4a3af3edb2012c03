//! HTTP functions: the request goes to the handler with its full path, and both bodies stream.

use super::Web;
use super::headers::{remove_hop_by_hop, towards_handler};
use super::problem::problem;
use crate::client::explain;
use crate::registry::Running;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::{Method, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub async fn forward(
    State(web): State<Arc<Web>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let Some(route) = web.app.routes.find(request.method(), request.uri().path()) else {
        return not_found(&request);
    };
    let function = route.function.clone();
    let Some(group) = web.group_of(&function).cloned() else { return not_found(&request) };
    let Ok(Some(endpoint)) = tokio::time::timeout(web.patience, group.ready()).await else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "the handler is starting: try again in a moment");
    };
    let Some(request) = for_handler(&web, request, client, endpoint.port) else {
        return problem(StatusCode::BAD_REQUEST, "the request's path cannot be forwarded");
    };
    let running = web.registry.begin(&function);
    let function_timeout = web.app.config.function_timeout.filter(|limit| *limit < web.limit);
    let limit = function_timeout.unwrap_or(web.limit);
    let fail = |status, detail: &str| {
        web.registry.failed(&function, detail);
        tracing::warn!(function, detail, "an HTTP function could not answer");
        problem(status, detail)
    };
    match tokio::time::timeout(limit, web.client.request(request)).await {
        Ok(Ok(answer)) => pass_on(answer.map(Body::new), running, web.limit),
        Ok(Err(error)) => {
            fail(StatusCode::BAD_GATEWAY, &format!("the handler broke off: {}", explain(&error)))
        }
        Err(_) => {
            let detail = format!("the function did not answer within {} s", limit.as_secs_f64());
            if function_timeout.is_some() {
                group.kill(endpoint.generation, &format!("{function}: functionTimeout was exceeded"));
            }
            fail(StatusCode::GATEWAY_TIMEOUT, &detail)
        }
    }
}

/// The real host shows a page at its root.
fn not_found(request: &Request) -> Response {
    if request.method() == Method::GET && request.uri().path() == "/" {
        return "Your Functions app is up and running.\n".into_response();
    }
    problem(StatusCode::NOT_FOUND, "no function has this route and method")
}

fn for_handler(web: &Web, request: Request, client: SocketAddr, port: u16) -> Option<Request> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("http://127.0.0.1:{port}{path}").parse().ok()?;
    parts.version = http::Version::HTTP_11;
    parts.extensions = http::Extensions::new();
    towards_handler(&mut parts.headers, client.ip(), web.principal.as_ref());
    Some(Request::from_parts(parts, body))
}

fn pass_on(answer: Response, running: Running, idle: Duration) -> Response {
    let (mut parts, body) = answer.into_parts();
    remove_hop_by_hop(&mut parts.headers);
    let state = Streaming { body: body.into_data_stream(), idle, _running: running };
    Response::from_parts(parts, Body::from_stream(futures::stream::try_unfold(state, Streaming::next)))
}

/// A body on its way; the invocation ends with it.
struct Streaming {
    body: BodyDataStream,
    idle: Duration,
    _running: Running,
}

impl Streaming {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, axum::BoxError> {
        match tokio::time::timeout(self.idle, self.body.next()).await {
            Ok(Some(Ok(chunk))) => Ok(Some((chunk, self))),
            Ok(Some(Err(error))) => Err(error.into()),
            Ok(None) => Ok(None),
            Err(_) => Err("the handler stopped sending".into()),
        }
    }
}
