//! What tenants demand of their data, in versions, and what came of it.

use async_trait::async_trait;
use forebay_model::rule::{ReferenceList, Rule, RuleId, RuleOutcome, SetAnswer, SetQuery, VersionedRule};
use forebay_model::{Instant, RunId, SourceId, StreamName, StreamSchema, TenantId};

use super::Slice;
use crate::error::PortError;

/// Who changes something, when, and what they took it to be.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    /// The newest version that the author knows; 0 where there is none.
    pub expected: u32,
    /// An identity's name, never a token.
    pub author: &'a str,
    pub at: Instant,
}

/// All of those given must match.
#[derive(Debug, Clone, Default)]
pub struct RuleFilter {
    pub source: Option<SourceId>,
    pub stream: Option<StreamName>,
}

/// How many rules of one stream may hold at once. Every rule is held against every record; those that ask tables
/// cost a scan in every run as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleCaps {
    pub rules: u32,
    /// Of them, those that [ask tables](forebay_model::rule::Expectation::asks_tables).
    pub asking_tables: u32,
}

impl Default for RuleCaps {
    /// 500 rules keep a run's states of rules below 2 MB (4 kB each), and the time for a record below that of
    /// parsing it; 20 scans of a table of a million records fit into what a run may take for them.
    fn default() -> Self {
        Self { rules: 500, asking_tables: 20 }
    }
}

/// Which cap a rule would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleCap {
    Rules,
    AskingTables,
}

/// What became of a rule that was to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum RulePut {
    Written(Box<VersionedRule>),
    /// So many rules of the stream hold without it, and no more may.
    Full {
        cap: RuleCap,
        count: u32,
        limit: u32,
    },
}

/// Guarantees: versions count from 1 without gaps and never change; a change is written only if `expected`
/// is the newest version, else `Conflict`, so of two authors at once one gets it. Sending the change that made
/// the newest version once more gives that version and makes no other. A name has 1 to 100 characters, else `Rejected`.
/// Of any number of authors at once, none gets a stream above its caps; a rule that holds already, and one that
/// asks tables already, can be changed whatever the caps are.
#[async_trait]
pub trait RuleStore: Send + Sync {
    /// A rule that was retired holds again with its next version.
    async fn put_rule(
        &self,
        tenant: &TenantId,
        rule: &Rule,
        edit: Edit<'_>,
        caps: RuleCaps,
    ) -> Result<RulePut, PortError>;

    /// Makes a version that says the rule holds no more. `NotFound` where there is none.
    async fn retire_rule(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
        edit: Edit<'_>,
    ) -> Result<VersionedRule, PortError>;

    /// The newest version of each, retired ones too, in order of source, stream and id. `Slice::after` is
    /// `{source}/{stream}/{id}`.
    async fn rules(
        &self,
        tenant: &TenantId,
        filter: &RuleFilter,
        slice: Slice,
    ) -> Result<Vec<VersionedRule>, PortError>;

    /// Every version, newest first; empty where there is no such rule.
    async fn rule_versions(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
    ) -> Result<Vec<VersionedRule>, PortError>;
}

/// A reference list in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredList {
    /// Without values in a summary.
    pub list: ReferenceList,
    /// How many values it has.
    pub count: u64,
    pub version: u32,
    pub since: Instant,
    pub author: String,
    pub retired: bool,
}

/// Guarantees: as those of [`RuleStore`], list by list.
#[async_trait]
pub trait ReferenceListStore: Send + Sync {
    async fn put_list(
        &self,
        tenant: &TenantId,
        list: &ReferenceList,
        edit: Edit<'_>,
    ) -> Result<StoredList, PortError>;

    /// Its next version is retired and holds no values.
    async fn retire_list(
        &self,
        tenant: &TenantId,
        name: &str,
        edit: Edit<'_>,
    ) -> Result<StoredList, PortError>;

    /// The newest version, or the one that is asked for.
    async fn list(
        &self,
        tenant: &TenantId,
        name: &str,
        version: Option<u32>,
    ) -> Result<Option<StoredList>, PortError>;

    /// The newest version of each without its values, retired ones too, in order of name, which `Slice::after` is.
    async fn lists(&self, tenant: &TenantId, slice: Slice) -> Result<Vec<StoredList>, PortError>;
}

/// What a rule came to, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOutcome {
    pub source: SourceId,
    pub stream: StreamName,
    pub at: Instant,
    pub outcome: RuleOutcome,
}

/// Guarantees: of a run, a stream and a rule there is one outcome, the last one saved; only one that whole tables
/// [answered](RuleOutcome::answered) stays where another of the same version comes that they did not answer.
#[async_trait]
pub trait OutcomeStore: Send + Sync {
    async fn save_outcomes(&self, tenant: &TenantId, outcomes: &[StoredOutcome]) -> Result<(), PortError>;

    /// In order of stream and rule.
    async fn outcomes_of_run(
        &self,
        tenant: &TenantId,
        run: &RunId,
        stream: Option<&StreamName>,
    ) -> Result<Vec<StoredOutcome>, PortError>;

    /// Newest run first; `Slice::after` is a run id.
    async fn outcomes_of_rule(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rule: &RuleId,
        slice: Slice,
    ) -> Result<Vec<StoredOutcome>, PortError>;
}

/// Guarantees: the answer is what `SetQuery` means, exact over all live records of the source's streams; its
/// counts are of one moment. A number and a text are the same key where the text is that number, by
/// `forebay_model::rule::number_in`. Columns that cannot be compared are `Rejected`, as are a column that is not there
/// and what cannot be computed, such as a sum that no decimal holds: no rule ever holds because of it. A stream that
/// has no table yet is `NotFound`. A question that nobody waits for any more is not worked on.
#[async_trait]
pub trait SetQueryStore: Send + Sync {
    async fn answer(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        query: &SetQuery,
    ) -> Result<SetAnswer, PortError>;
}
