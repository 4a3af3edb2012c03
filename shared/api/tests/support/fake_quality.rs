//! Rules, series and alerts: kept by a real repository, so that what the API writes can be read again.

use async_trait::async_trait;
use forebay_model::alert::{AlertChannel, AlertState, Cause, Folded, Silence};
use forebay_model::anomaly::{Anomaly, Point, SeriesKey};
use forebay_model::exclusion::Exclusion;
use forebay_model::rule::{ReferenceList, Rule, RuleId, SetAnswer, SetQuery, VersionedRule};
use forebay_model::{Instant, RunId, SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    Aged, AlertChange, AlertFilter, AlertFold, AlertStore, AnomalyFilter, AnomalyStore, Delivered,
    DeliveryStore, Edit, ExclusionStore, Mark, Measurable, MeasureStore, OutcomeStore, PastDelivery,
    ReferenceListStore, RetentionStore, RuleCaps, RuleFilter, RulePut, RuleStore, SeriesStore, SetQueryStore,
    Slice, StoredAlert, StoredDelivery, StoredList, StoredOutcome, StoredPoint, Waiting,
};

use super::fake::Fake;

#[async_trait]
impl RuleStore for Fake {
    async fn put_rule(
        &self,
        a0: &TenantId,
        a1: &Rule,
        a2: Edit<'_>,
        a3: RuleCaps,
    ) -> Result<RulePut, PortError> {
        self.quality().await.put_rule(a0, a1, a2, a3).await
    }
    async fn retire_rule(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamName,
        a3: &RuleId,
        a4: Edit<'_>,
    ) -> Result<VersionedRule, PortError> {
        self.quality().await.retire_rule(a0, a1, a2, a3, a4).await
    }
    async fn rules(
        &self,
        a0: &TenantId,
        a1: &RuleFilter,
        a2: Slice,
    ) -> Result<Vec<VersionedRule>, PortError> {
        self.quality().await.rules(a0, a1, a2).await
    }
    async fn rule_versions(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamName,
        a3: &RuleId,
    ) -> Result<Vec<VersionedRule>, PortError> {
        self.quality().await.rule_versions(a0, a1, a2, a3).await
    }
}

#[async_trait]
impl ReferenceListStore for Fake {
    async fn put_list(
        &self,
        a0: &TenantId,
        a1: &ReferenceList,
        a2: Edit<'_>,
    ) -> Result<StoredList, PortError> {
        self.quality().await.put_list(a0, a1, a2).await
    }
    async fn retire_list(&self, a0: &TenantId, a1: &str, a2: Edit<'_>) -> Result<StoredList, PortError> {
        self.quality().await.retire_list(a0, a1, a2).await
    }
    async fn list(&self, a0: &TenantId, a1: &str, a2: Option<u32>) -> Result<Option<StoredList>, PortError> {
        self.quality().await.list(a0, a1, a2).await
    }
    async fn lists(&self, a0: &TenantId, a1: Slice) -> Result<Vec<StoredList>, PortError> {
        self.quality().await.lists(a0, a1).await
    }
}

#[async_trait]
impl OutcomeStore for Fake {
    async fn save_outcomes(&self, a0: &TenantId, a1: &[StoredOutcome]) -> Result<(), PortError> {
        self.quality().await.save_outcomes(a0, a1).await
    }
    async fn outcomes_of_run(
        &self,
        a0: &TenantId,
        a1: &RunId,
        a2: Option<&StreamName>,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        self.quality().await.outcomes_of_run(a0, a1, a2).await
    }
    async fn outcomes_of_rule(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamName,
        a3: &RuleId,
        a4: Slice,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        self.quality().await.outcomes_of_rule(a0, a1, a2, a3, a4).await
    }
}

#[async_trait]
impl SetQueryStore for Fake {
    async fn answer(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamSchema,
        a3: &SetQuery,
    ) -> Result<SetAnswer, PortError> {
        self.quality().await.answer(a0, a1, a2, a3).await
    }
}

