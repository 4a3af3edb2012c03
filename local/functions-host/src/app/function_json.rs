//! What a function.json says, as types.

use super::Settings;
use crate::queues::STORAGE_CONNECTION;
use crate::retry::RetryPolicy;
use crate::schedule::Schedule;
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One function of the app.
#[derive(Debug, Clone)]
pub struct Function {
    /// The folder's name.
    pub name: String,
    /// What starts it.
    pub trigger: Trigger,
    /// What happens when it fails.
    pub retry: Option<RetryPolicy>,
    /// It exists but is not listened for.
    pub disabled: bool,
}

/// The one trigger of a function.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// An HTTP request, proxied.
    Http(HttpTrigger),
    /// A schedule.
    Timer(TimerTrigger),
    /// Batches of an event hub's partitions.
    EventHub(EventHubTrigger),
    /// Messages of a queue.
    Queue(QueueTrigger),
}

impl Trigger {
    /// The binding type's name.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Http(_) => "httpTrigger",
            Self::Timer(_) => "timerTrigger",
            Self::EventHub(_) => "eventHubTrigger",
            Self::Queue(_) => "queueTrigger",
        }
    }
}

/// `httpTrigger`.
#[derive(Debug, Clone)]
pub struct HttpTrigger {
    /// The route template without the prefix; the function's name when absent.
    pub route: Option<String>,
    /// The methods it takes; all when empty.
    pub methods: Vec<Method>,
}

/// `timerTrigger`.
#[derive(Debug, Clone)]
pub struct TimerTrigger {
    /// The name under which the value is sent.
    pub binding: String,
    /// When it fires.
    pub schedule: Schedule,
    /// The schedule status is kept, so that missed runs are noticed.
    pub use_monitor: bool,
    /// It fires when the host starts.
    pub run_on_startup: bool,
}

/// `eventHubTrigger`, cardinality many.
#[derive(Debug, Clone)]
pub struct EventHubTrigger {
    /// The name under which the events are sent.
    pub binding: String,
    /// The event hub.
    pub hub: String,
    /// The consumer group.
    pub consumer_group: String,
    /// The setting (or prefix of settings) that names the namespace.
    pub connection: String,
    /// How the bodies are encoded.
    pub data_type: DataType,
}

/// `dataType` of an Event Hub trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Base64 strings, byte exact.
    Binary,
    /// Strings, decoded from UTF-8.
    String,
    /// Parsed and written again by the host; a body that is not JSON fails the batch.
    Json,
}

/// `queueTrigger`.
#[derive(Debug, Clone)]
pub struct QueueTrigger {
    /// The name under which the message is sent.
    pub binding: String,
    /// The queue.
    pub queue: String,
    /// The setting that names the storage account.
    pub connection: String,
    /// How the body is encoded.
    pub data_type: MessageType,
}

/// `dataType` of a queue trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageType {
    /// A base64 string, byte exact.
    Binary,
    /// A string, decoded from UTF-8.
    String,
}

type Binding = Map<String, Value>;

/// Names the trigger's parts that only its own type has.
///
/// # Errors
/// One sentence per problem, without the function's name.
pub(super) fn trigger(binding: &Binding, settings: &Settings) -> Result<Trigger, String> {
    let kind = text(binding, "type").unwrap_or_default();
    match kind.to_ascii_lowercase().as_str() {
        "httptrigger" => http(binding).map(Trigger::Http),
        "timertrigger" => timer(binding, settings).map(Trigger::Timer),
        "eventhubtrigger" => event_hub(binding, settings).map(Trigger::EventHub),
        "queuetrigger" => queue(binding, settings).map(Trigger::Queue),
        _ => Err(format!(
            "trigger type '{kind}' is not provided by the local host: it has httpTrigger, timerTrigger, eventHubTrigger and queueTrigger"
        )),
    }
}

pub(super) fn text<'a>(binding: &'a Binding, key: &str) -> Option<&'a str> {
    binding.get(key).and_then(Value::as_str)
}

fn required(binding: &Binding, key: &str, settings: &Settings) -> Result<String, String> {
    let value = text(binding, key).filter(|value| !value.is_empty());
    settings.expand(value.ok_or_else(|| format!("the trigger needs '{key}'"))?)
}

