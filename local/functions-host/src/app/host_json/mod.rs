//! host.json, with the overrides `AzureFunctionsJobHost__a__b` applied.

mod queues;
mod raw;

pub use queues::{MessageEncoding, QueueOptions};

use super::{Function, Settings, Trigger};
use crate::timespan;
use raw::{Raw, RawEventHubs, RawHandler, overlay};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the host takes from host.json.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostConfig {
    /// How the handler is started.
    pub handler: Handler,
    /// How long an invocation may take; nothing means without limit (`-1`).
    pub function_timeout: Option<Duration>,
    /// The first part of every HTTP route, without slashes at its ends.
    pub route_prefix: String,
    /// How Event Hub batches are made.
    pub event_hubs: EventHubOptions,
    /// How messages are taken off queues.
    pub queues: QueueOptions,
}

/// How the handler is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// A path when the file is in the worker directory, otherwise a name for `PATH`.
    pub executable: PathBuf,
    /// Joined with spaces by the host and split again by the system, `%NAME%` not yet replaced.
    pub arguments: String,
    /// Where the handler runs.
    pub working_directory: PathBuf,
    /// A fixed port; a free one when absent.
    pub port: Option<u16>,
    /// How long the handler may take to answer its first request.
    pub initialization_timeout: Duration,
    /// Every stderr line is an error, unless it speaks of a warning.
    pub stderr_is_error: bool,
}

/// `extensions.eventHubs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventHubOptions {
    /// At most so many events come in one call.
    pub max_batch: usize,
    /// The host waits for so many events,
    pub min_batch: usize,
    /// but not longer than this.
    pub max_wait: Duration,
    /// A checkpoint is written after so many batches.
    pub checkpoint_frequency: u32,
}

/// host.json with what only validation needs.
pub(super) struct HostJson {
    pub config: HostConfig,
    proxies_http: bool,
    has_routes: bool,
    has_bundle: bool,
}

/// Reads and resolves host.json.
///
/// # Errors
/// The first problem, as a sentence.
pub(super) fn read(root: &Path, settings: &Settings) -> Result<HostJson, String> {
    let path = root.join("host.json");
    let bytes = std::fs::read(&path).map_err(|error| {
        format!("{} cannot be read ({error}): is --script-root the app's folder?", path.display())
    })?;
    let mut value: Value =
        serde_json::from_slice(&bytes).map_err(|error| format!("host.json is not JSON: {error}"))?;
    for (name, text) in settings.with_prefix("AzureFunctionsJobHost__") {
        overlay(&mut value, &name.split("__").collect::<Vec<_>>(), text);
    }
    let raw: Raw = serde_json::from_value(value).map_err(|error| format!("host.json: {error}"))?;
    resolve(root, settings, raw)
}

fn resolve(root: &Path, settings: &Settings, raw: Raw) -> Result<HostJson, String> {
    if raw.version.as_deref() != Some("2.0") {
        return Err("host.json must say \"version\": \"2.0\"".into());
    }
    if let Some(profile) = raw.configuration_profile.filter(|profile| profile != "default") {
        return Err(format!("host.json: configurationProfile '{profile}' is not provided by the local host"));
    }
    let handler =
        raw.custom_handler.ok_or("host.json has no customHandler: this host runs custom handlers only")?;
    if let Some(kind) = handler.kind.as_deref().filter(|kind| !kind.eq_ignore_ascii_case("http")) {
        return Err(format!(
            "host.json: customHandler.type '{kind}' is not provided by the local host: use Http"
        ));
    }
    let proxies_http = handler.enable_proxying_http_request;
    let has_routes = handler.http.as_ref().is_some_and(|http| !http.routes.is_empty());
    Ok(HostJson {
        config: HostConfig {
            handler: resolve_handler(root, settings, handler)?,
            function_timeout: function_timeout(raw.function_timeout.as_ref())?,
            route_prefix: raw
                .extensions
                .http
                .route_prefix
                .as_deref()
                .unwrap_or("api")
                .trim_matches('/')
                .to_owned(),
            event_hubs: event_hubs(&raw.extensions.event_hubs)?,
            queues: raw.extensions.queues.resolve()?,
        },
        proxies_http,
        has_routes,
        has_bundle: raw.extension_bundle.is_some(),
    })
}

