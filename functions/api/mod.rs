//! `api` and `web` (HTTP, proxied): the edge, wired to this app.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use forebay_api::{
    ApiState, CheckRule, CommandError, Commands, EasyAuth, FinishProfiles, Identify, NameDatasets,
    ReplayOutcome, ReplayResult, RepositoryProvider, SingleTenant, StreamDatasets,
};
use forebay_model::profile::{ColumnProfile, RelationsProfile};
use forebay_model::rule::{ReferenceList, Rule};
use forebay_model::{DeadLetterId, Run, RunState, SourceConfig, SourceId, StreamSchema, TenantId, Trigger};
use forebay_pipeline::comparison::Comparison;
use forebay_pipeline::{
    ChannelTest, CheckReport, Replayed, RunProfiles, check_rule, compare_profiles, datasets,
    explain_outliers, finish_profile, finish_relations,
};
use forebay_ports::{PortError, Repository};

use crate::app::{App, Names};
use crate::extraction;
use crate::settings::IdentitySetting;
use crate::work::{ExtractRequest, Reason};

/// Building it opens nothing.
pub fn router(app: Arc<App>) -> Router {
    let identity: Arc<dyn Identify> = match &app.settings.identity {
        IdentitySetting::Single(tenant) => Arc::new(SingleTenant::new(tenant.clone())),
        IdentitySetting::EasyAuth(tenants) => Arc::new(EasyAuth::new(tenants.clone())),
    };
    forebay_api::router(ApiState {
        repository: Arc::new(Opened(Arc::clone(&app))),
        commands: Arc::new(AppCommands(Arc::clone(&app))),
        identity,
        clock: Arc::clone(&app.clock),
        profiles: Arc::new(Finish),
        datasets: Arc::new(Named(Names::of(&app.settings))),
        rules: Arc::new(Rules),
        web_root: Some(app.settings.web_root.clone()),
    })
}

struct Opened(Arc<App>);

#[async_trait]
impl RepositoryProvider for Opened {
    async fn repository(&self) -> Result<Arc<dyn Repository>, PortError> {
        self.0.repository().await
    }
}

struct Finish;

impl FinishProfiles for Finish {
    fn finish(&self, column: &str, states: &[Vec<u8>], others: &[Vec<u8>]) -> Result<ColumnProfile, String> {
        finish_profile(column, states, others)
    }

    fn explain(
        &self,
        profiles: &mut [ColumnProfile],
        key: &[String],
        states: &[Vec<u8>],
    ) -> Result<(), String> {
        explain_outliers(profiles, key, states)
    }

    fn compare(
        &self,
        before: &RunProfiles,
        after: &RunProfiles,
        known: &HashMap<String, Vec<Vec<u8>>>,
    ) -> Result<Comparison, String> {
        compare_profiles(before, after, known)
    }

    fn finish_relations(&self, states: &[Vec<u8>]) -> Result<RelationsProfile, String> {
        finish_relations(states)
    }
}

struct Rules;

impl CheckRule for Rules {
    fn check(
        &self,
        rule: &Rule,
        schemas: &[StreamSchema],
        lists: &[ReferenceList],
    ) -> Result<(), Vec<String>> {
        check_rule(rule, schemas, lists)
    }
}

struct Named(Names);

impl NameDatasets for Named {
    fn datasets(&self, source: &SourceConfig, schema: &StreamSchema) -> StreamDatasets {
        let namespaces = self.0.of_source(source);
        let [(from, _), (raw, _), (table, _)] = datasets(&namespaces, &source.tenant, &source.id, schema);
        StreamDatasets { source: from, raw, table }
    }
}

/// A caller waits for the run to be written, and that waits for the source to tell the time. The platform
/// cuts a request after 230 s.
const BEGIN_WITHIN: Duration = Duration::from_secs(60);

struct AppCommands(Arc<App>);

#[async_trait]
impl Commands for AppCommands {
    /// The run is written before the answer, and the request to read it is durable; `extract_on_demand`
    /// begins with it at once. Where the request cannot be sent, the next timer goes on with the run.
    async fn extract(&self, tenant: &TenantId, source: &SourceId) -> Result<Run, CommandError> {
        let config = self.0.repository().await?.source(tenant, source).await?;
        let config = config.ok_or_else(|| CommandError::NotFound { what: format!("source {source}") })?;
        let begin = extraction::begin(&self.0, &config, Trigger::OnDemand);
        let begun =
            tokio::time::timeout(BEGIN_WITHIN, begin).await.map_err(|_| CommandError::Conflict {
                detail: format!(
                    "source {source} did not answer within {} s; the timer will try it again, or try later",
                    BEGIN_WITHIN.as_secs()
                ),
            })??;
        let run = begun.leave().await;
        if run.state == RunState::Extracting {
            let request = ExtractRequest {
                tenant: tenant.clone(),
                source: source.clone(),
                run: Some(run.id.clone()),
                reason: Reason::OnDemand,
            };
            request.send(&self.0).await?;
        }
        Ok(run)
    }

    async fn check(&self, tenant: &TenantId, source: &SourceId) -> Result<CheckReport, CommandError> {
        let config = self.0.repository().await?.source(tenant, source).await?;
        let config = config.ok_or_else(|| CommandError::NotFound { what: format!("source {source}") })?;
        Ok(extraction::check(&self.0, &config).await?)
    }

    async fn replay(
        &self,
        tenant: &TenantId,
        letters: &[DeadLetterId],
    ) -> Result<Vec<ReplayResult>, CommandError> {
        let results = self.0.engine().await?.replay(tenant, letters).await?;
        let outcome = |replayed| match replayed {
            Replayed::Now => ReplayOutcome::Replayed,
            Replayed::Before => ReplayOutcome::AlreadyReplayed,
            Replayed::Rejected { code, reason } => ReplayOutcome::Rejected { code, reason },
            Replayed::NotFound => ReplayOutcome::NotFound,
        };
        let pairs = letters.iter().cloned().zip(results);
        Ok(pairs.map(|(id, replayed)| ReplayResult { id, outcome: outcome(replayed) }).collect())
    }

    async fn test_channel(
        &self,
        tenant: &TenantId,
        channel: &str,
        by: &str,
    ) -> Result<ChannelTest, CommandError> {
        Ok(self.0.deliverer().await?.test(tenant, channel, by).await?)
    }
}