#[async_trait]
impl SeriesStore for Fake {
    async fn append_points(
        &self,
        a0: &TenantId,
        a1: &RunId,
        a2: &[(SeriesKey, Point)],
    ) -> Result<(), PortError> {
        self.quality().await.append_points(a0, a1, a2).await
    }

    async fn series(
        &self,
        a0: &TenantId,
        a1: &SeriesKey,
        a2: Instant,
        a3: u32,
    ) -> Result<Vec<StoredPoint>, PortError> {
        self.quality().await.series(a0, a1, a2, a3).await
    }
    async fn stream_series(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamName,
        a3: &[&str],
        a4: Instant,
        a5: u32,
    ) -> Result<Vec<(SeriesKey, Vec<StoredPoint>)>, PortError> {
        self.quality().await.stream_series(a0, a1, a2, a3, a4, a5).await
    }
    async fn series_keys(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: &StreamName,
    ) -> Result<Vec<SeriesKey>, PortError> {
        self.quality().await.series_keys(a0, a1, a2).await
    }
    async fn mark_point(&self, a0: &TenantId, a1: &SeriesKey, a2: &RunId, a3: Mark) -> Result<(), PortError> {
        self.quality().await.mark_point(a0, a1, a2, a3).await
    }
    async fn thin_points(&self, a0: &TenantId, a1: &SeriesKey, a2: &[RunId]) -> Result<(), PortError> {
        self.quality().await.thin_points(a0, a1, a2).await
    }
}

#[async_trait]
impl MeasureStore for Fake {
    async fn measurable(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: Instant,
        a3: u32,
    ) -> Result<Vec<Measurable>, PortError> {
        self.quality().await.measurable(a0, a1, a2, a3).await
    }
    async fn mark_measured(
        &self,
        a0: &TenantId,
        a1: &RunId,
        a2: &StreamName,
        a3: u64,
    ) -> Result<(), PortError> {
        self.quality().await.mark_measured(a0, a1, a2, a3).await
    }
}

#[async_trait]
impl AnomalyStore for Fake {
    async fn save_anomalies(&self, a0: &TenantId, a1: &[Anomaly]) -> Result<(), PortError> {
        self.quality().await.save_anomalies(a0, a1).await
    }

    async fn anomaly(&self, a0: &TenantId, a1: &str) -> Result<Option<Anomaly>, PortError> {
        self.quality().await.anomaly(a0, a1).await
    }
    async fn anomalies(
        &self,
        a0: &TenantId,
        a1: &AnomalyFilter,
        a2: Slice,
    ) -> Result<Vec<Anomaly>, PortError> {
        self.quality().await.anomalies(a0, a1, a2).await
    }
    async fn mark_anomaly(&self, a0: &TenantId, a1: &str, a2: Mark) -> Result<Anomaly, PortError> {
        self.quality().await.mark_anomaly(a0, a1, a2).await
    }
}

