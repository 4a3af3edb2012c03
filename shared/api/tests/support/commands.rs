//! Commands that keep their promise about tenants and do no work.

use std::sync::Arc;

use async_trait::async_trait;
use forebay_api::{CommandError, Commands, ReplayOutcome, ReplayResult};
use forebay_model::{DeadLetterId, DeadLetterState, Run, SourceId, TenantId};
use forebay_pipeline::{CheckItem, CheckReport, CheckVerdict};
use forebay_ports::SourceError;
use forebay_ports::repository::{DeadLetterStore, RunStore, Slice, SourceStore};

use super::fake::Fake;

pub struct FakeCommands(pub Arc<Fake>);

#[async_trait]
impl Commands for FakeCommands {
    async fn extract(&self, tenant: &TenantId, source: &SourceId) -> Result<Run, CommandError> {
        let config = self.0.source(tenant, source).await?;
        let config = config.ok_or_else(|| CommandError::NotFound { what: format!("source `{source}`") })?;
        if config.settings.contains_key("refuses") {
            return Err(SourceError::Unauthorized { detail: "invalid_grant".into() }.into());
        }
        let runs = self.0.runs(tenant, Some(source), Slice { after: None, limit: 1 }).await?;
        runs.into_iter().next().ok_or_else(|| CommandError::Conflict { detail: "nothing to join".into() })
    }

    async fn check(&self, tenant: &TenantId, source: &SourceId) -> Result<CheckReport, CommandError> {
        let config = self.0.source(tenant, source).await?;
        config.ok_or_else(|| CommandError::NotFound { what: format!("source `{source}`") })?;
        let detail = "the source accepts them".into();
        let item = CheckItem { subject: "credentials".into(), verdict: CheckVerdict::Passed, detail };
        Ok(CheckReport { items: vec![item] })
    }

    async fn replay(
        &self,
        tenant: &TenantId,
        letters: &[DeadLetterId],
    ) -> Result<Vec<ReplayResult>, CommandError> {
        let mut results = Vec::new();
        for id in letters {
            let outcome = match self.0.dead_letter(tenant, id).await?.map(|letter| letter.state) {
                None => ReplayOutcome::NotFound,
                Some(DeadLetterState::Replayed) => ReplayOutcome::AlreadyReplayed,
                Some(DeadLetterState::Open) => {
                    ReplayOutcome::Rejected { code: "type_mismatch".into(), reason: "still text".into() }
                }
            };
            results.push(ReplayResult { id: id.clone(), outcome });
        }
        Ok(results)
    }
}
