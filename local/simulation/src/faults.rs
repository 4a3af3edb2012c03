//! Faults ordered through the control plane, each spent on the requests that come next.

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};

/// What every account can do wrong, as `POST /_control/faults` takes it. What is left out stays as it is.
///
/// Unknown fields are for [`Order`](crate::control::Order) to refuse, which flattens this.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FaultOrder {
    /// So many requests pass untouched before the faults of this order, and those ordered before, begin.
    pub skip: Option<u32>,
    /// So many requests are refused as too many.
    pub throttle: Option<u32>,
    /// The status of those refusals, 400 to 599.
    pub throttle_status: Option<u16>,
    /// Their `Retry-After` in seconds; `Some(None)`, written `null`, leaves it out.
    #[serde(deserialize_with = "given")]
    pub throttle_retry_after: Option<Option<u64>>,
    /// So many requests fail as the vendor's do.
    pub server_errors: Option<u32>,
    /// So many answers break off with the connection.
    pub cut_connections: Option<u32>,
    /// So many answers end half-way, although HTTP says they are whole.
    pub truncate: Option<u32>,
    /// So many answers are an HTML page with their status kept.
    pub invalid_json: Option<u32>,
    /// Every request takes this many milliseconds longer, until set to 0.
    pub slow_ms: Option<u64>,
    /// The account's clock runs ahead by this many seconds, or behind. It does not wait for `skip`.
    pub clock_skew_seconds: Option<i64>,
    /// Ends every access token or session: now, or behind the last request that `skip` lets pass.
    pub expire_tokens: Option<bool>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(field).map(Some)
}

impl FaultOrder {
    /// # Errors
    /// Says which value no answer can have.
    pub fn check(&self) -> Result<(), String> {
        match self.throttle_status {
            Some(status) if !(400..600).contains(&status) => {
                Err(format!("throttle_status {status} is not from 400 to 599"))
            }
            _ => Ok(()),
        }
    }
}

/// What is still to be spent.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Pending {
    pub skip: u32,
    pub throttle: u32,
    pub throttle_status: Option<u16>,
    pub throttle_retry_after: Option<u64>,
    pub server_errors: u32,
    pub cut_connections: u32,
    pub truncate: u32,
    pub invalid_json: u32,
    pub slow_ms: u64,
    pub clock_skew_seconds: i64,
    pub expire_tokens: bool,
}

/// The faults of an account.
pub struct Faults {
    /// The status that the vendor refuses with, unless ordered otherwise.
    usual: StatusCode,
    pending: Mutex<Pending>,
}

/// A fault that keeps a request from being handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused as one too many.
    Throttled {
        status: StatusCode,
        /// Seconds for `Retry-After`, which is left out otherwise.
        retry_after: Option<u64>,
    },
    /// Failed on the vendor's side.
    Failed,
}

/// What happens to one request.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// It passes untouched, its answer included.
    pub skipped: bool,
    /// Sessions end with it; it is let in itself.
    pub ends_sessions: bool,
    /// Milliseconds to wait before it is handled.
    pub slow_ms: u64,
    pub fault: Option<Fault>,
}

/// What happens to a good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    Cut,
    Truncate,
    Html,
}

fn spend(count: &mut u32) -> bool {
    let left = *count > 0;
    *count = count.saturating_sub(1);
    left
}

impl Default for Faults {
    fn default() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS)
    }
}