fn resolve_handler(root: &Path, settings: &Settings, raw: RawHandler) -> Result<Handler, String> {
    let missing = "host.json: customHandler.description.defaultExecutablePath is required";
    let description = raw.description.ok_or(missing)?;
    let executable = description.default_executable_path.filter(|path| !path.is_empty()).ok_or(missing)?;
    let executable = PathBuf::from(settings.expand(&executable)?);
    let worker_directory = root.join(description.worker_directory.unwrap_or_default());
    let beside = worker_directory.join(&executable);
    let arguments = description.default_worker_path.into_iter().chain(description.arguments);
    Ok(Handler {
        executable: if beside.exists() { beside } else { executable },
        arguments: arguments.chain(description.worker_arguments).collect::<Vec<_>>().join(" "),
        working_directory: root.join(description.working_directory.unwrap_or_default()),
        port: raw.port.filter(|port| *port != 0),
        initialization_timeout: optional_span(
            raw.initialization_timeout.as_deref(),
            Duration::from_secs(30),
        )?,
        stderr_is_error: description.use_std_error_stream_for_errors_only.unwrap_or(true),
    })
}

fn optional_span(text: Option<&str>, default: Duration) -> Result<Duration, String> {
    text.map_or(Ok(default), |text| timespan::parse(text).map_err(|problem| format!("host.json: {problem}")))
}

/// Flex Consumption's default is 30 minutes; `-1` means without limit.
fn function_timeout(value: Option<&Value>) -> Result<Option<Duration>, String> {
    match value {
        None | Some(Value::Null) => Ok(Some(Duration::from_secs(30 * 60))),
        Some(Value::Number(number)) if number.as_i64() == Some(-1) => Ok(None),
        Some(Value::String(text)) if text == "-1" => Ok(None),
        Some(Value::String(text)) => match timespan::parse(text) {
            Ok(span) if span >= Duration::from_secs(1) => Ok(Some(span)),
            Ok(_) => Err("host.json: functionTimeout must be at least one second".into()),
            Err(problem) => Err(format!("host.json: functionTimeout: {problem}")),
        },
        Some(other) => Err(format!("host.json: functionTimeout cannot be {other}")),
    }
}

fn event_hubs(raw: &RawEventHubs) -> Result<EventHubOptions, String> {
    let start =
        raw.initial_offset_options.as_ref().and_then(|options| options.get("type")).and_then(Value::as_str);
    if let Some(start) = start.filter(|start| !start.eq_ignore_ascii_case("fromStart")) {
        return Err(format!(
            "host.json: initialOffsetOptions '{start}' is not provided by the local host: use fromStart"
        ));
    }
    let options = EventHubOptions {
        max_batch: raw.max_event_batch_size.unwrap_or(100),
        min_batch: raw.min_event_batch_size.unwrap_or(1),
        max_wait: optional_span(raw.max_wait_time.as_deref(), Duration::from_secs(60))?,
        checkpoint_frequency: raw.batch_checkpoint_frequency.unwrap_or(1),
    };
    if options.max_batch == 0 || options.min_batch == 0 || options.checkpoint_frequency == 0 {
        return Err(
            "host.json: the sizes and the checkpoint frequency under extensions.eventHubs must be at least 1"
                .into(),
        );
    }
    if options.min_batch > options.max_batch {
        return Err("host.json: minEventBatchSize must not be greater than maxEventBatchSize".into());
    }
    Ok(options)
}

