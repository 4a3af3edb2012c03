//! What was unusual, whom to tell, and what became of telling them.

use async_trait::async_trait;
use forebay_model::alert::{Alert, AlertChannel, AlertState, Cause, CauseKind, Folded, Silence};
use forebay_model::anomaly::{Anomaly, Metric};
use forebay_model::rule::Severity;
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};

use super::{Mark, Slice};
use crate::error::PortError;

/// All of those given must match.
#[derive(Debug, Clone, Default)]
pub struct AnomalyFilter {
    pub source: Option<SourceId>,
    pub stream: Option<StreamName>,
    pub run: Option<RunId>,
    pub metric: Option<Metric>,
    /// At that time or later.
    pub since: Option<Instant>,
}

/// Guarantees: an anomaly is one however often it is saved; saved again it keeps its mark. Marking it marks the
/// point of its series too, together.
#[async_trait]
pub trait AnomalyStore: Send + Sync {
    async fn save_anomalies(&self, tenant: &TenantId, anomalies: &[Anomaly]) -> Result<(), PortError>;

    async fn anomaly(&self, tenant: &TenantId, id: &str) -> Result<Option<Anomaly>, PortError>;

    /// Newest first; `Slice::after` is an anomaly's id.
    async fn anomalies(
        &self,
        tenant: &TenantId,
        filter: &AnomalyFilter,
        slice: Slice,
    ) -> Result<Vec<Anomaly>, PortError>;

    /// Gives it as it is then. `NotFound` where there is none.
    async fn mark_anomaly(&self, tenant: &TenantId, id: &str, mark: Mark) -> Result<Anomaly, PortError>;
}

/// An alert, and how often it was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAlert {
    pub alert: Alert,
    /// From 1.
    pub version: u64,
}

/// An alert as it becomes, and who is to be told.
#[derive(Debug, Clone)]
pub struct AlertChange<'a> {
    pub alert: &'a Alert,
    /// The version that was read; 0 for a new one.
    pub version: u64,
    /// Saved with it.
    pub deliveries: &'a [Delivery],
}

/// That a run's findings are taken into the alerts of a stream, or of its source as a whole.
#[derive(Debug, Clone)]
pub struct AlertFold<'a> {
    pub source: &'a SourceId,
    pub stream: Option<&'a StreamName>,
    /// What [`AlertStore::folded`] gave from this run on, by which the changes were decided.
    pub read: &'a [Folded],
    /// Takes the place of what was folded of its run.
    pub folded: &'a Folded,
    pub at: Instant,
}

/// All of those given must match.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    pub state: Option<AlertState>,
    pub source: Option<SourceId>,
    pub stream: Option<StreamName>,
    pub kind: Option<CauseKind>,
}

/// Guarantees:
/// - An alert is saved only over the version that was read, else `Conflict`. Changes, their deliveries and what is
///   folded with them are saved together or not at all. The same again changes nothing.
/// - Of a cause, one alert at most is not resolved; a second is `Conflict`.
/// - Changes that follow from what was folded are saved only while nothing else was folded of that run or of a
///   later one, else `Conflict`.
#[async_trait]
pub trait AlertStore: Send + Sync {
    async fn save_alerts(
        &self,
        tenant: &TenantId,
        changes: &[AlertChange<'_>],
        fold: Option<&AlertFold<'_>>,
    ) -> Result<(), PortError>;

    /// What was folded of a stream, or of the source as a whole: of this run and of later ones, in order of run.
    async fn folded(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: Option<&StreamName>,
        from: &RunId,
    ) -> Result<Vec<Folded>, PortError>;

    /// Forgets what was folded of a source before then, but for what was folded last of each stream, and of the
    /// source as a whole.
    async fn forget_folded(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        before: Instant,
    ) -> Result<(), PortError>;

    async fn alert(&self, tenant: &TenantId, id: &str) -> Result<Option<StoredAlert>, PortError>;

    /// The alert of this cause that is not resolved.
    async fn unresolved_alert(
        &self,
        tenant: &TenantId,
        cause: &Cause,
    ) -> Result<Option<StoredAlert>, PortError>;

    /// Those of a source that are not resolved, or were last seen then or later: what a run's findings are folded
    /// into. The last opened first.
    async fn current_alerts(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        seen_since: Instant,
    ) -> Result<Vec<StoredAlert>, PortError>;

    /// The last opened first; `Slice::after` is an alert's id.
    async fn alerts(
        &self,
        tenant: &TenantId,
        filter: &AlertFilter,
        slice: Slice,
    ) -> Result<Vec<StoredAlert>, PortError>;

    /// Acknowledges or resolves it, by whom and when; the same again changes nothing. Nothing leads back: `Conflict`.
    async fn handle_alert(
        &self,
        tenant: &TenantId,
        id: &str,
        to: AlertState,
        by: &str,
        at: Instant,
    ) -> Result<StoredAlert, PortError>;

    /// Writes it; one with the same id is replaced.
    async fn put_silence(&self, tenant: &TenantId, silence: &Silence) -> Result<(), PortError>;

    /// Those that end after `from`, in order of end and id; `Instant::MIN` gives all.
    async fn silences(&self, tenant: &TenantId, from: Instant) -> Result<Vec<Silence>, PortError>;

    /// It ends then, if it would later. `NotFound` where there is none.
    async fn end_silence(&self, tenant: &TenantId, id: &str, at: Instant) -> Result<Silence, PortError>;
}

/// That an alert is to be sent to a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Derived from what it is: the same delivery saved twice is one.
    pub id: String,
    /// The channel's id.
    pub channel: String,
    /// As it was then.
    pub alert: Alert,
    pub due: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    Pending,
    Sent,
    /// Given up.
    Failed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredDelivery {
    pub delivery: Delivery,
    pub state: DeliveryState,
    /// How often somebody took it on.
    pub attempts: u32,
    /// What went wrong last, in words; holds no secret.
    pub error: Option<String>,
    /// When it was sent or given up.
    pub done: Option<Instant>,
}

/// A delivery that was sent or is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDelivery {
    pub channel: String,
    pub due: Instant,
    pub severity: Severity,
}

