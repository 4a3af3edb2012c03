//! The ports a step needs, and what it remembers between calls to save work. Nothing remembered here
//! is needed for correctness: another process knows none of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use forebay_model::{PageDescriptor, RunId, SourceConfig, SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::{Clock, EventPublisher, PortError, RawStore, Repository, WorkQueue};
use forebay_transform::lineage::Namespaces;

use crate::codec;
use crate::sensitivity::Sensitivity;

type SchemaKey = (TenantId, SourceId, StreamName, u32);

/// Names the systems a source's data passes, for lineage.
pub type NamespacesOf = dyn Fn(&SourceConfig) -> Namespaces + Send + Sync;

/// Everything the pipeline works with.
pub struct Engine {
    pub repository: Arc<dyn Repository>,
    pub raw: Arc<dyn RawStore>,
    pub events: Arc<dyn EventPublisher>,
    pub clock: Arc<dyn Clock>,
    /// How long a process that reads a run holds it without saying so again. A killed process costs the
    /// next one this long.
    pub claim_life: Duration,
    /// How long the tables may be asked for the rules of one stream in one run; the rest are asked first in the next
    /// run.
    pub asking_tables: Duration,
    /// Streams' parts of runs that are measured in one look; what is left has a look of its own.
    pub parts_at_once: u32,
    /// How readily what was measured is called unusual.
    pub sensitivity: Sensitivity,
    /// Who is asked to look at quality; without one, the caller looks.
    pub queue: Option<Arc<dyn WorkQueue>>,
    namespaces: Box<NamespacesOf>,
    schemas: Mutex<HashMap<SchemaKey, Arc<StreamSchema>>>,
    traced: Mutex<HashSet<(RunId, StreamName, u32)>>,
}

const CLAIM_LIFE: Duration = Duration::from_secs(60);

/// A scan of a table of a million records takes about a second; twenty of them, which a stream may have, have
/// room to spare. All of a source's streams are measured one after the other.
const ASKING_TABLES: Duration = Duration::from_secs(30);

/// As many as fit into a look, with room to spare for what else it does.
const PARTS_AT_ONCE: u32 = 100;

/// Above this many remembered entries a cache starts over.
const CACHE_LIMIT: usize = 1_024;

impl Engine {
    pub fn new(
        repository: Arc<dyn Repository>,
        raw: Arc<dyn RawStore>,
        events: Arc<dyn EventPublisher>,
        clock: Arc<dyn Clock>,
        namespaces: Box<NamespacesOf>,
    ) -> Self {
        Self {
            repository,
            raw,
            events,
            clock,
            claim_life: CLAIM_LIFE,
            asking_tables: ASKING_TABLES,
            parts_at_once: PARTS_AT_ONCE,
            sensitivity: Sensitivity::default(),
            queue: None,
            namespaces,
            schemas: Mutex::default(),
            traced: Mutex::default(),
        }
    }

    /// The schema that reads a page.
    pub(crate) async fn schema_of(&self, page: &PageDescriptor) -> Result<Arc<StreamSchema>, PortError> {
        let key = (page.tenant.clone(), page.source.clone(), page.stream.clone(), page.schema_version);
        if let Some(known) = self.schemas.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let stored =
            self.repository.schema(&page.tenant, &page.source, &page.stream, page.schema_version).await?;
        let Some(stored) = stored else {
            return Err(PortError::NotFound {
                what: format!("version {} of the schema of stream {}", page.schema_version, page.stream),
            });
        };
        let schema = Arc::new(stored.schema);
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        if schemas.len() >= CACHE_LIMIT {
            schemas.clear();
        }
        schemas.insert(key, Arc::clone(&schema));
        Ok(schema)
    }

    /// A page's raw bytes, as the source sent them.
    pub async fn raw_page(&self, page: &PageDescriptor) -> Result<Vec<u8>, PortError> {
        let object: Bytes = self.raw.get(&page.blob).await?;
        codec::decompress(&object, page.bytes)
    }

    /// States a stream's lineage for a run, once per schema.
    pub(crate) async fn trace(&self, page: &PageDescriptor, schema: &StreamSchema) -> Result<(), PortError> {
        let key = (page.run.clone(), page.stream.clone(), page.schema_version);
        if self.traced.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
            return Ok(());
        }
        let source = self.repository.source(&page.tenant, &page.source).await?.ok_or_else(|| {
            PortError::NotFound { what: format!("source {} of a landed page", page.source) }
        })?;
        let namespaces = (self.namespaces)(&source);
        let edges = forebay_transform::lineage::edges(&namespaces, &page.tenant, &page.source, schema);
        self.repository.record_lineage(&page.tenant, &page.run, &edges, self.clock.now()).await?;
        let mut traced = self.traced.lock().unwrap_or_else(PoisonError::into_inner);
        if traced.len() >= CACHE_LIMIT {
            traced.clear();
        }
        traced.insert(key);
        Ok(())
    }
}
