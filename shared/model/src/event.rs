//! The CloudEvents 1.0 envelopes that travel between functions. An event is small: it points to the
//! page it speaks of (claim check).

use serde::{Deserialize, Serialize};

use crate::ids::TenantId;
use crate::instant::Instant;
use crate::page::{PageDescriptor, PageOutcome};

/// The hub that announces landed pages.
pub const RAW_HUB: &str = "raw";
/// The hub that announces transformed pages.
pub const RECORDS_HUB: &str = "records";

pub const PAGE_LANDED: &str = "forebay.page.landed.v1";
pub const PAGE_TRANSFORMED: &str = "forebay.page.transformed.v1";

/// CloudEvents 1.0, JSON format, structured mode (CNCF CloudEvents specification 1.0.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudEvent<D> {
    pub specversion: String,
    /// The page's id: the same page announced twice is the same event.
    pub id: String,
    /// `/tenants/{tenant}/sources/{source}`.
    pub source: String,
    #[serde(rename = "type")]
    pub event_type: String,
    /// The stream.
    pub subject: String,
    pub time: Instant,
    pub datacontenttype: String,
    /// Names the version of `data`'s shape.
    pub dataschema: String,
    /// CloudEvents extension: whose data this is.
    pub tenant: TenantId,
    pub data: D,
}

/// `data` of [`PAGE_TRANSFORMED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageTransformed {
    pub page: PageDescriptor,
    pub outcome: PageOutcome,
}

fn envelope<D>(event_type: &str, page: &PageDescriptor, time: Instant, data: D) -> CloudEvent<D> {
    CloudEvent {
        specversion: "1.0".into(),
        id: page.id.to_string(),
        source: format!("/tenants/{}/sources/{}", page.tenant, page.source),
        event_type: event_type.into(),
        subject: page.stream.to_string(),
        time,
        datacontenttype: "application/json".into(),
        dataschema: format!("urn:forebay:schema:{event_type}"),
        tenant: page.tenant.clone(),
        data,
    }
}

/// Announces a landed page.
pub fn page_landed(page: &PageDescriptor, time: Instant) -> CloudEvent<PageDescriptor> {
    envelope(PAGE_LANDED, page, time, page.clone())
}

/// Announces a transformed page.
pub fn page_transformed(
    page: &PageDescriptor,
    outcome: PageOutcome,
    time: Instant,
) -> CloudEvent<PageTransformed> {
    envelope(PAGE_TRANSFORMED, page, time, PageTransformed { page: page.clone(), outcome })
}

/// Events of one stream of one source keep their order: they share a partition.
pub fn partition_key(page: &PageDescriptor) -> String {
    format!("{}/{}/{}", page.tenant, page.source, page.stream)
}