impl HostJson {
    /// Rules that need both host.json and the functions.
    pub fn check_against(&self, functions: &[Function], problems: &mut Vec<String>) {
        if self.has_routes {
            problems.push(if functions.is_empty() {
                "host.json: customHandler.http.routes is not provided by the local host: write a function.json".into()
            } else {
                "host.json: customHandler.http.routes cannot be used together with function.json files".to_owned()
            });
        } else if functions.is_empty() {
            problems.push("no function.json was found in a direct child of the script root".into());
        }
        let has = |wanted: fn(&Trigger) -> bool| functions.iter().any(|function| wanted(&function.trigger));
        if has(|trigger| matches!(trigger, Trigger::Http(_))) && !self.proxies_http {
            problems.push(
                "host.json: set customHandler.enableProxyingHttpRequest to true: the local host proxies HTTP functions and has no wrapped form"
                    .into(),
            );
        }
        let extended = functions.iter().map(|function| &function.trigger);
        let mut extended =
            extended.filter(|trigger| matches!(trigger, Trigger::EventHub(_) | Trigger::Queue(_)));
        if let Some(trigger) = extended.next().filter(|_| !self.has_bundle) {
            problems.push(format!(
                "host.json has no extensionBundle: the binding type '{}' is not registered without it",
                trigger.label()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, settings: &[(&str, &str)]) -> Result<HostJson, String> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("host.json"), text).unwrap();
        let settings = Settings::of(settings.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        read(directory.path(), &settings)
    }

    const SMALL: &str =
        r#"{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"handler"}}}"#;

    #[test]
    fn defaults_are_the_hosts() {
        let config = parse(SMALL, &[]).unwrap().config;
        assert_eq!(config.function_timeout, Some(Duration::from_secs(1800)));
        assert_eq!(config.route_prefix, "api");
        assert_eq!(config.handler.executable, PathBuf::from("handler"));
        assert_eq!(config.handler.initialization_timeout, Duration::from_secs(30));
        assert_eq!((config.event_hubs.max_batch, config.event_hubs.checkpoint_frequency), (100, 1));
    }

    #[test]
    fn settings_override_host_json() {
        let config = parse(
            SMALL,
            &[
                ("AzureFunctionsJobHost__functionTimeout", "00:00:05"),
                ("AzureFunctionsJobHost__extensions__eventHubs__maxEventBatchSize", "7"),
                (
                    "azurefunctionsjobhost__CustomHandler__Description__arguments__0",
                    "--port=%FUNCTIONS_CUSTOMHANDLER_PORT%",
                ),
            ],
        )
        .unwrap()
        .config;
        assert_eq!(config.function_timeout, Some(Duration::from_secs(5)));
        assert_eq!(config.event_hubs.max_batch, 7);
        assert_eq!(config.handler.arguments, "--port=%FUNCTIONS_CUSTOMHANDLER_PORT%");
    }

    #[test]
    fn what_the_host_would_refuse_is_refused_with_the_reason() {
        for (text, reason) in [
            ("{", "not JSON"),
            ("{}", "version"),
            (r#"{"version":"2.0"}"#, "customHandler"),
            (r#"{"version":"2.0","customHandler":{}}"#, "defaultExecutablePath"),
            (&SMALL.replace("\"handler\"", "\"%EXE%\""), "does not resolve"),
            (&SMALL.replace("2.0\"", "2.0\",\"functionTimeout\":\"soon\""), "functionTimeout"),
            (
                &SMALL.replace("2.0\"", "2.0\",\"configurationProfile\":\"mcp-custom-handler\""),
                "configurationProfile",
            ),
            (
                &SMALL.replace("2.0\"", "2.0\",\"extensions\":{\"eventHubs\":{\"maxEventBatchSize\":0}}"),
                "at least 1",
            ),
            (
                &SMALL.replace(
                    "2.0\"",
                    "2.0\",\"extensions\":{\"eventHubs\":{\"initialOffsetOptions\":{\"type\":\"fromEnd\"}}}",
                ),
                "fromStart",
            ),
        ] {
            let problem = parse(text, &[]).err().unwrap_or_default();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }
}
