//! What is not merged when it grows old goes after a while, a batch at a time.

use forebay_model::{SourceId, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::Aged;

use crate::engine::Engine;

/// Rows that one transaction removes: below the 5,000 locks from which SQL Server takes the whole table's.
const BATCH: u32 = 1_000;
/// Batches of one kind in one call; the next call, a day later, goes on.
const BATCHES: u32 = 200;

/// How many days each is kept. A year of daily runs with 500 rules each would be 180,000 outcomes a stream.
fn days(aged: Aged) -> i64 {
    match aged {
        // A quarter, to look back on a rule by; its share of violations stays on as a series.
        Aged::Outcomes => 92,
        // As long as what a baseline looks back on.
        Aged::Anomalies => 400,
        // Longer than any channel's cool-down, which looks back on what was delivered.
        Aged::Deliveries => 92,
        // Runs are measured within a week.
        Aged::Measures => 30,
        // As long as the unusual points that it names.
        Aged::Alerts => 400,
    }
}

impl Engine {
    /// Removes what has grown old of the source's outcomes, anomalies, deliveries, measures and resolved alerts, and
    /// gives how many that were: 0 when there is nothing more to do. What belongs to an alert that is not resolved
    /// stays, as does what people marked while the detector learns from it. Killed at any instruction, the next call
    /// does the rest.
    pub async fn prune(&self, tenant: &TenantId, source: &SourceId) -> Result<u64, PortError> {
        let mut gone = 0;
        for aged in Aged::ALL {
            let before = self.clock.now().plus_seconds(-days(aged) * 86_400);
            for _ in 0..BATCHES {
                let batch = self.repository.prune(tenant, source, aged, before, BATCH).await?;
                gone += batch;
                if batch < u64::from(BATCH) {
                    break;
                }
            }
        }
        Ok(gone)
    }
}