fn flag(binding: &Binding, key: &str, default: bool) -> Result<bool, String> {
    match binding.get(key) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Bool(value)) => Ok(*value),
        Some(other) => Err(format!("'{key}' must be true or false, not {other}")),
    }
}

fn http(binding: &Binding) -> Result<HttpTrigger, String> {
    let level = text(binding, "authLevel").unwrap_or("function");
    if !["anonymous", "function", "admin"].iter().any(|known| known.eq_ignore_ascii_case(level)) {
        return Err(format!("authLevel '{level}' is unknown: use anonymous, function or admin"));
    }
    let names = match binding.get("methods") {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => Vec::<String>::deserialize(value).map_err(|_| "'methods' must be a list of names")?,
    };
    let methods = names.iter().map(|name| {
        let upper = name.to_ascii_uppercase();
        upper.parse::<Method>().map_err(|_| format!("'{name}' is not an HTTP method"))
    });
    Ok(HttpTrigger {
        route: text(binding, "route").map(str::to_owned),
        methods: methods.collect::<Result<_, _>>()?,
    })
}

fn timer(binding: &Binding, settings: &Settings) -> Result<TimerTrigger, String> {
    let expression = required(binding, "schedule", settings)?;
    let schedule = Schedule::parse(&expression)?;
    // The trigger turns the monitor off by itself for schedules that are this frequent.
    let frequent = schedule.runs_more_than_once_a_minute(time::OffsetDateTime::now_utc());
    Ok(TimerTrigger {
        binding: text(binding, "name").unwrap_or_default().to_owned(),
        schedule,
        use_monitor: flag(binding, "useMonitor", true)? && !frequent,
        run_on_startup: flag(binding, "runOnStartup", false)?,
    })
}

fn event_hub(binding: &Binding, settings: &Settings) -> Result<EventHubTrigger, String> {
    if !text(binding, "cardinality").is_some_and(|cardinality| cardinality.eq_ignore_ascii_case("many")) {
        return Err(
            "'cardinality' must be \"many\": with one, the properties of a body overwrite the metadata"
                .into(),
        );
    }
    let data_type = match text(binding, "dataType").map(str::to_ascii_lowercase).as_deref() {
        Some("binary") => DataType::Binary,
        Some("string") => DataType::String,
        None => DataType::Json,
        Some(other) => {
            return Err(format!("dataType '{other}' is unknown: use binary or string, or leave it out"));
        }
    };
    let group = text(binding, "consumerGroup").filter(|group| !group.is_empty()).unwrap_or("$Default");
    Ok(EventHubTrigger {
        binding: text(binding, "name").unwrap_or_default().to_owned(),
        hub: required(binding, "eventHubName", settings)?,
        consumer_group: settings.expand(group)?,
        connection: required(binding, "connection", settings)?,
        data_type,
    })
}

fn queue(binding: &Binding, settings: &Settings) -> Result<QueueTrigger, String> {
    let data_type = match text(binding, "dataType").map(str::to_ascii_lowercase).as_deref() {
        Some("binary") => MessageType::Binary,
        Some("string") => MessageType::String,
        Some(other) => return Err(format!("dataType '{other}' is unknown: use string or binary")),
        None => {
            return Err(
                "the queue trigger needs dataType string or binary: without one, what is sent depends on the body"
                    .into(),
            );
        }
    };
    let queue = required(binding, "queueName", settings)?.to_ascii_lowercase();
    if !is_queue_name(&queue) {
        return Err(format!("'{queue}' cannot name a queue: use 3 to 63 letters, digits and single '-'"));
    }
    let connection = text(binding, "connection").filter(|connection| !connection.is_empty());
    Ok(QueueTrigger {
        binding: text(binding, "name").unwrap_or_default().to_owned(),
        queue,
        connection: settings.expand(connection.unwrap_or(STORAGE_CONNECTION))?,
        data_type,
    })
}

/// "Naming Queues and Metadata" of the Storage REST API; the host lowers the letters.
fn is_queue_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}
