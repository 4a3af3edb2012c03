//! What a stream's records look like, as mergeable states per run, and rolled up over several.

use async_trait::async_trait;
use forebay_model::{Instant, PageId, RunId, SourceId, StreamName, TenantId};

use crate::error::PortError;

/// What a state is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateKind {
    /// One column; named as it is.
    Column,
    /// Several columns of one record: correlation, association, dependencies.
    Relations,
    /// Rules on columns and on records.
    Rules,
    /// Records at the ends of columns, with their addresses.
    Ends,
}

/// A mergeable state, opaque to the store. Kind and name say whose it is; a name has at most 110 characters
/// where it is no column's, and never begins with `[`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredState {
    pub kind: StateKind,
    pub name: String,
    pub state: Vec<u8>,
}

/// What `save_profiles` and `roll_up` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profiled {
    Saved,
    /// Another writer was first: read the states again and merge anew.
    Changed,
}

/// Names a period as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeriodKey {
    /// Its newest run.
    pub run: RunId,
    /// Of several runs, whose own states are gone.
    pub rolled_up: bool,
    /// Rises with every change.
    pub revision: u64,
}

/// A stream's states over one run, or over several that were rolled up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfilePeriod {
    pub key: PeriodKey,
    /// When the first and the newest of its runs began.
    pub from: Instant,
    pub to: Instant,
    pub runs: u32,
    /// In the order in which they were saved.
    pub states: Vec<StoredState>,
}

/// Which periods of a stream are wanted.
#[derive(Debug, Clone)]
pub struct PeriodQuery<'a> {
    pub source: &'a SourceId,
    pub stream: &'a StreamName,
    /// One state of each period instead of all; a period that does not have it is left out.
    pub only: Option<(StateKind, &'a str)>,
    /// Periods whose newest run began then or later.
    pub since: Option<Instant>,
    /// Periods whose newest run began before.
    pub until: Option<Instant>,
    /// Only periods with a landed page some of whose records were not dead-lettered: one read steps over any number
    /// of runs that brought nothing.
    pub with_records: bool,
    pub limit: u32,
}

/// The states of several periods, merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUp {
    /// The newest of the runs.
    pub run: RunId,
    pub from: Instant,
    pub to: Instant,
    pub runs: u32,
    pub states: Vec<StoredState>,
}

/// Guarantees:
/// - `save_profiles` replaces the run's states of every kind and marks the pages as profiled together, and
///   only if the stream run's profile revision is still `revision` and none of the pages was profiled
///   before; else it changes nothing. So every page counts once, in all of them.
/// - `roll_up` replaces the named periods by one, and only if each of them is still as it was read; else it
///   changes nothing. So nothing that a page adds meanwhile is lost or counted twice.
/// - A page of a run that was rolled up is counted all the same: it begins the run's states anew, and the next
///   roll-up takes them in.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// The revision and the states of a run's stream; revision 0 and none before the first save.
    async fn run_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
    ) -> Result<(u64, Vec<StoredState>), PortError>;

    /// Of these pages, those to be profiled now: landed and not yet profiled, or unknown. A page that
    /// was announced but whose cursor was never saved does not count in its run, so it must not count
    /// in its profile.
    async fn unprofiled(&self, tenant: &TenantId, pages: &[PageId]) -> Result<Vec<PageId>, PortError>;

    async fn save_profiles(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: &StreamName,
        revision: u64,
        states: &[StoredState],
        pages: &[PageId],
    ) -> Result<Profiled, PortError>;

    /// Newest first. Of a run that was rolled up and got a page later, its own period comes before the
    /// rolled-up one.
    async fn profile_periods(
        &self,
        tenant: &TenantId,
        query: &PeriodQuery<'_>,
    ) -> Result<Vec<ProfilePeriod>, PortError>;

    async fn roll_up(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        replaced: &[PeriodKey],
        by: &RollUp,
    ) -> Result<Profiled, PortError>;
}
