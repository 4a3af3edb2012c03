//! The selector filter with which clients say where to start.
//!
//! Clients send one comparison, such as `amqp.annotation.x-opt-offset > '1024'`, under the name
//! `apache.org:selector-filter:string`.

use fe2o3_amqp::types::{messaging::FilterSet, primitives::Value};

use crate::log::{Bound, StartPosition};

const NAME: &str = "apache.org:selector-filter:string";

/// Where a receiver with these filters starts. Without a selector that is the oldest event, as at the service.
///
/// # Errors
/// The text to answer the client with, when the selector is none that Event Hubs knows.
pub(crate) fn start_position(filters: Option<&FilterSet>) -> Result<StartPosition, String> {
    let selector = filters.and_then(|filters| filters.iter().find(|(name, _)| name.as_str() == NAME));
    match selector {
        None => Ok(StartPosition::Earliest),
        Some((_, value)) => match text(value) {
            Some(expression) => parse(expression),
            None => Err(format!("the filter {NAME} is no text")),
        },
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Described(described) => text(&described.value),
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn parse(expression: &str) -> Result<StartPosition, String> {
    read(expression).ok_or_else(|| format!("cannot read the selector {expression:?}"))
}

fn read(expression: &str) -> Option<StartPosition> {
    let comparison = expression.trim().strip_prefix("amqp.annotation.")?;
    let (name, rest) = comparison.split_once('>')?;
    let (bound, value) = match rest.strip_prefix('=') {
        Some(value) => (Bound::From, value),
        None => (Bound::After, rest),
    };
    let value = value.trim();
    let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
    match name.trim() {
        "x-opt-offset" => match value {
            "-1" => Some(StartPosition::Earliest),
            "@latest" => Some(StartPosition::Latest),
            offset => Some(StartPosition::Offset(bound, offset.parse().ok()?)),
        },
        "x-opt-sequence-number" => Some(StartPosition::Sequence(bound, value.parse().ok()?)),
        "x-opt-enqueued-time" => Some(StartPosition::EnqueuedTime(bound, value.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_the_clients_send_is_understood() {
        let cases = [
            ("amqp.annotation.x-opt-offset > '-1'", StartPosition::Earliest),
            ("amqp.annotation.x-opt-offset > '@latest'", StartPosition::Latest),
            ("amqp.annotation.x-opt-offset > '1024'", StartPosition::Offset(Bound::After, 1024)),
            ("amqp.annotation.x-opt-offset >= '0'", StartPosition::Offset(Bound::From, 0)),
            ("amqp.annotation.x-opt-sequence-number >= '7'", StartPosition::Sequence(Bound::From, 7)),
            ("amqp.annotation.x-opt-sequence-number > '-1'", StartPosition::Sequence(Bound::After, -1)),
            ("amqp.annotation.x-opt-enqueued-time >'170'", StartPosition::EnqueuedTime(Bound::After, 170)),
        ];
        for (expression, position) in cases {
            assert_eq!(parse(expression), Ok(position), "{expression}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for expression in
            ["", "x > '1'", "amqp.annotation.x-opt-offset < '1'", "amqp.annotation.x-opt-offset > 'a'"]
        {
            assert!(parse(expression).is_err(), "{expression}");
        }
    }
}
