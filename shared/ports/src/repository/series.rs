//! What is measured of streams over time, and what is still to be measured.

use async_trait::async_trait;
use forebay_model::anomaly::{Point, SeriesKey};
use forebay_model::{Instant, RunId, SourceId, StreamName, TenantId};

use crate::error::PortError;

/// What people made of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    None,
    /// It looked unusual and is not.
    FalseAlarm,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredPoint {
    pub run: RunId,
    pub point: Point,
    pub mark: Mark,
}

/// Guarantees: a series has one point per run, the last one appended; a mark stays with it. Points come in
/// order of time; of a limited read they are the newest. Values are finite, else `Rejected`, and nothing is written.
#[async_trait]
pub trait SeriesStore: Send + Sync {
    async fn append_points(
        &self,
        tenant: &TenantId,
        run: &RunId,
        points: &[(SeriesKey, Point)],
    ) -> Result<(), PortError>;

    async fn series(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<StoredPoint>, PortError>;

    /// Every series of these columns of a stream (the empty one is the stream as a whole) with its points since then, at
    /// most `limit` each, in order of key. A column has ten series or so: name as many as there is room for.
    async fn stream_series(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        columns: &[&str],
        since: Instant,
        limit: u32,
    ) -> Result<Vec<(SeriesKey, Vec<StoredPoint>)>, PortError>;

    /// In order.
    async fn series_keys(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Vec<SeriesKey>, PortError>;

    /// `NotFound` where the series has no point of the run.
    async fn mark_point(
        &self,
        tenant: &TenantId,
        key: &SeriesKey,
        run: &RunId,
        mark: Mark,
    ) -> Result<(), PortError>;

    /// Removes the points of these runs, those that are there.
    async fn thin_points(&self, tenant: &TenantId, key: &SeriesKey, runs: &[RunId]) -> Result<(), PortError>;
}

/// A stream's part of a run that can be measured now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurable {
    pub run: RunId,
    pub stream: StreamName,
    /// The revision of its profile.
    pub revision: u64,
    /// When the run began.
    pub started: Instant,
}

/// Guarantees: a stream's part of a run is measurable once it has ended and each of its landed pages is profiled
/// or can never be applied; it is until it was marked at its profile's revision, and again when that has
/// risen. So a measurement that was cut short is made again, and one of a run without records is made at all.
/// What was rolled up counts as measured.
#[async_trait]
pub trait MeasureStore: Send + Sync {
    /// Of runs that began then or later; oldest run first.
    async fn measurable(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Measurable>, PortError>;

    /// A revision below the marked one changes nothing.
    async fn mark_measured(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
    ) -> Result<(), PortError>;
}
