#![doc = include_str!("README.md")]

mod adapters;
mod api;
mod app;
mod batch;
mod check;
mod command;
mod extract_crm;
mod extract_netsuite;
mod extract_on_demand;
mod extraction;
mod keep_poison;
mod keep_quality;
mod log;
mod profile_records;
mod settings;
mod timers;
mod transform_records;
mod watch_quality;
mod wire;
mod work;

use std::io::Write;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::post;
use tokio::net::TcpListener;

use crate::app::App;
use crate::check::Verdict;
use crate::command::Command;
use crate::settings::Settings;

/// Event Hub bodies of one batch can pass axum's default of 2 MB: 32 events of 1 MB, in base64 inside
/// two layers of JSON.
const MAX_INVOCATION_BYTES: usize = 256 * 1024 * 1024;

fn main() -> ExitCode {
    match command::parse(std::env::args().skip(1)) {
        Ok(Command::Serve) => {
            log::of_service();
            run(serve)
        }
        Ok(Command::Check(wanted)) => {
            log::of_command();
            run(async |settings| check::run(settings, &wanted).await.map(Verdict::into))
        }
        Ok(Command::Help) => say(std::io::stdout(), command::USAGE, ExitCode::SUCCESS),
        Err(problem) => {
            say(std::io::stderr(), &format!("{problem}\n\n{}", command::USAGE), Verdict::Usage.into())
        }
    }
}

fn say(mut to: impl Write, text: &str, code: ExitCode) -> ExitCode {
    // Nobody is left to tell that nobody reads.
    let _ = to.write_all(text.as_bytes());
    code
}

fn run(work: impl AsyncFnOnce(Settings) -> std::io::Result<ExitCode>) -> ExitCode {
    let settings = match Settings::read(|name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(error) => {
            tracing::error!(%error, "the app cannot start");
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(work(settings))) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(%error, "the app stopped");
            ExitCode::FAILURE
        }
    }
}

/// The host dials 127.0.0.1 and polls `GET /` until anything answers.
async fn serve(settings: Settings) -> std::io::Result<ExitCode> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
    axum::serve(listener, router(Arc::new(App::new(settings)))).await?;
    Ok(ExitCode::SUCCESS)
}

/// The functions under their names, and everything else to the API.
fn router(app: Arc<App>) -> Router {
    let functions = Router::new()
        .route("/extract_crm", post(extract_crm))
        .route("/extract_netsuite", post(extract_netsuite))
        .route("/extract_on_demand", post(extract_on_demand))
        .route("/keep_poison", post(keep_poison))
        .route("/keep_quality", post(keep_quality))
        .route("/transform_records", post(transform_records))
        .route("/profile_records", post(profile_records))
        .route("/watch_quality", post(watch_quality))
        .layer(DefaultBodyLimit::max(MAX_INVOCATION_BYTES))
        .with_state(Arc::clone(&app));
    functions.merge(api::router(app))
}

async fn extract_crm(State(app): State<Arc<App>>, body: Bytes) -> Response {
    extract_crm::handle(&app, &body).await
}

async fn extract_netsuite(State(app): State<Arc<App>>, body: Bytes) -> Response {
    extract_netsuite::handle(&app, &body).await
}

async fn extract_on_demand(State(app): State<Arc<App>>, body: Bytes) -> Response {
    extract_on_demand::handle(&app, &body).await
}

async fn watch_quality(State(app): State<Arc<App>>, body: Bytes) -> Response {
    watch_quality::handle(&app, &body).await
}

async fn keep_poison(State(app): State<Arc<App>>, body: Bytes) -> Response {
    keep_poison::handle(&app, &body).await
}

async fn keep_quality(State(app): State<Arc<App>>, body: Bytes) -> Response {
    keep_quality::handle(&app, &body).await
}

async fn transform_records(State(app): State<Arc<App>>, body: Bytes) -> Response {
    transform_records::handle(&app, &body).await
}

async fn profile_records(State(app): State<Arc<App>>, body: Bytes) -> Response {
    profile_records::handle(&app, &body).await
}
