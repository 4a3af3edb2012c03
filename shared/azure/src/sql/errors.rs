//! What SQL Server's error numbers mean to the caller.
//!
//! The transient numbers are those of Microsoft's pages "Troubleshoot transient connection errors" and
//! "Resource limits" for Azure SQL Database.

use std::time::Duration;

use forebay_ports::PortError;
use tiberius::error::Error;

use super::SERVICE;

/// The pause Azure SQL asks for when it is busy (error 40501).
const BUSY_PAUSE: Duration = Duration::from_secs(10);

/// What the server said.
struct Said<'a> {
    number: u32,
    /// The severity; from 20 on, the connection is closed.
    class: u8,
    state: u8,
    line: u32,
    message: &'a str,
}

pub(super) fn classify(error: &Error) -> PortError {
    match error {
        Error::Server(said) => classify_said(&Said {
            number: said.code(),
            class: said.class(),
            state: said.state(),
            line: said.line(),
            message: said.message(),
        }),
        Error::Tls(detail) if detail.contains("certificate") => {
            PortError::Misconfigured { service: SERVICE, detail: format!("TLS: {detail}") }
        }
        Error::Io { message, .. } if message.contains("certificate") => {
            PortError::Misconfigured { service: SERVICE, detail: format!("TLS: {message}") }
        }
        Error::Io { message, .. } => transient(message.clone()),
        Error::Tls(detail) => transient(format!("TLS: {detail}")),
        Error::Routing { .. } => transient("the server redirected us again".to_owned()),
        // A broken stream shows as a protocol error; a new connection is in step again.
        Error::Protocol(detail) => transient(detail.to_string()),
        // The others can quote values.
        _ => PortError::Rejected { service: SERVICE, detail: "a value could not be converted".to_owned() },
    }
}

fn transient(detail: String) -> PortError {
    PortError::Transient { service: SERVICE, detail }
}

fn classify_said(said: &Said<'_>) -> PortError {
    let detail = describe(said);
    match said.number {
        2601 | 2627 => PortError::Conflict { what: "a row with the same key".to_owned() },
        // Busy, too many requests, too many workers or sessions, lock not free in time.
        40501 | 49918 | 49919 | 49920 => {
            PortError::Throttled { service: SERVICE, detail, retry_after: Some(BUSY_PAUSE) }
        }
        10928 | 10929 | 1222 | 8645 | 8651 => {
            PortError::Throttled { service: SERVICE, detail, retry_after: None }
        }
        // The database's quota, the log and the file group are full.
        40544 | 1105 | 9002 => PortError::Full { service: SERVICE, detail },
        // Login failed, no such login, firewall, permission denied on an object or statement.
        18456 | 18452 | 18470 | 40532 | 40615 | 47073 | 229 | 230 | 262 | 297 | 300 | 916 | 15151 => {
            PortError::Unauthorized { service: SERVICE, detail }
        }
        number if is_transient(number) || said.class >= 20 => {
            PortError::Transient { service: SERVICE, detail }
        }
        _ => PortError::Rejected { service: SERVICE, detail },
    }
}

/// Deadlock victim, update conflict, failover, moved, resuming, connection cut.
fn is_transient(number: u32) -> bool {
    matches!(
        number,
        1205 | 3960
            | 3961
            | 615
            | 617
            | 926
            | 4060
            | 4221
            | 40143
            | 40197
            | 40540
            | 40549
            | 40550
            | 40551
            | 40552
            | 40553
            | 40613
            | 42108
            | 42109
            | 10053
            | 10054
            | 10060
            | 11001
            | 233
            | 64
            | 121
    )
}

/// Messages that quote stored or sent values, by number: conversions, truncations, duplicate keys, JSON.
fn quotes_values(number: u32) -> bool {
    matches!(
        number,
        220 | 232 | 241..=248 | 295 | 529 | 547 | 2601 | 2627 | 2628 | 8114 | 8115 | 8152 | 8169 | 9420 | 13608..=13624
    )
}

fn describe(said: &Said<'_>) -> String {
    let place = format!("error {}, state {}, line {}", said.number, said.state, said.line);
    match said.number {
        220 | 8115 => format!("a number is too large to compute with ({place})"),
        number if quotes_values(number) => place,
        _ => format!("{} ({place})", said.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(error: &PortError) -> &'static str {
        match error {
            PortError::Throttled { .. } => "throttled",
            PortError::Transient { .. } => "transient",
            PortError::Unauthorized { .. } => "unauthorized",
            PortError::NotFound { .. } => "not found",
            PortError::Conflict { .. } => "conflict",
            PortError::Full { .. } => "full",
            PortError::Misconfigured { .. } => "misconfigured",
            PortError::Rejected { .. } => "rejected",
        }
    }

    fn numbered(number: u32, message: &str) -> PortError {
        classify_said(&Said { number, class: 16, state: 1, line: 1, message })
    }

    #[test]
    fn every_number_says_what_to_do_next() {
        for (number, expected) in [
            (1205, "transient"),
            (40613, "transient"),
            (40197, "transient"),
            (40501, "throttled"),
            (10928, "throttled"),
            (1222, "throttled"),
            (2627, "conflict"),
            (2601, "conflict"),
            (40544, "full"),
            (18456, "unauthorized"),
            (40615, "unauthorized"),
            (229, "unauthorized"),
            (208, "rejected"),
            (102, "rejected"),
            (2628, "rejected"),
        ] {
            assert_eq!(name(&numbered(number, "said")), expected, "{number}");
        }
    }

    #[test]
    fn no_message_repeats_a_value_of_a_row() {
        for number in [2627, 2628, 245, 241, 8114, 8115, 547, 13609] {
            let said = numbered(number, "the value 'jane@example.com' is bad").to_string();
            assert!(!said.contains("jane"), "{said}");
        }
        let conversion = Error::Conversion("cannot convert 'jane@example.com'".into());
        assert!(!classify(&conversion).to_string().contains("jane"));
    }

    #[test]
    fn an_overflow_is_said_in_words_and_is_no_answer() {
        let error = numbered(8115, "Arithmetic overflow error converting numeric to data type numeric.");
        assert_eq!(name(&error), "rejected");
        assert!(error.to_string().contains("too large to compute with (error 8115"), "{error}");
    }

    #[test]
    fn what_names_an_object_of_ours_is_said() {
        let said = numbered(208, "Invalid object name 'run'.").to_string();
        assert!(said.contains("Invalid object name 'run'. (error 208, state 1, line 1)"), "{said}");
    }

    #[test]
    fn an_unproven_server_is_a_setting_and_a_lost_one_is_not() {
        let rejected = Error::Tls("the server's certificate was rejected".to_owned());
        assert_eq!(name(&classify(&rejected)), "misconfigured");
        let lost = Error::Io { kind: std::io::ErrorKind::ConnectionReset, message: "reset".to_owned() };
        assert_eq!(name(&classify(&lost)), "transient");
    }
}
