//! The command line of the local Functions host.

use anyhow::Context as _;
use clap::Parser;
use forebay_functions_host::app::Settings;
use forebay_functions_host::encoding::Variants;
use forebay_functions_host::events::source_for;
use forebay_functions_host::{Options, RunningHost, Stop, launcher, start, timespan, write_atomically};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Runs an Azure Functions app with a custom handler on this machine.
#[derive(Parser)]
#[command(name = "forebay-functions-host", version, args_override_self = true)]
struct Arguments {
    /// The folder with host.json, the handler and <function>/function.json.
    #[arg(long, default_value = "target/app")]
    script_root: PathBuf,
    /// A loopback address; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7071")]
    listen: SocketAddr,
    /// Where checkpoints, schedule statuses and the list of processes are kept.
    #[arg(long)]
    state: PathBuf,
    /// The event hubs' endpoint: amqp://host:port, or file:<directory> for recorded events.
    #[arg(long, default_value = "amqp://127.0.0.1:5672")]
    event_hubs: String,
    /// A local.settings.json whose Values become app settings.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// An app setting; wins over the environment and the settings file. May be repeated.
    #[arg(long = "env", value_name = "KEY=VALUE", value_parser = pair)]
    environment: Vec<(String, String)>,
    /// One handler process for all functions, instead of one per function group as on Flex Consumption.
    #[arg(long)]
    single_process: bool,
    /// The port is written here once the host listens.
    #[arg(long)]
    port_file: Option<PathBuf>,
    /// How long an empty answer is waited for (the real host waits for functionTimeout).
    #[arg(long, default_value = "30s", value_parser = duration)]
    hang_timeout: Duration,
    /// Retries wait at most so long, whatever function.json says; for tests that kill often.
    #[arg(long, value_parser = duration)]
    max_retry_delay: Option<Duration>,
    /// How long a message is invisible while a function works on it; it is prolonged at its half.
    #[arg(long, default_value = "10m", value_parser = duration)]
    queue_lease: Duration,
    /// So many crashes of a function group within 30 minutes end the host.
    #[arg(long, default_value_t = 3, value_parser = at_least_one)]
    max_crashes: usize,
    /// How long invocations under way may go on once the host stops.
    #[arg(long, default_value = "10s", value_parser = duration)]
    drain: Duration,
    /// How long an HTTP function may take to answer.
    #[arg(long, default_value = "230s", value_parser = duration)]
    http_limit: Duration,
    /// Shapes of other host versions, for tests: offset-numbers, no-offset-string-array, whole-seconds,
    /// raw-arrays, null-partition-keys.
    #[arg(long, default_value = "", value_parser = Variants::parse)]
    variants: Variants,
    /// The log goes to this file instead of stderr; it is appended to.
    #[arg(long)]
    log_file: Option<PathBuf>,
    /// What is logged, as a tracing filter.
    #[arg(long, default_value = "info")]
    log: String,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    if name.is_empty() {
        return Err("the name before '=' is empty".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// `250ms`, `30s`, `5m` or hh:mm:ss.
fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000)];
    let plain = units.iter().find_map(|(unit, factor)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Duration::from_millis(number.checked_mul(*factor)?))
    });
    plain.map_or_else(
        || {
            timespan::parse(text)
                .map_err(|_| format!("'{text}' is not a duration: write 250ms, 30s, 5m or hh:mm:ss"))
        },
        Ok,
    )
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "write a number of at least 1".into())
}

fn main() -> ExitCode {
    if let Some(plan) = launcher::requested(std::env::args_os()) {
        let error = launcher::launch(&plan);
        complain(&format!("the handler cannot be started: {error}"));
        return ExitCode::from(127);
    }
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn complain(text: &str) {
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[tokio::main]
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    start_log(&arguments)?;
    let settings = Settings::load(arguments.settings.as_deref(), std::env::vars(), arguments.environment)
        .map_err(anyhow::Error::msg)?;
    let source = source_for(&arguments.event_hubs).map_err(anyhow::Error::msg)?;
    let options = Options {
        listen: arguments.listen,
        event_hubs: arguments.event_hubs,
        single_process: arguments.single_process,
        hang_timeout: arguments.hang_timeout,
        max_retry_delay: arguments.max_retry_delay,
        queue_lease: arguments.queue_lease,
        max_crashes: arguments.max_crashes,
        drain: arguments.drain,
        http_limit: arguments.http_limit,
        variants: arguments.variants,
        launcher: own_executable(),
        ..Options::new(arguments.script_root, arguments.state, settings, source)
    };
    let host = start(options).await?;
    if let Some(path) = &arguments.port_file {
        write_atomically(path, format!("{}\n", host.address().port()).as_bytes())?;
    }
    run_until_stopped(host).await
}

/// The first signal drains, the second ends at once.
async fn run_until_stopped(host: RunningHost) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be watched")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?;
    let Stop { draining, now } = host.stop_handle();
    tokio::spawn(async move {
        for token in [draining, now] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            token.cancel();
        }
    });
    Ok(host.finished().await?)
}

/// `/proc/self/exe` names this program even when its file has been replaced meanwhile.
fn own_executable() -> Option<PathBuf> {
    cfg!(target_os = "linux").then(|| PathBuf::from("/proc/self/exe"))
}

fn start_log(arguments: &Arguments) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&arguments.log).context("--log is not a tracing filter")?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    match &arguments.log_file {
        None => subscriber.with_writer(std::io::stderr).init(),
        Some(path) => {
            let file = std::fs::File::options().create(true).append(true).open(path);
            let file = file.with_context(|| format!("cannot write the log file {}", path.display()))?;
            subscriber.with_writer(std::sync::Mutex::new(file)).init();
        }
    }
    Ok(())
}
