//! The host: starts the parts, waits for a reason to stop, and stops them in order.

use crate::app::{App, Function, Invalid, Settings, Trigger};
use crate::client;
use crate::encoding::Variants;
use crate::events::{CheckpointStore, EventHubListener, EventSource, namespace_of};
use crate::invoke::{Invoker, Stop, Target};
use crate::registry::Registry;
use crate::schedule::StatusStore;
use crate::timers::TimerListener;
use crate::web::{Principal, Web, router};
use crate::worker::{
    Fatal, Group, ProcessBook, SpawnPlan, StateInUse, Supervisor, check_executable, groups_of,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};

/// Memory is read this often, so that a killed process's peak is known.
const MEMORY_SAMPLES: Duration = Duration::from_millis(250);

/// What to run and how.
pub struct Options {
    /// The folder with host.json.
    pub script_root: PathBuf,
    /// Loopback only: the admin routes ask for no key.
    pub listen: SocketAddr,
    /// Where checkpoints, schedule statuses and the list of processes are kept.
    pub state: PathBuf,
    /// App settings.
    pub settings: Settings,
    /// Where events come from.
    pub source: Arc<dyn EventSource>,
    /// The endpoint's text, for the namespace's name where no setting has it.
    pub event_hubs: String,
    /// One process for all functions.
    pub single_process: bool,
    /// How long an answer that the real host would never finish with is waited for.
    pub hang_timeout: Duration,
    /// So many crashes of a group within 30 minutes end the host.
    pub max_crashes: usize,
    /// How long invocations under way may go on once the host stops.
    pub drain: Duration,
    /// How long an HTTP function may take.
    pub http_limit: Duration,
    /// How long a request waits for a handler that is starting.
    pub http_patience: Duration,
    /// This host's own executable, see [`crate::launcher`].
    pub launcher: Option<PathBuf>,
    /// Request shapes of other host versions.
    pub variants: Variants,
}

impl Options {
    /// The real host's numbers.
    #[must_use]
    pub fn new(
        script_root: PathBuf,
        state: PathBuf,
        settings: Settings,
        source: Arc<dyn EventSource>,
    ) -> Self {
        Self {
            script_root,
            listen: SocketAddr::from(([127, 0, 0, 1], 7071)),
            state,
            settings,
            source,
            event_hubs: "amqp://127.0.0.1:5672".into(),
            single_process: false,
            hang_timeout: Duration::from_secs(30),
            max_crashes: 3,
            drain: Duration::from_secs(10),
            http_limit: Duration::from_secs(230),
            http_patience: Duration::from_secs(2),
            launcher: None,
            variants: Variants::default(),
        }
    }
}

