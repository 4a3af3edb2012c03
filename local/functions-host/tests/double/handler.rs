//! A scripted custom handler. `DOUBLE_DIR` is its folder:
//!
//! - `<function>.json`: a list of steps, one per call, counted across processes; then it answers well.
//!   A step is `{"status":…,"body":"…","contentType":"…","delayMs":…,"exit":…}`, everything optional.
//! - `start.json`: a step taken before it listens (`delayMs`, `exit`).
//! - `calls-<function>.jsonl`: written: every call with its headers, body, pid and times.
//! - `release`: `/api/stream` sends its second chunk once this file exists.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const GOOD: &str = r#"{"Outputs":{},"Logs":["well done"],"ReturnValue":null}"#;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Step {
    status: Option<u16>,
    body: Option<String>,
    content_type: Option<String>,
    delay_ms: u64,
    exit: Option<i32>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    if let Some(start) = read::<Step>("start.json") {
        start.run().await;
    }
    let port: u16 = std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT")?.parse()?;
    let router = Router::new()
        .route("/api/stream", any(stream))
        .route("/api/echo", any(|request: Request| async { Response::new(request.into_body()) }))
        .route("/api/{*path}", any(reflect))
        .route("/{function}", any(invoke));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(std::io::stdout(), "the double listens with setting {:?}", std::env::var("FROM_SETTINGS").ok())?;
    writeln!(std::io::stderr(), "Warning: this is a double")?;
    writeln!(std::io::stderr(), "stderr means trouble")?;
    axum::serve(listener, router).await?;
    Ok(())
}

fn folder() -> PathBuf {
    std::env::var_os("DOUBLE_DIR").map(PathBuf::from).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_slice(&std::fs::read(folder().join(name)).ok()?).ok()
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

impl Step {
    async fn run(&self) {
        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        if let Some(code) = self.exit {
            std::process::exit(code);
        }
    }
}

async fn invoke(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let function = parts.uri.path().trim_start_matches('/').to_owned();
    let began = milliseconds();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return "broken".into_response() };
    let headers: serde_json::Map<String, Value> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let path = folder().join(format!("calls-{function}.jsonl"));
    let earlier = std::fs::read_to_string(&path).unwrap_or_default().lines().count();
    let steps: Vec<Step> = read(&format!("{function}.json")).unwrap_or_default();
    let step = steps.into_iter().nth(earlier).unwrap_or_default();
    let call = json!({
        "pid": std::process::id(), "began": began, "headers": headers,
        "raw": String::from_utf8_lossy(&body), "body": serde_json::from_slice::<Value>(&body).ok(),
    });
    append(&path, &call);
    step.run().await;
    append(&folder().join(format!("ends-{function}.jsonl")), &json!(milliseconds()));
    let body = step.body.unwrap_or_else(|| GOOD.to_owned());
    let content_type = step.content_type.unwrap_or_else(|| "application/json".to_owned());
    let status = axum::http::StatusCode::from_u16(step.status.unwrap_or(200)).unwrap_or_default();
    (status, [("content-type", content_type)], body).into_response()
}

fn append(path: &std::path::Path, value: &Value) {
    if let Ok(mut file) = std::fs::File::options().create(true).append(true).open(path) {
        let _ = file.write_all(format!("{value}\n").as_bytes());
    }
}

async fn reflect(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let headers: serde_json::Map<String, Value> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let seen = json!({
        "method": parts.method.as_str(), "target": parts.uri.to_string(), "headers": headers,
        "body": String::from_utf8_lossy(&body), "pid": std::process::id(),
    });
    (axum::http::StatusCode::IM_A_TEAPOT, [("x-double", "yes")], axum::Json(seen)).into_response()
}

async fn stream() -> Response {
    let chunks = futures::stream::unfold(0, |chunk| async move {
        match chunk {
            0 => Some((Ok::<_, std::io::Error>(Bytes::from_static(b"one\n")), 1)),
            1 => {
                while !folder().join("release").exists() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Some((Ok(Bytes::from_static(b"two\n")), 2))
            }
            _ => None,
        }
    });
    Response::new(Body::from_stream(chunks))
}
