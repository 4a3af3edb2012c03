//! Typed tables and their history.
//!
//! The pages of one source follow each other: a deletion reaches other streams' tables, so the lock that
//! `apply_page` holds is the source's. What a page does is decided in memory (`crate::plan`); here is what
//! is read for that, and how it is written.

mod deletions;
mod letters;
mod load;
mod marks;
mod policy;
mod read;
pub(super) mod texts;
mod write;

use async_trait::async_trait;
use forebay_model::{PageDescriptor, PageOutcome, SourceId, StreamSchema, TenantId, schema::table_name};
use forebay_ports::PortError;
use forebay_ports::repository::{Applied, PageBatch, RecordPage, RecordStore, Slice, StoredRecord};

use self::deletions::Arrivals;
use self::policy::Policy;
use super::retry::again;
use super::{SqlRepository, pages};
use crate::driver::{Transaction, WriteKind};
use crate::table::PAGE;

/// What the steps of one page share.
struct PageWork<'a> {
    repository: &'a SqlRepository,
    tx: &'a mut dyn Transaction,
    page: &'a PageDescriptor,
    /// That of the page's own stream.
    policy: Policy,
}

impl SqlRepository {
    /// Every table that the page may write exists.
    async fn prepare_tables(&self, batch: &PageBatch<'_>) -> Result<(), PortError> {
        self.layouts.renew(self.db.as_ref()).await?;
        self.layouts.ensure(self.db.as_ref(), batch.schema).await?;
        let connector = &batch.schema.connector;
        let parent = batch.schema.parent.as_ref().map(|p| &p.stream);
        for stream in batch.deletes.iter().map(|d| &d.stream).chain(parent) {
            let table = table_name(connector, stream);
            self.layouts.ensure_bare(self.db.as_ref(), &table, connector.as_str(), stream.as_str()).await?;
        }
        Ok(())
    }

    /// Starts the page's transaction: from here on it is alone with its source's tables.
    async fn begin_page(&self, page: &PageDescriptor) -> Result<Box<dyn Transaction>, PortError> {
        let mut tx = self.begin(&page.tenant).await?;
        tx.lock(&format!("records/{}/{}", page.tenant, page.source)).await?;
        Ok(tx)
    }

    /// Loads records and deletions into their tables; gives what became of them.
    async fn load(&self, tx: &mut dyn Transaction, batch: PageBatch<'_>) -> Result<PageOutcome, PortError> {
        let policy = Policy::of(batch.schema);
        let mut work = PageWork { repository: self, tx, page: batch.page, policy };
        let arrivals: Arrivals = work.arrivals(batch.schema, batch.records, batch.deletes).await?;
        let own = batch.schema.table();
        let mut outcome = PageOutcome::default();
        for (table, arrivals) in arrivals {
            let is_own = table == own;
            let done = work.load_table(&table, arrivals, is_own).await?;
            outcome.add(&done);
        }
        // Last, because histories are folded by the marks that there were.
        if batch.schema.parent.is_some() {
            work.save_marks(&own).await?;
        }
        Ok(outcome)
    }
}

impl SqlRepository {
    async fn apply_page_once(&self, mut batch: PageBatch<'_>) -> Result<Applied, PortError> {
        self.prepare_tables(&batch).await?;
        let (page, at) = (batch.page, batch.at);
        let mut tx = self.begin_page(page).await?;
        if let Some(before) =
            pages::applied(tx.as_mut(), &self.text(pages::APPLIED), &page.tenant, &page.id).await?
        {
            return Ok(Applied::Before(before));
        }
        letters::reject_long_keys(&mut batch);
        let rejected = std::mem::take(&mut batch.rejected);
        let letters = letters::save(tx.as_mut(), page, rejected, at).await?;
        let mut outcome = self.load(tx.as_mut(), batch).await?;
        outcome.read += letters;
        outcome.dead_lettered += letters;
        let mut row = pages::description_row(page)?;
        row.push(at.into());
        row.extend(pages::outcome_values(&outcome));
        let names = [pages::DESCRIPTION, &["applied"], pages::OUTCOME].concat();
        PAGE.write_some(tx.as_mut(), WriteKind::Upsert, &names, vec![row]).await?;
        tx.commit().await?;
        Ok(Applied::Now(outcome))
    }

    async fn replay_records_once(&self, mut batch: PageBatch<'_>) -> Result<PageOutcome, PortError> {
        self.prepare_tables(&batch).await?;
        let page = batch.page;
        let mut tx = self.begin_page(page).await?;
        let sql = self.text(pages::APPLIED);
        let Some(mut total) = pages::applied(tx.as_mut(), &sql, &page.tenant, &page.id).await? else {
            return Err(PortError::NotFound { what: format!("an applied page {}", page.id) });
        };
        letters::reject_long_keys(&mut batch);
        let open = letters::open(tx.as_mut(), &self.text(texts::OPEN_LETTERS), page).await?;
        batch.records.retain(|r| open.contains(&r.ordinal));
        batch.rejected.retain(|r| open.contains(&r.ordinal));
        let replayed: Vec<u32> = batch.records.iter().map(|r| r.ordinal).collect();
        let rejected = std::mem::take(&mut batch.rejected);
        let still = letters::update_reasons(tx.as_mut(), page, rejected).await?;
        let mut outcome = self.load(tx.as_mut(), batch).await?;
        letters::mark_replayed(tx.as_mut(), page, &replayed).await?;
        total.dead_lettered = total.dead_lettered.saturating_sub(outcome.read);
        total.read = total.read.saturating_sub(outcome.read);
        total.add(&outcome);
        let mut row = vec![(&page.tenant).into(), (&page.id).into()];
        row.extend(pages::outcome_values(&total));
        PAGE.write_some(tx.as_mut(), WriteKind::Update, pages::OUTCOME, vec![row]).await?;
        tx.commit().await?;
        outcome.read += still;
        outcome.dead_lettered += still;
        Ok(outcome)
    }

    async fn prepare_table_once(&self, schema: &StreamSchema) -> Result<(), PortError> {
        self.layouts.ensure(self.db.as_ref(), schema).await
    }
}

#[async_trait]
impl RecordStore for SqlRepository {
    async fn prepare_table(&self, schema: &StreamSchema) -> Result<(), PortError> {
        again(|| self.prepare_table_once(schema)).await
    }

    async fn apply_page(&self, batch: PageBatch<'_>) -> Result<Applied, PortError> {
        let batch = &batch;
        again(|| self.apply_page_once(batch.clone())).await
    }

    async fn replay_records(&self, batch: PageBatch<'_>) -> Result<PageOutcome, PortError> {
        let batch = &batch;
        again(|| self.replay_records_once(batch.clone())).await
    }

    async fn count_records(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
    ) -> Result<u64, PortError> {
        let params = [tenant.into(), source.into(), schema.table().into()];
        let rows = self.query(tenant, texts::TOTAL, &params).await?;
        rows.first().map_or(Ok(0), |row| row.reader().count())
    }

    async fn records(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        page: RecordPage,
        slice: Slice,
    ) -> Result<Vec<StoredRecord>, PortError> {
        if slice.limit == 0 {
            return Ok(Vec::new());
        }
        let Some(layout) = self.layouts.read(self.db.as_ref(), &schema.table()).await? else {
            return Ok(Vec::new());
        };
        let layout = layout.shown(schema);
        match page {
            RecordPage::Current => self.read_current(tenant, source, &layout, slice).await,
            RecordPage::History => self.read_history(tenant, source, &layout, slice).await,
        }
    }
}
