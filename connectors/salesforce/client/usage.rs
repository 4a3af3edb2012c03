//! How much of the org's daily requests is used, by whomever. Every answer says it, in `Sforce-Limit-Info`.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;

use crate::salesforce::failure::{EXHAUSTED_WAIT, Failure};

/// What the last answer said holds for so long; then a request is made to see whether it still does.
const MEMORY: Duration = EXHAUSTED_WAIT;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    used: u64,
    limit: u64,
    at: Instant,
}

#[derive(Debug)]
pub struct Usage {
    /// Share at which reading stops.
    percent: u64,
    seen: Mutex<Option<Seen>>,
}

impl Usage {
    pub fn new(percent: u64) -> Self {
        Self { percent, seen: Mutex::new(None) }
    }

    pub fn observe(&self, headers: &HeaderMap) {
        let info = headers.get("sforce-limit-info").and_then(|value| value.to_str().ok());
        if let Some((used, limit)) = info.and_then(read) {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            *seen = Some(Seen { used, limit, at: Instant::now() });
        }
    }

    /// Fails where the share is passed.
    pub fn check(&self) -> Result<(), Failure> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.filter(|seen| seen.at.elapsed() < MEMORY) {
            Some(seen) if passed(seen.used, seen.limit, self.percent) => Err(Failure::Quota {
                detail: format!(
                    "{} of the org's {} requests of 24 hours are used, by everything that talks to it, which is more \
                     than 'quota_percent_total' ({} %) allows; reading stops so that others can work, and goes on \
                     where it stood when the figure has fallen",
                    seen.used, seen.limit, self.percent
                ),
            }),
            _ => Ok(()),
        }
    }
}

fn passed(used: u64, limit: u64, percent: u64) -> bool {
    u128::from(used) * 100 > u128::from(limit) * u128::from(percent)
}

/// `api-usage=891/15000`, possibly with more behind.
fn read(info: &str) -> Option<(u64, u64)> {
    let pair = info.split([',', ';']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
    let (used, limit) = pair.trim().split_once('/')?;
    let (used, limit) = (used.parse().ok()?, limit.parse().ok()?);
    (limit > 0).then_some((used, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(info: &'static str, percent: u64) -> Result<(), Failure> {
        let usage = Usage::new(percent);
        usage.observe(&HeaderMap::from_iter([(
            http::HeaderName::from_static("sforce-limit-info"),
            http::HeaderValue::from_static(info),
        )]));
        usage.check()
    }

    #[test]
    fn reading_stops_when_more_than_the_share_is_used() {
        assert!(after("api-usage=12000/15000", 80).is_ok());
        let Err(Failure::Quota { detail }) = after("api-usage=12001/15000", 80) else { panic!() };
        assert!(
            detail.contains("12001 of the org's 15000") && detail.contains("'quota_percent_total' (80 %)")
        );
        assert!(after("api-usage=14999/15000", 100).is_ok());
        assert!(after("nonsense", 1).is_ok());
        assert_eq!(read("api-usage=1/2, per-app-api-usage=17/250(appName=x)"), Some((1, 2)));
    }
}
