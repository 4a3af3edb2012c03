//! Faults ordered through the control plane: those every account knows, and this vendor's own.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// What only this vendor can do wrong, beside what every account takes. What is left out stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OwnFaults {
    /// So many queries are answered QUERY_TIMEOUT.
    pub query_timeouts: Option<u32>,
    /// So many bulk jobs end Failed.
    pub fail_jobs: Option<u32>,
    /// Ends every query locator now.
    pub expire_locators: Option<bool>,
    /// Sharing hides every row of this object; `allow_table` takes that back as well.
    pub silence_table: Option<String>,
    /// So many users get another Division, and their accounts another `Owner_Region__c`.
    pub formula_shift: Option<u32>,
    /// Changes are seen by queries so long after their SystemModstamp.
    pub late_commit_seconds: Option<i64>,
    /// So many of the day's requests count as used.
    pub api_usage: Option<u64>,
}

/// What is still to be spent.
#[derive(Debug, Clone, Serialize)]
pub struct Pending {
    #[serde(flatten)]
    pub transport: forebay_simulation::Pending,
    pub query_timeouts: u32,
    pub fail_jobs: u32,
}

/// The faults of an org.
pub struct Faults {
    pub transport: forebay_simulation::Faults,
    query_timeouts: AtomicU32,
    fail_jobs: AtomicU32,
}

fn spend(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

impl Default for Faults {
    /// This vendor refuses with 403 unless told otherwise.
    fn default() -> Self {
        let transport = forebay_simulation::Faults::new(StatusCode::FORBIDDEN);
        Self { transport, query_timeouts: AtomicU32::new(0), fail_jobs: AtomicU32::new(0) }
    }
}

impl Faults {
    pub fn pending(&self) -> Pending {
        Pending {
            transport: self.transport.pending(),
            query_timeouts: self.query_timeouts.load(Ordering::SeqCst),
            fail_jobs: self.fail_jobs.load(Ordering::SeqCst),
        }
    }

    /// Takes back what is this vendor's own.
    pub fn reset(&self) {
        self.query_timeouts.store(0, Ordering::SeqCst);
        self.fail_jobs.store(0, Ordering::SeqCst);
    }

    /// Takes the parts of an order that are spent on queries and jobs.
    pub fn order(&self, order: &OwnFaults) {
        for (count, ordered) in
            [(&self.query_timeouts, order.query_timeouts), (&self.fail_jobs, order.fail_jobs)]
        {
            if let Some(ordered) = ordered {
                count.store(ordered, Ordering::SeqCst);
            }
        }
    }

    /// Whether this query runs out of time.
    pub fn times_out(&self) -> bool {
        spend(&self.query_timeouts)
    }

    /// Whether this job fails.
    pub fn fails_job(&self) -> bool {
        spend(&self.fail_jobs)
    }
}