#[async_trait]
impl AlertStore for Fake {
    async fn save_alerts(
        &self,
        a0: &TenantId,
        a1: &[AlertChange<'_>],
        a2: Option<&AlertFold<'_>>,
    ) -> Result<(), PortError> {
        self.quality().await.save_alerts(a0, a1, a2).await
    }
    async fn folded(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: Option<&StreamName>,
        a3: &RunId,
    ) -> Result<Vec<Folded>, PortError> {
        self.quality().await.folded(a0, a1, a2, a3).await
    }
    async fn forget_folded(&self, a0: &TenantId, a1: &SourceId, a2: Instant) -> Result<(), PortError> {
        self.quality().await.forget_folded(a0, a1, a2).await
    }

    async fn alert(&self, a0: &TenantId, a1: &str) -> Result<Option<StoredAlert>, PortError> {
        self.quality().await.alert(a0, a1).await
    }
    async fn unresolved_alert(&self, a0: &TenantId, a1: &Cause) -> Result<Option<StoredAlert>, PortError> {
        self.quality().await.unresolved_alert(a0, a1).await
    }
    async fn current_alerts(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: Instant,
    ) -> Result<Vec<StoredAlert>, PortError> {
        self.quality().await.current_alerts(a0, a1, a2).await
    }
    async fn alerts(
        &self,
        a0: &TenantId,
        a1: &AlertFilter,
        a2: Slice,
    ) -> Result<Vec<StoredAlert>, PortError> {
        self.quality().await.alerts(a0, a1, a2).await
    }
    async fn handle_alert(
        &self,
        a0: &TenantId,
        a1: &str,
        a2: AlertState,
        a3: &str,
        a4: Instant,
    ) -> Result<StoredAlert, PortError> {
        self.quality().await.handle_alert(a0, a1, a2, a3, a4).await
    }
    async fn put_silence(&self, a0: &TenantId, a1: &Silence) -> Result<(), PortError> {
        self.quality().await.put_silence(a0, a1).await
    }
    async fn silences(&self, a0: &TenantId, a1: Instant) -> Result<Vec<Silence>, PortError> {
        self.quality().await.silences(a0, a1).await
    }
    async fn end_silence(&self, a0: &TenantId, a1: &str, a2: Instant) -> Result<Silence, PortError> {
        self.quality().await.end_silence(a0, a1, a2).await
    }
}

#[async_trait]
impl ExclusionStore for Fake {
    async fn put_exclusion(&self, a0: &TenantId, a1: &Exclusion) -> Result<(), PortError> {
        self.quality().await.put_exclusion(a0, a1).await
    }
    async fn exclusions(&self, a0: &TenantId, a1: Instant) -> Result<Vec<Exclusion>, PortError> {
        self.quality().await.exclusions(a0, a1).await
    }
    async fn remove_exclusion(&self, a0: &TenantId, a1: &str) -> Result<Exclusion, PortError> {
        self.quality().await.remove_exclusion(a0, a1).await
    }
}

#[async_trait]
impl DeliveryStore for Fake {
    async fn put_channel(&self, a0: &TenantId, a1: &AlertChannel) -> Result<(), PortError> {
        self.quality().await.put_channel(a0, a1).await
    }
    async fn channels(&self, a0: &TenantId) -> Result<Vec<AlertChannel>, PortError> {
        self.quality().await.channels(a0).await
    }
    async fn remove_channel(&self, a0: &TenantId, a1: &str, a2: Instant) -> Result<(), PortError> {
        self.quality().await.remove_channel(a0, a1, a2).await
    }
    async fn claim_deliveries(
        &self,
        a0: &TenantId,
        a1: &str,
        a2: Instant,
        a3: Instant,
        a4: u32,
    ) -> Result<Vec<StoredDelivery>, PortError> {
        self.quality().await.claim_deliveries(a0, a1, a2, a3, a4).await
    }
    async fn settle_delivery(
        &self,
        a0: &TenantId,
        a1: &str,
        a2: &str,
        a3: Instant,
        a4: Delivered<'_>,
    ) -> Result<(), PortError> {
        self.quality().await.settle_delivery(a0, a1, a2, a3, a4).await
    }
    async fn waiting_deliveries(
        &self,
        a0: &TenantId,
        a1: Instant,
        a2: Instant,
    ) -> Result<Option<Waiting>, PortError> {
        self.quality().await.waiting_deliveries(a0, a1, a2).await
    }
    async fn look_asked(&self, a0: &TenantId, a1: Instant) -> Result<(), PortError> {
        self.quality().await.look_asked(a0, a1).await
    }
    async fn deliveries(&self, a0: &TenantId, a1: &str) -> Result<Vec<StoredDelivery>, PortError> {
        self.quality().await.deliveries(a0, a1).await
    }
    async fn past_deliveries(
        &self,
        a0: &TenantId,
        a1: &Cause,
        a2: Instant,
    ) -> Result<Vec<PastDelivery>, PortError> {
        self.quality().await.past_deliveries(a0, a1, a2).await
    }
}

#[async_trait]
impl RetentionStore for Fake {
    async fn prune(
        &self,
        a0: &TenantId,
        a1: &SourceId,
        a2: Aged,
        a3: Instant,
        a4: u32,
    ) -> Result<u64, PortError> {
        self.quality().await.prune(a0, a1, a2, a3, a4).await
    }
}
