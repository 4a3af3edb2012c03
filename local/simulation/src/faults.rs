//! Faults ordered through the control plane, each spent on the requests that come next.

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};

/// An order, as `POST /_control/faults` takes it. What is left out stays as it is.
///
/// Unknown fields are for the account's own order to refuse, which flattens this one.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FaultOrder {
    /// So many requests are refused as too many.
    pub throttle: Option<u32>,
    /// The status of those refusals.
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
    /// The account's clock runs ahead by this many seconds, or behind.
    pub clock_skew_seconds: Option<i64>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// What is still to be spent.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Pending {
    pub throttle: u32,
    pub throttle_status: Option<u16>,
    pub throttle_retry_after: Option<u64>,
    pub server_errors: u32,
    pub cut_connections: u32,
    pub truncate: u32,
    pub invalid_json: u32,
    pub slow_ms: u64,
    pub clock_skew_seconds: i64,
}

/// The faults of an account.
#[derive(Default)]
pub struct Faults {
    pending: Mutex<Pending>,
}

/// What happens to a request before it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Pass,
    Throttle {
        /// 429 unless ordered otherwise.
        status: StatusCode,
        /// Seconds for `Retry-After`, which is left out otherwise.
        retry_after: Option<u64>,
    },
    Fail,
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

impl Faults {
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

    pub fn order(&self, order: &FaultOrder) {
        self.with(|p| {
            p.throttle = order.throttle.unwrap_or(p.throttle);
            p.throttle_status = order.throttle_status.or(p.throttle_status);
            p.throttle_retry_after = order.throttle_retry_after.unwrap_or(p.throttle_retry_after);
            p.server_errors = order.server_errors.unwrap_or(p.server_errors);
            p.cut_connections = order.cut_connections.unwrap_or(p.cut_connections);
            p.truncate = order.truncate.unwrap_or(p.truncate);
            p.invalid_json = order.invalid_json.unwrap_or(p.invalid_json);
            p.slow_ms = order.slow_ms.unwrap_or(p.slow_ms);
            p.clock_skew_seconds = order.clock_skew_seconds.unwrap_or(p.clock_skew_seconds);
        });
    }

    /// Milliseconds to wait before a request is handled.
    pub fn delay(&self) -> u64 {
        self.with(|p| p.slow_ms)
    }

    /// Seconds to add to this machine's clock.
    pub fn skew(&self) -> i64 {
        self.with(|p| p.clock_skew_seconds)
    }

    /// Spends a fault that keeps a request from being handled.
    pub fn before(&self) -> Before {
        self.with(|p| {
            if spend(&mut p.throttle) {
                let status = p.throttle_status.and_then(|s| StatusCode::from_u16(s).ok());
                return Before::Throttle {
                    status: status.unwrap_or(StatusCode::TOO_MANY_REQUESTS),
                    retry_after: p.throttle_retry_after,
                };
            }
            if spend(&mut p.server_errors) { Before::Fail } else { Before::Pass }
        })
    }

    /// Spends a fault that damages a good answer; see [`spoil`](crate::spoil()).
    pub fn after(&self) -> Option<Damage> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Order {
        #[serde(flatten)]
        transport: FaultOrder,
        own: Option<bool>,
    }

    fn read(text: &str) -> Order {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn faults_happen_as_often_as_ordered_and_in_order() {
        let faults = Faults::default();
        faults.order(
            &read(r#"{"throttle":1,"server_errors":1,"cut_connections":1,"invalid_json":1}"#).transport,
        );
        let refused = Before::Throttle { status: StatusCode::TOO_MANY_REQUESTS, retry_after: None };
        assert_eq!(
            [faults.before(), faults.before(), faults.before()],
            [refused, Before::Fail, Before::Pass]
        );
        let damage = [faults.after(), faults.after(), faults.after()];
        assert_eq!(damage, [Some(Damage::Cut), Some(Damage::Html), None]);
    }

    #[test]
    fn what_an_order_leaves_out_stays_and_null_takes_the_wait_back() {
        let faults = Faults::default();
        faults.order(&read(r#"{"throttle":3,"throttle_status":503,"throttle_retry_after":7}"#).transport);
        faults.order(&read(r#"{"slow_ms":5}"#).transport);
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert_eq!(faults.before(), Before::Throttle { status, retry_after: Some(7) });
        faults.order(&read(r#"{"throttle_retry_after":null}"#).transport);
        assert_eq!(faults.before(), Before::Throttle { status, retry_after: None });
        assert_eq!((faults.pending().throttle, faults.delay()), (1, 5));
        faults.reset();
        assert_eq!(faults.pending(), Pending::default());
    }

    #[test]
    fn a_flattened_order_still_refuses_what_it_does_not_know() {
        assert_eq!(read(r#"{"own":true}"#).own, Some(true));
        assert!(serde_json::from_str::<Order>(r#"{"throtle":1}"#).is_err());
    }
}
