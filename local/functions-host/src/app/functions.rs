//! Finds the functions of an app and checks the rules every function.json must keep.

use super::function_json::{self, Function, Trigger, text};
use super::{Settings, function_json::HttpTrigger};
use crate::retry::RetryPolicy;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// Reads every direct child's function.json, in the order of their names.
pub(super) fn read(root: &Path, settings: &Settings, problems: &mut Vec<String>) -> Vec<Function> {
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(format!("{} cannot be listed: {error}", root.display()));
            return Vec::new();
        }
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| root.join(name).join("function.json").is_file())
        .collect();
    names.sort();
    let mut functions = Vec::new();
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.to_ascii_lowercase()) {
            problems.push(format!("{name}: another function's name differs only in case"));
            continue;
        }
        let result = check_name(&name).and_then(|()| {
            let bytes =
                std::fs::read(root.join(&name).join("function.json")).map_err(|error| error.to_string())?;
            parse(&name, &bytes, settings)
        });
        match result {
            Ok(function) => functions.push(function),
            Err(problem) => problems.push(format!("{name}: {problem}")),
        }
    }
    functions
}

/// `^[a-z][a-z0-9_\-]{0,127}$` without regard to case, and not `host`.
fn check_name(name: &str) -> Result<(), String> {
    let valid = name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if !valid {
        return Err(
            "is not a valid function name: a letter, then at most 127 letters, digits, '_' or '-'".into()
        );
    }
    if name.eq_ignore_ascii_case("host") {
        return Err("is a reserved function name".into());
    }
    Ok(())
}

/// `^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)$`.
fn is_binding_name(name: &str) -> bool {
    let plain = name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain || name == "$return"
}

fn parse(name: &str, bytes: &[u8], settings: &Settings) -> Result<Function, String> {
    let root: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| format!("function.json is not a JSON object: {error}"))?;
    let bindings: Vec<&Map<String, Value>> = root
        .get("bindings")
        .and_then(Value::as_array)
        .map(|bindings| bindings.iter().filter_map(Value::as_object).collect())
        .filter(|bindings: &Vec<_>| !bindings.is_empty())
        .ok_or("at least one binding must be declared")?;
    check_binding_names(&bindings)?;
    let (triggers, others): (Vec<_>, Vec<_>) = bindings.into_iter().partition(|binding| is_trigger(binding));
    let [only] = triggers.as_slice() else {
        return Err(match triggers.len() {
            0 => "no trigger binding was specified: a function must have one".into(),
            count => format!("{count} trigger bindings were specified: a function must have exactly one"),
        });
    };
    let trigger = function_json::trigger(only, settings)?;
    check_other_bindings(&trigger, &others)?;
    let retry = root.get("retry").filter(|retry| !retry.is_null()).map(RetryPolicy::parse).transpose()?;
    match trigger {
        Trigger::Http(_) if retry.is_some() => {
            return Err("a retry policy has no effect on an HTTP function: remove it".into());
        }
        Trigger::Queue(_) if retry.is_some() => {
            return Err(
                "a retry policy has no effect on a queue function: remove it, and set maxDequeueCount and visibilityTimeout in host.json"
                    .into(),
            );
        }
        _ => {}
    }
    let disabled = is_disabled(name, root.get("disabled"), settings)?;
    Ok(Function { name: name.to_owned(), trigger, retry, disabled })
}

fn is_trigger(binding: &Map<String, Value>) -> bool {
    text(binding, "type").is_some_and(|kind| kind.to_ascii_lowercase().ends_with("trigger"))
}

fn check_binding_names(bindings: &[&Map<String, Value>]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for binding in bindings {
        let name = text(binding, "name").unwrap_or_default();
        if !is_binding_name(name) {
            return Err(format!("the binding name '{name}' is invalid: a letter, then letters and digits"));
        }
        if text(binding, "type").is_none() || text(binding, "direction").is_none() {
            return Err(format!("the binding '{name}' needs 'type' and 'direction'"));
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(format!("multiple bindings are named '{name}': binding names must be unique"));
        }
    }
    Ok(())
}

/// A proxied function has exactly an `httpTrigger` and an `http` output; the others have their trigger alone.
fn check_other_bindings(trigger: &Trigger, others: &[&Map<String, Value>]) -> Result<(), String> {
    let is_http_output = |binding: &Map<String, Value>| {
        text(binding, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("http"))
            && text(binding, "direction").is_some_and(|direction| direction.eq_ignore_ascii_case("out"))
    };
    match (trigger, others) {
        (Trigger::Http(HttpTrigger { .. }), [output]) if is_http_output(output) => Ok(()),
        (Trigger::Http(_), _) => {
            Err("an HTTP function is proxied only with exactly one httpTrigger and one http output".into())
        }
        (_, []) => Ok(()),
        (_, [first, ..]) => Err(format!(
            "the binding type '{}' is not provided by the local host: the handler reads and publishes by itself",
            text(first, "type").unwrap_or_default()
        )),
    }
}

