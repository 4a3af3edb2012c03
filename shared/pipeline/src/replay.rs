//! Dead letters, after a fix: the same raw bytes read with the stream's newest schema.

use std::collections::{BTreeMap, HashMap, HashSet};

use forebay_model::{
    DeadLetter, DeadLetterId, DeadLetterState, PageId, RejectedRecord, SourceId, StreamName, StreamSchema,
    TenantId,
};
use forebay_ports::PortError;
use forebay_ports::repository::PageBatch;
use forebay_transform::read_records;

use crate::engine::Engine;

/// What became of one dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// Loaded now.
    Now,
    /// Loaded by an earlier replay; nothing was changed.
    Before,
    /// Still not acceptable; it stays open.
    Rejected { code: String, reason: String },
    /// The tenant has no such dead letter.
    NotFound,
}

impl Engine {
    /// Replays dead letters, page by page; one result per id, in the order asked. A record that still
    /// does not fit stays a dead letter with its new reason.
    pub async fn replay(&self, tenant: &TenantId, ids: &[DeadLetterId]) -> Result<Vec<Replayed>, PortError> {
        let mut results: HashMap<DeadLetterId, Replayed> = HashMap::new();
        let mut pages: BTreeMap<PageId, Vec<DeadLetter>> = BTreeMap::new();
        for id in ids {
            match self.repository.dead_letter(tenant, id).await? {
                None => drop(results.insert(id.clone(), Replayed::NotFound)),
                Some(letter) if letter.state == DeadLetterState::Replayed => {
                    results.insert(id.clone(), Replayed::Before);
                }
                Some(letter) => pages.entry(letter.page.clone()).or_default().push(letter),
            }
        }
        for (page, letters) in pages {
            results.extend(self.replay_page(tenant, &page, letters).await?);
        }
        Ok(ids.iter().map(|id| results.get(id).cloned().unwrap_or(Replayed::NotFound)).collect())
    }

    async fn replay_page(
        &self,
        tenant: &TenantId,
        page: &PageId,
        letters: Vec<DeadLetter>,
    ) -> Result<Vec<(DeadLetterId, Replayed)>, PortError> {
        let stored = self.repository.page(tenant, page).await?;
        let page = stored.ok_or_else(|| PortError::NotFound { what: format!("page {page}") })?.page;
        let schema = self.newest_schema(tenant, &page.source, &page.stream).await?;
        let body = self.raw_page(&page).await?;
        let ordinals: HashSet<u32> = letters.iter().map(|l| l.ordinal).collect();
        let typed = read_records(&schema, &body, page.observed, |o| ordinals.contains(&o))
            .map_err(|e| PortError::Rejected { service: "replay", detail: e.to_string() })?;
        let rejected: HashMap<u32, RejectedRecord> =
            typed.rejected.iter().map(|r| (r.ordinal, r.clone())).collect();
        self.repository.prepare_table(&schema).await?;
        let batch = PageBatch {
            page: &page,
            schema: &schema,
            records: typed.records,
            rejected: typed.rejected,
            deletes: typed.deletes,
            at: self.clock.now(),
        };
        self.repository.replay_records(batch).await?;
        let result = |letter: DeadLetter| match rejected.get(&letter.ordinal) {
            None => (letter.id, Replayed::Now),
            Some(r) => (letter.id, Replayed::Rejected { code: r.code.clone(), reason: r.reason.clone() }),
        };
        Ok(letters.into_iter().map(result).collect())
    }

    async fn newest_schema(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<StreamSchema, PortError> {
        let schemas = self.repository.schemas(tenant, source).await?;
        let newest = schemas.into_iter().find(|s| s.schema.stream == *stream);
        newest
            .map(|s| s.schema)
            .ok_or_else(|| PortError::NotFound { what: format!("the schema of stream {stream}") })
    }
}
