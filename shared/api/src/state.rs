//! What the edge is given: everything it needs from the outside, behind traits.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use forebay_model::lineage::DatasetName;
use forebay_model::profile::{ColumnProfile, RelationsProfile};
use forebay_model::rule::{ReferenceList, Rule};
use forebay_model::{SourceConfig, StreamSchema};
use forebay_pipeline::RunProfiles;
use forebay_pipeline::comparison::Comparison;
use forebay_ports::{Clock, PortError, Repository};

use crate::commands::Commands;
use crate::identity::Identify;

/// Everything the routes use. Building it must cost nothing: what is slow to open is opened on first use.
pub struct ApiState {
    pub repository: Arc<dyn RepositoryProvider>,
    pub commands: Arc<dyn Commands>,
    pub identity: Arc<dyn Identify>,
    pub clock: Arc<dyn Clock>,
    pub profiles: Arc<dyn FinishProfiles>,
    pub datasets: Arc<dyn NameDatasets>,
    pub rules: Arc<dyn CheckRule>,
    /// The built web app's folder, with its `index.html`; `None` serves no pages.
    pub web_root: Option<PathBuf>,
}

/// Opens the repository on first use and gives the same one from then on, so that start-up costs nothing.
#[async_trait]
pub trait RepositoryProvider: Send + Sync {
    async fn repository(&self) -> Result<Arc<dyn Repository>, PortError>;
}

/// Turns stored, mergeable states into figures.
pub trait FinishProfiles: Send + Sync {
    /// Merges the states, in any order, and finishes them as the profile of `column`. No states is the
    /// profile of no rows. What `others`, states of the same column, show to be personal data is masked here too.
    /// The error says in words which state could not be read.
    fn finish(&self, column: &str, states: &[Vec<u8>], others: &[Vec<u8>]) -> Result<ColumnProfile, String>;

    /// Gives outliers their examples, from the states of the records at both ends; `key` names the stream's key
    /// columns, whose values are left out where they are personal data.
    fn explain(
        &self,
        profiles: &mut [ColumnProfile],
        key: &[String],
        states: &[Vec<u8>],
    ) -> Result<(), String>;

    /// What changed of a stream's columns from one run to another; what either of them, or one of `known`, shows to be
    /// personal data is masked.
    fn compare(
        &self,
        before: &RunProfiles,
        after: &RunProfiles,
        known: &HashMap<String, Vec<Vec<u8>>>,
    ) -> Result<Comparison, String>;

    /// The same for what holds between the columns of one stream.
    fn finish_relations(&self, states: &[Vec<u8>]) -> Result<RelationsProfile, String>;
}

/// Says whether a rule can be checked, before it is kept.
pub trait CheckRule: Send + Sync {
    /// `schemas` are those of the rule's source, `lists` the reference lists that it names. Each fault is a
    /// sentence that names its field and what to do, and no value.
    fn check(
        &self,
        rule: &Rule,
        schemas: &[StreamSchema],
        lists: &[ReferenceList],
    ) -> Result<(), Vec<String>>;
}

/// Names a stream's datasets as its lineage facts name them.
pub trait NameDatasets: Send + Sync {
    fn datasets(&self, source: &SourceConfig, schema: &StreamSchema) -> StreamDatasets;
}

/// The three datasets a stream's records pass through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamDatasets {
    /// The record type at the source.
    pub source: DatasetName,
    /// The raw pages.
    pub raw: DatasetName,
    /// The typed table.
    pub table: DatasetName,
}
