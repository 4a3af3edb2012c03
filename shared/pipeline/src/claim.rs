//! Who reads a run. A timer and a request for the same source share one run; one of them reads it.

use std::time::Duration;

use forebay_model::{Instant, Run};
use forebay_ports::PortError;
use forebay_ports::repository::Claim;

use crate::engine::Engine;

/// A run that this process reads.
#[derive(Debug)]
pub(crate) struct RunClaim {
    holder: String,
}

impl RunClaim {
    /// As the store knows it.
    pub fn holder(&self) -> &str {
        &self.holder
    }
}

/// Whether this process goes on reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Mine,
    /// Another took the run over, because our claim had expired.
    Lost,
}

impl Engine {
    /// Claims the run. Where another process holds it, its claim is waited for once: a process that died
    /// does not prolong it, and one that lives is left to it.
    pub(crate) async fn claim(&self, run: &Run) -> Result<Option<RunClaim>, PortError> {
        let claim = RunClaim { holder: uuid::Uuid::new_v4().to_string() };
        if let Claim::Taken { until } = self.try_claim(run, &claim.holder).await? {
            let wait = until.micros().saturating_sub(self.clock.now().micros());
            let wait = Duration::from_micros(u64::try_from(wait).unwrap_or(0));
            tokio::time::sleep(wait.min(self.claim_life) + Duration::from_millis(10)).await;
            if let Claim::Taken { .. } = self.try_claim(run, &claim.holder).await? {
                return Ok(None);
            }
        }
        Ok(Some(claim))
    }

    pub(crate) async fn prolong(&self, run: &Run, claim: &RunClaim) -> Result<Kept, PortError> {
        Ok(match self.try_claim(run, &claim.holder).await? {
            Claim::Mine => Kept::Mine,
            Claim::Taken { .. } => Kept::Lost,
        })
    }

    /// So that the next firing need not wait for it to expire.
    pub(crate) async fn release(&self, run: &Run, claim: &RunClaim) {
        if let Err(error) = self.repository.release_run(&run.tenant, &run.id, &claim.holder).await {
            tracing::warn!(run = %run.id, %error, "the claim on the run expires by itself");
        }
    }

    async fn try_claim(&self, run: &Run, holder: &str) -> Result<Claim, PortError> {
        let now = self.clock.now();
        let life = i64::try_from(self.claim_life.as_micros()).unwrap_or(i64::MAX);
        let until = Instant::from_micros(now.micros().saturating_add(life));
        self.repository.claim_run(&run.tenant, &run.id, holder, now, until).await
    }
}
