//! A batch of landed pages: each is typed, applied in one transaction, traced, and announced.

use std::collections::{BTreeSet, HashSet};

use forebay_model::{PageDescriptor, PageOutcome, RejectedRecord, StreamSchema, event};
use forebay_ports::repository::{Applied, FailedPage, PageBatch};
use forebay_ports::{Event, PortError};
use forebay_transform::{TypedPage, read_page};

use crate::engine::Engine;
use crate::inbound::{Inbound, keep_undelivered};
use crate::land::message;

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransformReport {
    pub pages: usize,
    /// Pages that had been applied before.
    pub repeated: usize,
    /// Events that are not ours, or whose page cannot be applied, kept aside.
    pub undelivered: usize,
    pub outcome: PageOutcome,
}

impl Engine {
    /// Applies the pages that the events announce, and asks to look at runs that are complete without those that
    /// cannot be applied. An error means that the rest of the batch is to be
    /// delivered again; pages applied until then are left alone when it comes.
    pub async fn transform(&self, events: &[Inbound]) -> Result<TransformReport, PortError> {
        let mut report = TransformReport::default();
        let (mut seen, mut lessened) = (HashSet::new(), BTreeSet::new());
        for event in events {
            let Some(envelope) = self.read_or_keep::<PageDescriptor>(event, event::PAGE_LANDED).await? else {
                report.undelivered += 1;
                continue;
            };
            let page = envelope.data;
            if !seen.insert(page.id.clone()) {
                continue;
            }
            report.pages += 1;
            match self.apply(&page).await {
                Ok(Applied::Now(outcome)) => report.outcome.add(&outcome),
                Ok(Applied::Before(_)) => report.repeated += 1,
                // It is not announced again, and its run shows it; the pages behind it go on.
                Err(error) if error.concerns_one_page() => {
                    report.undelivered += 1;
                    let reason = error.to_string();
                    keep_undelivered(self, std::slice::from_ref(event), &reason).await?;
                    let at = self.clock.now();
                    let failed = FailedPage { page: &page, code: "rejected", reason: &reason, at };
                    self.repository.fail_page(failed).await?;
                    lessened.insert((page.tenant, page.source, page.run));
                }
                Err(error) => return Err(error),
            }
        }
        for (tenant, source, run) in lessened {
            // It may have been all that the run still waited for, and no profile of it will come.
            self.ask_if_complete(&tenant, &source, &run).await?;
        }
        Ok(report)
    }

    async fn apply(&self, page: &PageDescriptor) -> Result<Applied, PortError> {
        let schema = self.schema_of(page).await?;
        let typed = self.typed_or_rejected(page, &schema).await?;
        if !typed.unknown_fields.is_empty() {
            tracing::warn!(stream = %page.stream, run = %page.run, fields = ?typed.unknown_fields, "the source sends fields that the schema does not know");
        }
        self.repository.prepare_table(&schema).await?;
        let batch = PageBatch {
            page,
            schema: &schema,
            records: typed.records,
            rejected: typed.rejected,
            deletes: typed.deletes,
            at: self.clock.now(),
        };
        let applied = self.repository.apply_page(batch).await?;
        if let Applied::Now(PageOutcome { dead_lettered: 1.., .. }) = applied {
            // The alert in infra/modules/alerts.bicep reads this line.
            tracing::warn!(tenant = %page.tenant, source = %page.source, stream = %page.stream, run = %page.run, page = %page.id, count = applied.outcome().dead_lettered, "records dead-lettered");
        }
        self.trace(page, &schema).await?;
        self.announce_transformed(page, applied.outcome()).await?;
        Ok(applied)
    }

    /// A page that cannot be read at all costs all its records, each as a dead letter.
    pub(crate) async fn typed_or_rejected(
        &self,
        page: &PageDescriptor,
        schema: &StreamSchema,
    ) -> Result<TypedPage, PortError> {
        let typed = match self.raw_page(page).await {
            Ok(body) => {
                read_page(schema, &body, page.observed).map_err(|e| ("malformed_page", e.to_string()))
            }
            Err(error) if error.is_retryable() => return Err(error),
            Err(error @ PortError::NotFound { .. }) => Err(("missing_page", error.to_string())),
            Err(error @ PortError::Rejected { .. }) => Err(("damaged_page", error.to_string())),
            Err(error) => return Err(error),
        };
        Ok(typed.unwrap_or_else(|(code, reason)| all_rejected(page, code, &reason)))
    }

    pub(crate) async fn announce_transformed(
        &self,
        page: &PageDescriptor,
        outcome: PageOutcome,
    ) -> Result<(), PortError> {
        let envelope = event::page_transformed(page, outcome, self.clock.now());
        let event: Event = message(page, &envelope)?;
        self.events.publish(event::RECORDS_HUB, vec![event]).await
    }
}

fn all_rejected(page: &PageDescriptor, code: &str, reason: &str) -> TypedPage {
    let rejected = |ordinal| RejectedRecord { ordinal, code: code.into(), reason: reason.into() };
    TypedPage {
        read: u64::from(page.records),
        rejected: (0..page.records).map(rejected).collect(),
        ..TypedPage::default()
    }
}
