//! What an AMQP error means to the publisher.

use std::time::Duration;

use azure_core::error::ErrorKind as CoreKind;
use azure_core_amqp::AmqpError;
use azure_core_amqp::error::{AmqpDescribedError, AmqpErrorCondition as Condition, AmqpErrorKind};
use azure_messaging_eventhubs::EventHubsError;
use forebay_ports::PortError;

use super::SERVICE;
use crate::error::{chain, redact};

/// Event Hubs asks for a pause of this length when it is busy (its troubleshooting guide on
/// `server-busy`).
const BUSY_PAUSE: Duration = Duration::from_secs(4);

/// Names an error. What is not known to be final is transient: publishing again is always safe.
pub(super) fn classify(hub: &str, error: &EventHubsError) -> PortError {
    let detail = describe(hub, error);
    for cause in chain(error) {
        if let Some(amqp) = cause.downcast_ref::<AmqpError>()
            && let Some(found) = classify_amqp(hub, amqp, &detail)
        {
            return found;
        }
        let credential = cause
            .downcast_ref::<azure_core::Error>()
            .is_some_and(|e| matches!(e.kind(), CoreKind::Credential));
        if credential {
            return PortError::Unauthorized { service: SERVICE, detail };
        }
    }
    PortError::Transient { service: SERVICE, detail }
}

fn classify_amqp(hub: &str, error: &AmqpError, detail: &str) -> Option<PortError> {
    match error.kind() {
        AmqpErrorKind::AmqpDescribedError(described) => Some(classify_described(hub, described, detail)),
        AmqpErrorKind::ManagementStatusCode(status, _) => match u16::from(*status) {
            401 | 403 => Some(PortError::Unauthorized { service: SERVICE, detail: detail.to_owned() }),
            404 => Some(no_hub(hub)),
            _ => None,
        },
        // The reason is a type of the AMQP library underneath, which is not ours to name: read its text.
        AmqpErrorKind::LinkClosedByRemote(reason)
        | AmqpErrorKind::LinkDetachedByRemote(reason)
        | AmqpErrorKind::DetachError(reason)
        | AmqpErrorKind::LinkStateError(reason) => classify_text(hub, &format!("{reason:?}"), detail),
        _ => None,
    }
}

fn classify_described(hub: &str, described: &AmqpDescribedError, detail: &str) -> PortError {
    let detail = detail.to_owned();
    match &described.condition {
        Condition::UnauthorizedAccess | Condition::PublisherRevokedError => {
            PortError::Unauthorized { service: SERVICE, detail }
        }
        Condition::NotFound => no_hub(hub),
        Condition::ServerBusyError | Condition::ResourceLimitExceeded => {
            PortError::Throttled { service: SERVICE, detail, retry_after: Some(BUSY_PAUSE) }
        }
        Condition::LinkPayloadSizeExceeded
        | Condition::ArgumentError
        | Condition::ArgumentOutOfRangeError
        | Condition::NotImplemented => PortError::Rejected { service: SERVICE, detail },
        _ => PortError::Transient { service: SERVICE, detail },
    }
}

fn classify_text(hub: &str, reason: &str, detail: &str) -> Option<PortError> {
    if reason.contains("UnauthorizedAccess") || reason.contains("unauthorized-access") {
        return Some(PortError::Unauthorized { service: SERVICE, detail: detail.to_owned() });
    }
    if reason.contains("NotFound") || reason.contains("amqp:not-found") {
        return Some(no_hub(hub));
    }
    None
}

fn no_hub(hub: &str) -> PortError {
    PortError::NotFound { what: format!("event hub {hub}") }
}

fn describe(hub: &str, error: &EventHubsError) -> String {
    format!("hub {hub}: {}", redact(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core_amqp::AmqpOrderedMap;

    fn described(condition: Condition) -> EventHubsError {
        let error = AmqpDescribedError::new(condition, Some("why".to_owned()), AmqpOrderedMap::new());
        AmqpError::from(AmqpErrorKind::AmqpDescribedError(error)).into()
    }

    #[test]
    fn a_busy_server_is_given_its_pause() {
        let found = classify("raw", &described(Condition::ServerBusyError));
        assert!(matches!(found, PortError::Throttled { retry_after: Some(BUSY_PAUSE), .. }), "{found}");
    }

    #[test]
    fn a_missing_role_or_hub_is_not_tried_again() {
        assert!(matches!(
            classify("raw", &described(Condition::UnauthorizedAccess)),
            PortError::Unauthorized { .. }
        ));
        let missing = classify("raw", &described(Condition::NotFound));
        assert_eq!(missing.to_string(), "event hub raw was not found");
    }

    #[test]
    fn a_reason_inside_other_errors_is_still_found() {
        let inner = AmqpError::from(AmqpErrorKind::AmqpDescribedError(AmqpDescribedError::new(
            Condition::UnauthorizedAccess,
            None,
            AmqpOrderedMap::new(),
        )));
        let wrapped = azure_core::Error::with_error(CoreKind::Other, inner, "Could not ensure sender");
        let outer = EventHubsError::from(AmqpError::from(wrapped));
        assert!(matches!(classify("raw", &outer), PortError::Unauthorized { .. }));
    }

    #[test]
    fn what_is_unknown_is_tried_again() {
        let dropped =
            AmqpError::from(AmqpErrorKind::ConnectionDropped(Box::new(std::io::Error::other("gone"))));
        assert!(classify("raw", &dropped.into()).is_retryable());
    }
}