/// `disabled` in the file, or the setting `AzureWebJobs.<name>.Disabled` (with dots or underscores).
fn is_disabled(name: &str, value: Option<&Value>, settings: &Settings) -> Result<bool, String> {
    let setting = |separator: &str| settings.get(&["AzureWebJobs", name, "Disabled"].join(separator));
    if let Some(text) = setting(".").or_else(|| setting("_")) {
        return Ok(text == "1" || text.eq_ignore_ascii_case("true"));
    }
    match value {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(disabled)) => Ok(*disabled),
        Some(Value::String(setting)) => {
            let text = settings.get(setting.trim_matches('%')).unwrap_or_default();
            Ok(text == "1" || text.eq_ignore_ascii_case("true"))
        }
        Some(other) => Err(format!("'disabled' must be true, false or a setting's name, not {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, text: &str) -> String {
        check_name(name)
            .and_then(|()| parse(name, text.as_bytes(), &Settings::default()))
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn names_follow_the_hosts_rule() {
        for (name, reason) in [("1st", "not a valid"), ("a.b", "not a valid"), ("Host", "reserved")] {
            assert!(problem(name, "{}").contains(reason), "{name}");
        }
        assert!(check_name(&"a".repeat(128)).is_ok());
        assert!(check_name(&"a".repeat(129)).is_err());
    }

    #[test]
    fn one_trigger_unique_names_and_known_types_are_required() {
        let timer = r#"{"type":"timerTrigger","direction":"in","name":"t","schedule":"0 0 * * * *"}"#;
        let hub =
            r#"{"type":"eventHubTrigger","direction":"in","name":"e","eventHubName":"raw","connection":"C""#;
        for (bindings, reason) in [
            (String::new(), "at least one binding"),
            (timer.replace("timerTrigger", "blob"), "no trigger"),
            (format!("{timer},{}", timer.replace("\"t\"", "\"u\"")), "exactly one"),
            (format!("{timer},{}", timer.replace("timerTrigger", "blob")), "must be unique"),
            (timer.replace("timerTrigger", "blobTrigger"), "eventHubTrigger and queueTrigger"),
            (r#"{"type":"queueTrigger","direction":"in","name":"q","queueName":"work"}"#.into(), "dataType"),
            (
                r#"{"type":"queueTrigger","direction":"in","name":"q","queueName":"a_b","dataType":"string"}"#.into(),
                "cannot name a queue",
            ),
            (timer.replace("\"t\"", "\"my-timer\""), "binding name 'my-timer' is invalid"),
            (timer.replace("0 0 * * * *", "%WHEN%"), "'%WHEN%' does not resolve"),
            (timer.replace("0 0 * * * *", "daily"), "not an NCRONTAB"),
            (timer.replace("\"direction\":\"in\",", ""), "needs 'type' and 'direction'"),
            (
                format!(r#"{timer},{{"type":"eventHub","direction":"out","name":"o","eventHubName":"x"}}"#),
                "'eventHub' is not provided",
            ),
            (format!("{hub}}}"), "cardinality"),
            (format!(r#"{hub},"cardinality":"one"}}"#), "cardinality"),
            (format!(r#"{hub},"cardinality":"many","dataType":"stream"}}"#), "dataType"),
            (r#"{"type":"httpTrigger","direction":"in","name":"req"}"#.into(), "one http output"),
        ] {
            let found = problem("f", &format!(r#"{{"bindings":[{bindings}]}}"#));
            assert!(found.contains(reason), "{bindings}: {found}");
        }
    }

    #[test]
    fn a_queue_function_has_the_hosts_connection_unless_it_names_one_and_no_retry() {
        let text = r#"{"bindings":[{"type":"queueTrigger","direction":"in","name":"q","queueName":"Work","dataType":"string"}]}"#;
        let function = parse("f", text.as_bytes(), &Settings::default()).unwrap();
        let Trigger::Queue(trigger) = function.trigger else { panic!("no queue trigger") };
        assert_eq!((trigger.queue.as_str(), trigger.connection.as_str()), ("work", "AzureWebJobsStorage"));
        let retry = r#"}],"retry":{"strategy":"fixedDelay","maxRetryCount":1,"delayInterval":"00:00:01"}}"#;
        assert!(problem("f", &text.replace("}]}", retry)).contains("maxDequeueCount"));
    }

    #[test]
    fn functions_can_be_disabled_by_setting() {
        let text =
            r#"{"bindings":[{"type":"timerTrigger","direction":"in","name":"t","schedule":"0 0 * * * *"}]}"#;
        let settings = Settings::of([("AzureWebJobs.f.Disabled".to_owned(), "true".to_owned())]);
        assert!(parse("f", text.as_bytes(), &settings).unwrap().disabled);
        assert!(!parse("g", text.as_bytes(), &settings).unwrap().disabled);
    }
}
