//! How often each endpoint was called and what it answered, so that tests can prove what was not asked.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde::Serialize;

/// One endpoint's numbers.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Calls {
    pub requests: u64,
    /// By status code.
    pub answers: BTreeMap<u16, u64>,
    /// Rows served.
    pub rows: u64,
    /// Rows served by table.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rows_by_table: BTreeMap<String, u64>,
    /// Requests that read rows, by table.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub queries_by_table: BTreeMap<String, u64>,
}

/// All endpoints' numbers since the start or the last reset. An account names its endpoints itself, by names
/// that do not change with ids in paths.
#[derive(Default)]
pub struct Counters {
    calls: Mutex<BTreeMap<&'static str, Calls>>,
}

impl Counters {
    fn with(&self, endpoint: &'static str, work: impl FnOnce(&mut Calls)) {
        work(self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint).or_default());
    }

    /// Counts a request and its answer.
    pub fn count(&self, endpoint: &'static str, status: StatusCode) {
        self.with(endpoint, |calls| {
            calls.requests += 1;
            *calls.answers.entry(status.as_u16()).or_default() += 1;
        });
    }

    /// Counts the rows of one answer, read from `table`.
    pub fn count_rows(&self, endpoint: &'static str, table: &str, rows: u64) {
        self.with(endpoint, |calls| {
            calls.rows += rows;
            *calls.rows_by_table.entry(table.to_owned()).or_default() += rows;
            *calls.queries_by_table.entry(table.to_owned()).or_default() += 1;
        });
    }

    /// All numbers by endpoint.
    pub fn snapshot(&self) -> BTreeMap<&'static str, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn reset(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_by_endpoint_status_and_table() {
        let counters = Counters::default();
        counters.count("query", StatusCode::OK);
        counters.count("query", StatusCode::TOO_MANY_REQUESTS);
        counters.count_rows("query", "account", 7);
        counters.count_rows("query", "account", 1);
        let seen = serde_json::to_value(counters.snapshot()).unwrap();
        assert_eq!(
            seen,
            serde_json::json!({ "query": {
                "requests": 2, "answers": { "200": 1, "429": 1 }, "rows": 8,
                "rows_by_table": { "account": 8 }, "queries_by_table": { "account": 2 },
            }})
        );
        counters.reset();
        assert!(counters.snapshot().is_empty());
    }
}
