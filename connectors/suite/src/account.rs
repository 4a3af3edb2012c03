//! What the suite has to be told of a vendor.

use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_model::{ConnectorKind, SourceConfig, SourceId, TenantId};
use serde_json::{Map, Value};

/// How large an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Some thousand records at most; every stream has some.
    Small,
    /// At least twice as many.
    Larger,
}

/// A vendor: its connector, and accounts to try it on.
#[async_trait]
pub trait Vendor: Send + Sync {
    fn connector(&self) -> Row;

    /// An account of its own, with no limits of the day.
    async fn account(&self, size: Size) -> Result<Box<dyn Account>>;
}

/// A simulated account with the control plane that all of them have.
pub trait Account: Send + Sync {
    /// Where the account and its control plane (`/_control`) answer.
    fn base_url(&self) -> &str;

    /// Settings of a source that reads the account. Pages are small and waits short.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// Further settings by which each run looks for all there is, where a connector would put some of it
    /// off to another hour: a list of what was archived, a log. What an increment costs is measured
    /// without them.
    fn thorough(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Further settings by which an increment reads as little again as it may: an overlap just above what
    /// the account's faults may hide for a moment, and no second pass. A cursor that moved too far then does
    /// not heal by itself.
    fn narrow(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Purpose and value of each secret.
    fn secrets(&self) -> Vec<(&'static str, String)>;

    /// The table of the control plane that holds a stream's truth; `None` where there is none to compare
    /// with, such as a log.
    fn table(&self, stream: &str) -> Option<String> {
        Some(stream.to_owned())
    }

    /// A true row as the source would write it.
    fn written(&self, _stream: &str, row: Map<String, Value>) -> Value {
        Value::Object(row)
    }

    /// What may happen in the middle of a run beyond what happens with every vendor.
    fn offer(&self) -> Offer;

    /// What is added to an order of changes: what would show only after a longer while is left out.
    fn change_options(&self) -> Map<String, Value> {
        Map::new()
    }

    /// Orders of changes, the last of which takes rows away in a manner that shows only after a longer while.
    fn slow_changes(&self) -> Option<SlowChanges> {
        None
    }
}

/// Changes that show only after a while.
#[derive(Debug, Clone)]
pub struct SlowChanges {
    /// What is ordered, one after the other.
    pub orders: Vec<Value>,
    /// When all of it shows.
    pub shows: Duration,
    /// Rows that are no more, and until then are not known to be, at most.
    pub rows: u32,
}

/// What an account offers to go wrong.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Tables whose permission may be taken away, and given back.
    pub deniable: Vec<&'static str>,
    /// Tables that may show no rows any more without a word, and show them again: `silence_table`.
    pub silenceable: Vec<&'static str>,
    /// Columns, as `table.column`, that may be hidden, and shown again with their values.
    pub rejectable: Vec<&'static str>,
    /// Orders of the vendor's own faults. Calming the account takes them back.
    pub faults: Vec<Value>,
    /// Orders of the vendor's own changes.
    pub changes: Vec<Value>,
}

impl Offer {
    /// Without what takes a discovery to be seen again.
    #[must_use]
    pub fn without_discovery(self) -> Self {
        Self { deniable: Vec::new(), rejectable: Vec::new(), ..self }
    }
}

/// How a source is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Each run looks for all there is; users let it be put off.
    pub thorough: bool,
    /// What there is to read is discovered in each run.
    pub rediscovering: bool,
    /// Increments overlap as little as they may.
    pub narrow: bool,
}

impl Reading {
    /// Each run looks for all there is.
    pub const THOROUGH: Self = Self { thorough: true, rediscovering: false, narrow: false };
}

/// The source that reads an account.
pub(crate) fn source(kind: &str, account: &dyn Account, reading: Reading) -> Result<SourceConfig> {
    let mut settings = account.settings();
    if reading.thorough {
        settings.extend(account.thorough());
    }
    if reading.narrow {
        settings.extend(account.narrow());
    }
    let hours = if reading.rediscovering { 0 } else { 24 };
    settings.push(("discovery_hours", hours.to_string()));
    let secrets = account.secrets();
    Ok(SourceConfig {
        tenant: TenantId::new("acme")?,
        id: SourceId::new("tried")?,
        connector: ConnectorKind::new(kind)?,
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        secrets: secrets.into_iter().map(|(name, _)| (name.to_owned(), name.to_owned())).collect(),
    })
}
