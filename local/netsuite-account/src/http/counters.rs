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
    /// Rows served, for SuiteQL.
    pub rows: u64,
    /// Rows served by table, for SuiteQL queries of a single table.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rows_by_table: BTreeMap<String, u64>,
    /// Queries by table, for SuiteQL.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub queries_by_table: BTreeMap<String, u64>,
}

/// All endpoints' numbers since the start or the last reset.
#[derive(Default)]
pub struct Counters {
    calls: Mutex<BTreeMap<&'static str, Calls>>,
}

/// The endpoint of a path, by a name that does not change.
pub fn endpoint(path: &str) -> &'static str {
    match path.trim_start_matches("/services/rest/") {
        "query/v1/suiteql" => "suiteql",
        p if p.starts_with("record/v1/metadata-catalog") => "metadata-catalog",
        p if p.starts_with("record/v1/") => "record",
        "system/v1/serverTime" => "serverTime",
        "system/v1/governanceLimits" => "governanceLimits",
        p if p.starts_with("auth/") => "token",
        _ => "other",
    }
}

impl Counters {
    fn with(&self, endpoint: &'static str, work: impl FnOnce(&mut Calls)) {
        work(self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint).or_default());
    }

    pub fn count(&self, endpoint: &'static str, status: StatusCode) {
        self.with(endpoint, |calls| {
            calls.requests += 1;
            *calls.answers.entry(status.as_u16()).or_default() += 1;
        });
    }

    /// `table` is the first that the query reads.
    pub fn count_rows(&self, table: &str, rows: u64) {
        self.with("suiteql", |calls| {
            calls.rows += rows;
            *calls.rows_by_table.entry(table.to_owned()).or_default() += rows;
            *calls.queries_by_table.entry(table.to_owned()).or_default() += 1;
        });
    }

    pub fn snapshot(&self) -> BTreeMap<&'static str, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn reset(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
