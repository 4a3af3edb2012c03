//! The host: starts the parts, waits for a reason to stop, and stops them in order.

mod listeners;
mod options;
mod queues;
mod running;

pub use options::{HostError, Options};
pub use running::RunningHost;

use crate::app::{App, Invalid, Settings};
use crate::client;
use crate::invoke::{Invoker, Stop};
use crate::registry::Registry;
use crate::web::{Principal, Web, router};
use crate::worker::{Group, ProcessBook, SpawnPlan, Supervision, Supervisor, check_executable, groups_of};
use listeners::Listening;
use queues::Queues;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Memory is read this often, so that a killed process's peak is known.
const MEMORY_SAMPLES: Duration = Duration::from_millis(250);

/// Starts everything; returns once the host listens. Handlers may still be starting then.
///
/// # Errors
/// When the app is not valid, the state directory is in use, or the address is taken.
pub async fn start(options: Options) -> Result<RunningHost, HostError> {
    let mut options = checked(options)?;
    let app = App::load(&options.script_root, &options.settings)?;
    let queues = Queues::open(&app, &mut options)?;
    let principal = principal(&options.settings)?;
    let groups = groups_of(&app, options.single_process);
    check_handler(&app, groups.len())?;
    let book = Arc::new(ProcessBook::open(&options.state)?);
    let refused = |error| HostError::Listen(options.listen, error);
    let listener = TcpListener::bind(options.listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;

    let stop = Stop::default();
    let client = client::client();
    let (mut supervisors, mut listeners) = (JoinSet::new(), JoinSet::new());
    let (fatal_sender, fatal) = mpsc::unbounded_channel();
    let supervision = Supervision {
        plan: SpawnPlan {
            handler: app.config.handler.clone(),
            settings: Arc::new(options.settings.clone()),
            script_root: options.script_root.clone(),
            launcher: options.launcher.clone(),
        },
        book: Arc::clone(&book),
        client: client.clone(),
        crash_limit: options.max_crashes,
        stop: stop.now.clone(),
        fatal: fatal_sender,
    };
    let groups = start_groups(groups, &supervision, &mut supervisors);
    let registry = Arc::new(Registry::new(&app));
    let invoker = Invoker {
        client: client.clone(),
        function_timeout: app.config.function_timeout,
        hang_timeout: options.hang_timeout,
        max_retry_delay: options.max_retry_delay,
        registry: Arc::clone(&registry),
    };
    let listening = Listening {
        app: &app,
        groups: &groups,
        options: &options,
        queues: &queues,
        invoker: &invoker,
        stop: &stop,
    };
    let timers = listening.start(&mut listeners);
    let web = Web {
        app,
        groups,
        registry,
        timers,
        client,
        limit: options.http_limit,
        patience: options.http_patience,
        principal,
        stop: stop.clone(),
    };
    let server = tokio::spawn(serve(listener, web));
    tracing::info!(%address, "the Functions host listens");
    Ok(RunningHost {
        address,
        stop,
        fatal,
        listeners,
        supervisors,
        server,
        drain: options.drain,
        _book: book,
    })
}

fn start_groups(
    groups: Vec<(String, Vec<String>)>,
    supervision: &Supervision,
    supervisors: &mut JoinSet<()>,
) -> Vec<Arc<Group>> {
    let start = |group| {
        let (supervisor, group) = Supervisor::new(group, supervision.clone());
        supervisors.spawn(supervisor.run());
        group
    };
    let groups: Vec<Arc<Group>> = groups.into_iter().map(start).collect();
    supervisors.spawn(sample_memory(groups.clone(), supervision.stop.clone()));
    groups
}

async fn serve(listener: TcpListener, web: Web) {
    let draining = web.stop.draining.clone();
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(draining.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the HTTP server ended");
    }
}

fn checked(mut options: Options) -> Result<Options, HostError> {
    if !options.listen.ip().is_loopback() {
        let listen = options.listen;
        return Err(HostError::Misused(format!(
            "{listen} is not a loopback address: the local host asks for no keys, so it serves this machine only"
        )));
    }
    let root = &options.script_root;
    options.script_root = root.canonicalize().map_err(|error| {
        HostError::Misused(format!(
            "the script root {} cannot be used ({error}): lay the app out first",
            root.display()
        ))
    })?;
    Ok(options)
}

fn principal(settings: &Settings) -> Result<Option<Principal>, HostError> {
    let text = settings.get(crate::web::Principal::SETTING);
    text.map(|text| Principal::parse(text).map_err(HostError::Misused)).transpose()
}

fn check_handler(app: &App, groups: usize) -> Result<(), HostError> {
    let handler = &app.config.handler;
    check_executable(&handler.executable).map_err(|problem| Invalid(vec![problem]))?;
    if !handler.working_directory.is_dir() {
        let at = handler.working_directory.display();
        return Err(Invalid(vec![format!("the handler's working directory {at} does not exist")]).into());
    }
    if handler.port.is_some() && groups > 1 {
        let problem = "customHandler.port fixes one port, but each function group has a process of its own: remove it, or use --single-process";
        return Err(Invalid(vec![problem.into()]).into());
    }
    Ok(())
}

async fn sample_memory(groups: Vec<Arc<Group>>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(MEMORY_SAMPLES);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        for group in &groups {
            group.sample_memory();
        }
    }
}
