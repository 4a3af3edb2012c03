//! One page: blob, then event, then cursor. The order is the promise that no page is skipped.

use bytes::Bytes;
use forebay_model::page::{blob_name, page_id};
use forebay_model::{Cursor, PageDescriptor, Run, SourceConfig, StreamName, event};
use forebay_ports::repository::{LandedPage, PageState};
use forebay_ports::{Event, PortError, SourcePage};

use crate::codec;
use crate::engine::Engine;

/// Where a page stands in its run.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub source: &'a SourceConfig,
    pub run: &'a Run,
    pub stream: &'a StreamName,
    pub sequence: u32,
    pub schema_version: u32,
}

impl Engine {
    /// Lands `page` and moves the stream's cursor to `cursor`. `Conflict` means that another extractor
    /// is ahead.
    pub(crate) async fn land(
        &self,
        place: Place<'_>,
        page: &SourcePage,
        cursor: &Cursor,
    ) -> Result<(), PortError> {
        let descriptor = describe(place, page);
        self.raw.put(&descriptor.blob, codec::compress(&page.body)?).await?;
        self.announce_landed(&descriptor).await?;
        let landed = self.clock.now();
        self.repository.land_page(LandedPage { page: &descriptor, cursor, landed }).await?;
        self.announce_if_applied(&descriptor).await
    }

    /// The event is faster than the cursor: the page may have been applied before it had landed, and
    /// then the profiler passed it over, because only landed pages count.
    async fn announce_if_applied(&self, page: &PageDescriptor) -> Result<(), PortError> {
        match self.repository.page(&page.tenant, &page.id).await? {
            Some(stored) if stored.state == PageState::Applied => {
                self.announce_transformed(page, stored.outcome).await
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn announce_landed(&self, page: &PageDescriptor) -> Result<(), PortError> {
        let envelope = event::page_landed(page, self.clock.now());
        self.events.publish(event::RAW_HUB, vec![message(page, &envelope)?]).await
    }
}

pub(crate) fn message(page: &PageDescriptor, envelope: &impl serde::Serialize) -> Result<Event, PortError> {
    let body = serde_json::to_vec(envelope).map_err(|e| PortError::Rejected {
        service: "event serialization",
        detail: format!("page {} cannot be announced: {e}", page.id),
    })?;
    Ok(Event { partition_key: event::partition_key(page), body: Bytes::from(body) })
}

fn describe(place: Place<'_>, page: &SourcePage) -> PageDescriptor {
    let Place { source, run, stream, sequence, schema_version } = place;
    let id = page_id(&run.id, stream, sequence, &page.body);
    PageDescriptor {
        blob: blob_name(&source.tenant, &source.id, stream, &run.id, sequence, &id),
        id,
        tenant: source.tenant.clone(),
        source: source.id.clone(),
        connector: source.connector.clone(),
        stream: stream.clone(),
        run: run.id.clone(),
        sequence,
        records: page.records,
        bytes: page.body.len() as u64,
        schema_version,
        observed: run.bound,
        replaces: page.replaces.clone(),
    }
}