/// Why the host cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Change the app or its settings.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Change how the host is called.
    #[error("{0}")]
    Misused(String),
    /// Choose another state directory, or stop the other host.
    #[error(transparent)]
    State(#[from] StateInUse),
    /// Choose another address.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Mend the handler.
    #[error(transparent)]
    Handler(#[from] Fatal),
}

/// A host under way.
pub struct RunningHost {
    address: SocketAddr,
    stop: Stop,
    fatal: mpsc::UnboundedReceiver<Fatal>,
    listeners: JoinSet<()>,
    supervisors: JoinSet<()>,
    server: JoinHandle<()>,
    drain: Duration,
    // Held until the end: its lock keeps other hosts away from the state directory.
    _book: Arc<ProcessBook>,
}

/// Starts everything; returns once the host listens. Handlers may still be starting then.
///
/// # Errors
/// When the app is not valid, the state directory is in use, or the address is taken.
pub async fn start(options: Options) -> Result<RunningHost, HostError> {
    let options = checked(options)?;
    let app = App::load(&options.script_root, &options.settings)?;
    let principal = principal(&options.settings)?;
    let groups = groups_of(&app, options.single_process);
    check_handler(&app, groups.len())?;
    let book = Arc::new(ProcessBook::open(&options.state)?);
    let listener =
        TcpListener::bind(options.listen).await.map_err(|error| HostError::Listen(options.listen, error))?;
    let address = listener.local_addr().map_err(|error| HostError::Listen(options.listen, error))?;

    let stop = Stop::default();
    let (fatal_sender, fatal) = mpsc::unbounded_channel();
    let client = client::client();
    let plan = SpawnPlan {
        handler: app.config.handler.clone(),
        settings: Arc::new(options.settings.clone()),
        script_root: options.script_root.clone(),
        launcher: options.launcher.clone(),
    };
    let mut supervisors = JoinSet::new();
    let groups: Vec<Arc<Group>> = groups
        .into_iter()
        .map(|group| {
            let (supervisor, group) = Supervisor::new(
                group,
                plan.clone(),
                Arc::clone(&book),
                client.clone(),
                options.max_crashes,
                stop.now.clone(),
                fatal_sender.clone(),
            );
            supervisors.spawn(supervisor.run());
            group
        })
        .collect();
    supervisors.spawn(sample_memory(groups.clone(), stop.clone()));

    let registry = Arc::new(Registry::new(&app));
    let invoker = Invoker {
        client: client.clone(),
        function_timeout: app.config.function_timeout,
        hang_timeout: options.hang_timeout,
        registry: Arc::clone(&registry),
    };
    let mut listeners = JoinSet::new();
    let timers = listen(&app, &groups, &options, &invoker, &stop, &mut listeners);
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
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let draining = stop.draining.clone();
    let server = tokio::spawn(async move {
        let served = axum::serve(listener, service).with_graceful_shutdown(draining.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the HTTP server ended");
        }
    });
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

/// Starts the listeners of timers and event hubs; returns what fires each timer by hand.
fn listen(
    app: &App,
    groups: &[Arc<Group>],
    options: &Options,
    invoker: &Invoker,
    stop: &Stop,
    listeners: &mut JoinSet<()>,
) -> BTreeMap<String, Arc<Notify>> {
    let mut timers = BTreeMap::new();
    for function in &app.functions {
        let Some(target) = target(function, groups) else { continue };
        match &function.trigger {
            Trigger::Http(_) => {}
            Trigger::Timer(trigger) => {
                let fire = Arc::new(Notify::new());
                timers.insert(function.name.clone(), Arc::clone(&fire));
                let timer = TimerListener {
                    target,
                    trigger: trigger.clone(),
                    disabled: function.disabled,
                    store: StatusStore::new(&options.state),
                    fire,
                    invoker: invoker.clone(),
                    stop: stop.clone(),
                };
                listeners.spawn(timer.run());
            }
            Trigger::EventHub(_) if function.disabled => {}
            Trigger::EventHub(trigger) => {
                warn_about_connection(&options.settings, &trigger.connection);
                let pump = EventHubListener {
                    target,
                    options: app.config.event_hubs,
                    namespace: namespace_of(&options.settings, &trigger.connection, &options.event_hubs),
                    trigger: trigger.clone(),
                    source: Arc::clone(&options.source),
                    checkpoints: CheckpointStore::new(&options.state),
                    variants: options.variants,
                    invoker: invoker.clone(),
                    stop: stop.clone(),
                };
                listeners.spawn(pump.run());
            }
        }
    }
    timers
}

fn target(function: &Function, groups: &[Arc<Group>]) -> Option<Target> {
    let group = groups.iter().find(|group| group.functions.contains(&function.name))?;
    Some(Target { function: function.name.clone(), group: Arc::clone(group), retry: function.retry })
}

/// The endpoint comes from the command line here; in Azure the setting is what counts.
fn warn_about_connection(settings: &Settings, connection: &str) {
    let identity = format!("{connection}__fullyQualifiedNamespace");
    if settings.get(connection).is_none() && settings.get(&identity).is_none() {
        tracing::warn!(
            "the real host would refuse to start: neither {connection} nor {identity} is an app setting"
        );
    }
}

async fn sample_memory(groups: Vec<Arc<Group>>, stop: Stop) {
    let mut ticks = tokio::time::interval(MEMORY_SAMPLES);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.now.cancelled() => return,
        }
        for group in &groups {
            group.sample_memory();
        }
    }
}

impl RunningHost {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: cancel `draining` to drain, `now` to end at once.
    #[must_use]
    pub fn stop_handle(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits for the end: a stop, or a handler that is beyond help.
    ///
    /// # Errors
    /// The reason, in the latter case.
    pub async fn finished(mut self) -> Result<(), HostError> {
        let fatal = tokio::select! {
            fatal = self.fatal.recv() => fatal,
            () = self.stop.draining.cancelled() => None,
            () = self.stop.now.cancelled() => None,
        };
        self.stop.draining.cancel();
        let drain = if fatal.is_some() { Duration::ZERO } else { self.drain };
        let drained = async {
            while self.listeners.join_next().await.is_some() {}
            // A server that failed has said so itself.
            let _ = (&mut self.server).await;
        };
        tokio::select! {
            drained = tokio::time::timeout(drain, drained) => {
                if drained.is_err() && fatal.is_none() {
                    tracing::warn!("invocations were still under way after {} s and are cut off", drain.as_secs_f64());
                }
            }
            () = self.stop.now.cancelled() => {}
        }
        self.stop.now.cancel();
        while self.supervisors.join_next().await.is_some() {}
        while self.listeners.join_next().await.is_some() {}
        self.server.abort();
        tracing::info!("the Functions host has stopped");
        fatal.map_or(Ok(()), |fatal| Err(fatal.into()))
    }
}
