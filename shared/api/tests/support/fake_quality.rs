//! Rules, series and alerts: what the API reads of them is nothing yet, and what it never calls says so.

use async_trait::async_trait;
use forebay_model::alert::{AlertChannel, AlertState, Cause, Silence};
use forebay_model::anomaly::{Anomaly, Point, SeriesKey};
use forebay_model::rule::{ReferenceList, Rule, RuleId, SetAnswer, SetQuery, VersionedRule};
use forebay_model::{Instant, RunId, SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{
    AlertChange, AlertFilter, AlertSaved, AlertStore, AnomalyFilter, AnomalyStore, Delivered, DeliveryStore,
    Edit, LastDelivery, Mark, Measurable, MeasureStore, OutcomeStore, ReferenceListStore, RuleFilter,
    RuleStore, SeriesStore, SetQueryStore, Slice, StoredAlert, StoredDelivery, StoredList, StoredOutcome,
    StoredPoint,
};

use super::fake::{Fake, written};

#[async_trait]
impl RuleStore for Fake {
    async fn put_rule(&self, _: &TenantId, _: &Rule, _: Edit<'_>) -> Result<VersionedRule, PortError> {
        written()
    }
    async fn retire_rule(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &RuleId,
        _: Edit<'_>,
    ) -> Result<VersionedRule, PortError> {
        written()
    }
    async fn rules(
        &self,
        tenant: &TenantId,
        _: &RuleFilter,
        _: Slice,
    ) -> Result<Vec<VersionedRule>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn rule_versions(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &RuleId,
    ) -> Result<Vec<VersionedRule>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
}

#[async_trait]
impl ReferenceListStore for Fake {
    async fn put_list(&self, _: &TenantId, _: &ReferenceList, _: Edit<'_>) -> Result<StoredList, PortError> {
        written()
    }
    async fn retire_list(&self, _: &TenantId, _: &str, _: Edit<'_>) -> Result<StoredList, PortError> {
        written()
    }
    async fn list(
        &self,
        tenant: &TenantId,
        _: &str,
        _: Option<u32>,
    ) -> Result<Option<StoredList>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn lists(&self, tenant: &TenantId, _: Slice) -> Result<Vec<StoredList>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
}

#[async_trait]
impl OutcomeStore for Fake {
    async fn save_outcomes(&self, _: &TenantId, _: &[StoredOutcome]) -> Result<(), PortError> {
        written()
    }
    async fn outcomes_of_run(
        &self,
        tenant: &TenantId,
        _: &RunId,
        _: Option<&StreamName>,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn outcomes_of_rule(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: &RuleId,
        _: Slice,
    ) -> Result<Vec<StoredOutcome>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
}

#[async_trait]
impl SetQueryStore for Fake {
    async fn answer(
        &self,
        _: &TenantId,
        _: &SourceId,
        _: &StreamSchema,
        _: &SetQuery,
    ) -> Result<SetAnswer, PortError> {
        written()
    }
}

#[async_trait]
impl SeriesStore for Fake {
    async fn append_points(
        &self,
        _: &TenantId,
        _: &RunId,
        _: &[(SeriesKey, Point)],
    ) -> Result<(), PortError> {
        written()
    }

    async fn series(
        &self,
        tenant: &TenantId,
        _: &SeriesKey,
        _: Instant,
        _: u32,
    ) -> Result<Vec<StoredPoint>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn stream_series(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
        _: Instant,
        _: u32,
    ) -> Result<Vec<(SeriesKey, Vec<StoredPoint>)>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn series_keys(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: &StreamName,
    ) -> Result<Vec<SeriesKey>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn mark_point(&self, _: &TenantId, _: &SeriesKey, _: &RunId, _: Mark) -> Result<(), PortError> {
        written()
    }
    async fn thin_points(&self, _: &TenantId, _: &SeriesKey, _: &[RunId]) -> Result<(), PortError> {
        written()
    }
}

#[async_trait]
impl MeasureStore for Fake {
    async fn measurable(
        &self,
        tenant: &TenantId,
        _: &SourceId,
        _: Instant,
        _: u32,
    ) -> Result<Vec<Measurable>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn mark_measured(&self, _: &TenantId, _: &RunId, _: &StreamName, _: u64) -> Result<(), PortError> {
        written()
    }
}

#[async_trait]
impl AnomalyStore for Fake {
    async fn save_anomalies(&self, _: &TenantId, _: &[Anomaly]) -> Result<(), PortError> {
        written()
    }

    async fn anomaly(&self, tenant: &TenantId, _: &str) -> Result<Option<Anomaly>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn anomalies(
        &self,
        tenant: &TenantId,
        _: &AnomalyFilter,
        _: Slice,
    ) -> Result<Vec<Anomaly>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn mark_anomaly(&self, _: &TenantId, _: &str, _: Mark) -> Result<Anomaly, PortError> {
        written()
    }
}

#[async_trait]
impl AlertStore for Fake {
    async fn save_alert(&self, _: &TenantId, _: AlertChange<'_>) -> Result<AlertSaved, PortError> {
        written()
    }

    async fn alert(&self, tenant: &TenantId, _: &str) -> Result<Option<StoredAlert>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn unresolved_alert(&self, tenant: &TenantId, _: &Cause) -> Result<Option<StoredAlert>, PortError> {
        self.house(tenant).map(|_| None)
    }
    async fn alerts(
        &self,
        tenant: &TenantId,
        _: &AlertFilter,
        _: Slice,
    ) -> Result<Vec<StoredAlert>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn handle_alert(
        &self,
        _: &TenantId,
        _: &str,
        _: AlertState,
        _: &str,
    ) -> Result<StoredAlert, PortError> {
        written()
    }
    async fn put_silence(&self, _: &TenantId, _: &Silence) -> Result<(), PortError> {
        written()
    }
    async fn silences(&self, tenant: &TenantId, _: Instant) -> Result<Vec<Silence>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn end_silence(&self, _: &TenantId, _: &str, _: Instant) -> Result<Silence, PortError> {
        written()
    }
}

#[async_trait]
impl DeliveryStore for Fake {
    async fn put_channel(&self, _: &TenantId, _: &AlertChannel) -> Result<(), PortError> {
        written()
    }
    async fn channels(&self, tenant: &TenantId) -> Result<Vec<AlertChannel>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn remove_channel(&self, _: &TenantId, _: &str, _: Instant) -> Result<(), PortError> {
        written()
    }
    async fn claim_deliveries(
        &self,
        _: &TenantId,
        _: &str,
        _: Instant,
        _: Instant,
        _: u32,
    ) -> Result<Vec<StoredDelivery>, PortError> {
        written()
    }
    async fn settle_delivery(
        &self,
        _: &TenantId,
        _: &str,
        _: &str,
        _: Instant,
        _: Delivered<'_>,
    ) -> Result<(), PortError> {
        written()
    }
    async fn deliveries(&self, tenant: &TenantId, _: &str) -> Result<Vec<StoredDelivery>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
    async fn last_deliveries(&self, tenant: &TenantId, _: &Cause) -> Result<Vec<LastDelivery>, PortError> {
        self.house(tenant).map(|_| Vec::new())
    }
}