impl Faults {
    /// Faults of a vendor that refuses what is too many with the status `usual`.
    pub fn new(usual: StatusCode) -> Self {
        Self { usual, pending: Mutex::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        work(&mut self.pending.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn pending(&self) -> Pending {
        self.with(|p| p.clone())
    }

    /// Takes everything back.
    pub fn reset(&self) {
        self.with(|p| *p = Pending::default());
    }

    /// Takes an order; returns whether sessions end now.
    #[must_use]
    pub fn order(&self, order: &FaultOrder) -> bool {
        self.with(|p| {
            p.skip = order.skip.unwrap_or(p.skip);
            p.throttle = order.throttle.unwrap_or(p.throttle);
            p.throttle_status = order.throttle_status.or(p.throttle_status);
            if order.throttle.is_some() {
                p.throttle_status = p.throttle_status.or(Some(self.usual.as_u16()));
            }
            p.throttle_retry_after = order.throttle_retry_after.unwrap_or(p.throttle_retry_after);
            p.server_errors = order.server_errors.unwrap_or(p.server_errors);
            p.cut_connections = order.cut_connections.unwrap_or(p.cut_connections);
            p.truncate = order.truncate.unwrap_or(p.truncate);
            p.invalid_json = order.invalid_json.unwrap_or(p.invalid_json);
            p.slow_ms = order.slow_ms.unwrap_or(p.slow_ms);
            p.clock_skew_seconds = order.clock_skew_seconds.unwrap_or(p.clock_skew_seconds);
            p.expire_tokens = order.expire_tokens.unwrap_or(p.expire_tokens);
            p.ends_sessions()
        })
    }

    /// Seconds to add to this machine's clock.
    pub fn skew(&self) -> i64 {
        self.with(|p| p.clock_skew_seconds)
    }

    /// Decides on the next request, and spends a fault on it.
    pub fn turn(&self) -> Turn {
        self.with(|p| {
            if spend(&mut p.skip) {
                return Turn { skipped: true, ends_sessions: p.ends_sessions(), ..Turn::default() };
            }
            Turn { slow_ms: p.slow_ms, fault: self.fault(p), ..Turn::default() }
        })
    }

    fn fault(&self, pending: &mut Pending) -> Option<Fault> {
        if spend(&mut pending.throttle) {
            let status = pending.throttle_status.and_then(|s| StatusCode::from_u16(s).ok());
            return Some(Fault::Throttled {
                status: status.unwrap_or(self.usual),
                retry_after: pending.throttle_retry_after,
            });
        }
        spend(&mut pending.server_errors).then_some(Fault::Failed)
    }

    /// Spends a fault that damages a good answer; see [`spoil`](crate::spoil()).
    pub fn damage(&self) -> Option<Damage> {
        self.with(|p| {
            if spend(&mut p.cut_connections) {
                return Some(Damage::Cut);
            }
            if spend(&mut p.truncate) {
                return Some(Damage::Truncate);
            }
            spend(&mut p.invalid_json).then_some(Damage::Html)
        })
    }
}

impl Pending {
    /// Whether the time has come for an ordered end of sessions, which is spent by it.
    fn ends_sessions(&mut self) -> bool {
        self.skip == 0 && std::mem::take(&mut self.expire_tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> FaultOrder {
        serde_json::from_str(text).unwrap()
    }

    fn ordered(text: &str) -> Faults {
        let faults = Faults::default();
        assert!(!faults.order(&read(text)));
        faults
    }

    fn throttled(status: StatusCode, retry_after: Option<u64>) -> Option<Fault> {
        Some(Fault::Throttled { status, retry_after })
    }

    #[test]
    fn faults_happen_as_often_as_ordered_and_in_order() {
        let faults = ordered(r#"{"throttle":1,"server_errors":1,"cut_connections":1,"invalid_json":1}"#);
        let turns = [faults.turn(), faults.turn(), faults.turn()].map(|turn| turn.fault);
        assert_eq!(turns, [throttled(StatusCode::TOO_MANY_REQUESTS, None), Some(Fault::Failed), None]);
        let damage = [faults.damage(), faults.damage(), faults.damage()];
        assert_eq!(damage, [Some(Damage::Cut), Some(Damage::Html), None]);
    }

    #[test]
    fn skipped_requests_pass_untouched_and_the_faults_begin_behind_them() {
        let faults = ordered(r#"{"skip":2,"server_errors":1,"slow_ms":9,"truncate":1}"#);
        assert_eq!(faults.pending().skip, 2);
        for _ in 0..2 {
            assert_eq!(faults.turn(), Turn { skipped: true, ..Turn::default() });
        }
        assert_eq!(faults.turn(), Turn { slow_ms: 9, fault: Some(Fault::Failed), ..Turn::default() });
        assert_eq!((faults.turn().fault, faults.damage()), (None, Some(Damage::Truncate)));
        faults.reset();
        assert_eq!(faults.pending(), Pending::default());
    }

    #[test]
    fn sessions_end_at_once_or_behind_the_last_skipped_request_and_only_once() {
        let faults = Faults::default();
        assert!(faults.order(&read(r#"{"expire_tokens":true}"#)));
        assert!(!faults.order(&read("{}")));
        assert!(!faults.order(&read(r#"{"skip":2,"expire_tokens":true}"#)));
        let ends = [faults.turn(), faults.turn(), faults.turn()].map(|turn| turn.ends_sessions);
        assert_eq!(ends, [false, true, false]);
        assert!(!faults.order(&read(r#"{"skip":2,"expire_tokens":true}"#)));
        assert!(faults.order(&read(r#"{"skip":0}"#)), "nothing is left to wait for");
    }

    #[test]
    fn what_an_order_leaves_out_stays_and_null_takes_the_wait_back() {
        let faults = ordered(r#"{"throttle":3,"throttle_status":503,"throttle_retry_after":7}"#);
        assert!(!faults.order(&read(r#"{"slow_ms":5}"#)));
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert_eq!(faults.turn(), Turn { slow_ms: 5, fault: throttled(status, Some(7)), ..Turn::default() });
        assert!(!faults.order(&read(r#"{"throttle_retry_after":null}"#)));
        assert_eq!(faults.turn().fault, throttled(status, None));
        assert_eq!(faults.pending().throttle, 1);
    }

    #[test]
    fn a_vendor_refuses_with_its_own_status_unless_told() {
        let faults = Faults::new(StatusCode::FORBIDDEN);
        assert!(!faults.order(&read(r#"{"throttle":2}"#)));
        assert_eq!(faults.pending().throttle_status, Some(403));
        assert_eq!(faults.turn().fault, throttled(StatusCode::FORBIDDEN, None));
        assert!(read(r#"{"throttle_status":200}"#).check().is_err());
        assert!(read(r#"{"throttle_status":420}"#).check().is_ok());
    }
}
