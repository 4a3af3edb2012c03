//! Commands that keep their promise about tenants and do no work.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use forebay_api::{CommandError, Commands, ReplayOutcome, ReplayResult};
use forebay_model::{DeadLetterId, DeadLetterState, Run, SourceId, TenantId};
use forebay_pipeline::{ChannelTest, CheckItem, CheckReport, CheckVerdict, TestFailure};
use forebay_ports::repository::{DeadLetterStore, DeliveryStore, RunStore, Slice, SourceStore};
use forebay_ports::{Clock, PortError, Receipt, SourceError};

use super::Noon;
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

    /// The channel's id says what becomes of it.
    async fn test_channel(
        &self,
        tenant: &TenantId,
        channel: &str,
        by: &str,
    ) -> Result<ChannelTest, CommandError> {
        let channels = self.0.channels(tenant).await?;
        let found = channels.into_iter().find(|each| each.id == channel).ok_or(TestFailure::NotFound)?;
        let service = "alert channel";
        let refuse = |error| Err(TestFailure::Receiver { error, took: Duration::from_millis(12) }.into());
        match found.id.as_str() {
            "refuses" => {
                let detail = "it answered 404 Not Found: no_team".into();
                refuse(PortError::Rejected { service, detail })
            }
            "busy" => {
                let detail = "it answered 429 Too Many Requests".into();
                let retry_after = Some(Duration::from_secs(7));
                refuse(PortError::Throttled { service, detail, retry_after })
            }
            "away" => refuse(PortError::Transient { service, detail: "no connection".into() }),
            "locked" => refuse(PortError::Unauthorized { service, detail: "it answered 401".into() }),
            "unset" => Err(TestFailure::Address(PortError::NotFound { what: "secret x".into() }).into()),
            "often" => Err(TestFailure::TooMany { most: 5, within: Duration::from_secs(60) }.into()),
            _ => Ok(ChannelTest {
                id: "test.1".into(),
                channel: found.id,
                kind: found.kind,
                at: Noon.now(),
                took: Duration::from_millis(12),
                receipt: Receipt { status: "202 Accepted".into(), said: Some(format!("thanks, {by}")) },
            }),
        }
    }
}