/// What is still to be sent of a tenant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When the first of it can be taken on: when it is due, or the lease of who has it is over.
    pub ready: Instant,
    /// For when somebody asked to look at deliveries: the first such time later than the one named.
    pub asked: Option<Instant>,
}

/// What a holder made of a delivery.
#[derive(Debug, Clone)]
pub enum Delivered<'a> {
    Sent,
    /// Due again then.
    Again {
        due: Instant,
        error: &'a str,
    },
    GivenUp {
        error: &'a str,
    },
}

/// Guarantees: a delivery that is due is given to one holder at a time, for as long as its lease; one that said
/// nothing until then, as when it was killed, loses it to the next. So a delivery can be sent twice and
/// is never lost. A channel that was removed has no deliveries any more.
#[async_trait]
pub trait DeliveryStore: Send + Sync {
    /// Writes it; one with the same id is replaced.
    async fn put_channel(&self, tenant: &TenantId, channel: &AlertChannel) -> Result<(), PortError>;

    /// In order of id.
    async fn channels(&self, tenant: &TenantId) -> Result<Vec<AlertChannel>, PortError>;

    /// Its pending deliveries are given up. What is not there is no error.
    async fn remove_channel(&self, tenant: &TenantId, id: &str, at: Instant) -> Result<(), PortError>;

    /// The longest due first.
    async fn claim_deliveries(
        &self,
        tenant: &TenantId,
        holder: &str,
        now: Instant,
        lease_until: Instant,
        limit: u32,
    ) -> Result<Vec<StoredDelivery>, PortError>;

    /// What became of it. That it was sent counts from whomever; the rest only from who still holds it, and
    /// changes nothing otherwise.
    async fn settle_delivery(
        &self,
        tenant: &TenantId,
        id: &str,
        holder: &str,
        at: Instant,
        delivered: Delivered<'_>,
    ) -> Result<(), PortError>;

    /// What is pending at `now`; of looks that were asked for, the first one later than `after`.
    async fn waiting_deliveries(
        &self,
        tenant: &TenantId,
        now: Instant,
        after: Instant,
    ) -> Result<Option<Waiting>, PortError>;

    /// Remembers, with what can be taken on by `at`, that a look is asked for at that time.
    async fn look_asked(&self, tenant: &TenantId, at: Instant) -> Result<(), PortError>;

    /// Of an alert, the latest due first.
    async fn deliveries(&self, tenant: &TenantId, alert: &str) -> Result<Vec<StoredDelivery>, PortError>;

    /// Of a cause, those that were due then or later, whether they were sent or are on their way; the latest
    /// due first.
    async fn past_deliveries(
        &self,
        tenant: &TenantId,
        cause: &Cause,
        since: Instant,
    ) -> Result<Vec<PastDelivery>, PortError>;
}
