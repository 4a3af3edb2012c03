//! host.json as it is written, before anything is resolved.

use super::queues::RawQueues;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Raw {
    pub version: Option<String>,
    pub function_timeout: Option<Value>,
    pub custom_handler: Option<RawHandler>,
    pub extension_bundle: Option<Value>,
    #[serde(default)]
    pub extensions: RawExtensions,
    pub configuration_profile: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawHandler {
    pub description: Option<RawDescription>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub enable_proxying_http_request: bool,
    pub initialization_timeout: Option<String>,
    pub port: Option<u16>,
    pub http: Option<RawHandlerHttp>,
}

#[derive(Deserialize)]
pub struct RawHandlerHttp {
    #[serde(default)]
    pub routes: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawDescription {
    pub default_executable_path: Option<String>,
    pub default_worker_path: Option<String>,
    pub working_directory: Option<String>,
    pub worker_directory: Option<String>,
    #[serde(default)]
    pub arguments: Vec<String>,
    #[serde(default)]
    pub worker_arguments: Vec<String>,
    pub use_std_error_stream_for_errors_only: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RawExtensions {
    pub http: RawHttp,
    pub event_hubs: RawEventHubs,
    pub queues: RawQueues,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RawHttp {
    pub route_prefix: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RawEventHubs {
    pub max_event_batch_size: Option<usize>,
    pub min_event_batch_size: Option<usize>,
    pub max_wait_time: Option<String>,
    pub batch_checkpoint_frequency: Option<u32>,
    pub initial_offset_options: Option<Value>,
}

/// Sets a value by its path; a text that reads as a number or a boolean becomes one.
pub fn overlay(target: &mut Value, path: &[&str], text: &str) {
    let Some((first, rest)) = path.split_first() else {
        *target = match serde_json::from_str(text) {
            Ok(scalar @ (Value::Bool(_) | Value::Number(_))) => scalar,
            _ => Value::String(text.to_owned()),
        };
        return;
    };
    if target.is_null() && first.parse::<usize>().is_ok() {
        *target = Value::Array(Vec::new());
    }
    if let (Value::Array(items), Ok(index)) = (&mut *target, first.parse::<usize>()) {
        match items.get_mut(index) {
            Some(item) => overlay(item, rest, text),
            None => {
                let mut item = Value::Null;
                overlay(&mut item, rest, text);
                items.push(item);
            }
        }
        return;
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(object) = target {
        let key = object.keys().find(|key| key.eq_ignore_ascii_case(first)).cloned();
        overlay(object.entry(key.unwrap_or_else(|| (*first).to_owned())).or_insert(Value::Null), rest, text);
    }
}
