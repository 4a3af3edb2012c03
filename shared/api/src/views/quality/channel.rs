use forebay_model::Instant;
use forebay_model::alert::{AlertChannel, ChannelKind};
use forebay_pipeline::ChannelTest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SeverityView;

/// How a channel is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChannelKind)]
pub enum ChannelKindView {
    /// A JSON document by POST.
    Webhook,
    /// An Adaptive Card, as a Teams workflow expects it.
    Teams,
    Email,
}

/// Where alerts go, as its author writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelRequest {
    pub kind: ChannelKindView,
    /// The secret that holds the address: a webhook's URL, or for e-mail
    /// `smtps://user:password@host:465?from=name@example.com`. Its name begins with
    /// `alert-<tenant>--`.
    #[schema(example = "alert-default--teams", pattern = "^alert-[0-9a-z-]+--[0-9A-Za-z-]+$")]
    pub secret: String,
    /// Of e-mail.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Less severe alerts are not sent here.
    #[serde(default)]
    pub least_severity: SeverityView,
    /// After a delivery, the same cause is not delivered again for so long, unless it became more severe.
    #[serde(default = "an_hour")]
    #[schema(default = 3600, maximum = 2_592_000)]
    pub cool_down_seconds: u32,
}

fn an_hour() -> u32 {
    3600
}

/// Where alerts go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AlertChannel)]
pub struct ChannelView {
    pub id: String,
    pub kind: ChannelKindView,
    /// The secret's name.
    pub secret: String,
    pub recipients: Vec<String>,
    pub least_severity: SeverityView,
    pub cool_down_seconds: u32,
}

/// A test message that its receiver took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChannelTest)]
pub struct ChannelTestView {
    pub channel: String,
    pub kind: ChannelKindView,
    /// Travels with the message, as `Idempotency-Key` or within `Message-ID`.
    pub id: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// From sending to the answer.
    pub took_milliseconds: u64,
    /// The receiver's status.
    #[schema(example = "202 Accepted")]
    pub status: String,
    /// The beginning of what it said beside that, 200 characters at most; `null` where it said nothing, or nothing
    /// that can be shown without the address.
    pub said: Option<String>,
}

impl From<ChannelTest> for ChannelTestView {
    fn from(test: ChannelTest) -> Self {
        Self {
            channel: test.channel,
            kind: test.kind.into(),
            id: test.id,
            at: test.at,
            took_milliseconds: u64::try_from(test.took.as_millis()).unwrap_or(u64::MAX),
            status: test.receipt.status,
            said: test.receipt.said,
        }
    }
}

impl ChannelRequest {
    pub fn into_channel(self, id: String) -> AlertChannel {
        AlertChannel {
            id,
            kind: self.kind.into(),
            secret: self.secret,
            recipients: self.recipients,
            least_severity: self.least_severity.into(),
            cool_down_seconds: self.cool_down_seconds,
        }
    }
}

impl From<AlertChannel> for ChannelView {
    fn from(channel: AlertChannel) -> Self {
        Self {
            id: channel.id,
            kind: channel.kind.into(),
            secret: channel.secret,
            recipients: channel.recipients,
            least_severity: channel.least_severity.into(),
            cool_down_seconds: channel.cool_down_seconds,
        }
    }
}

impl From<ChannelKind> for ChannelKindView {
    fn from(kind: ChannelKind) -> Self {
        match kind {
            ChannelKind::Webhook => Self::Webhook,
            ChannelKind::Teams => Self::Teams,
            ChannelKind::Email => Self::Email,
        }
    }
}

impl From<ChannelKindView> for ChannelKind {
    fn from(kind: ChannelKindView) -> Self {
        match kind {
            ChannelKindView::Webhook => Self::Webhook,
            ChannelKindView::Teams => Self::Teams,
            ChannelKindView::Email => Self::Email,
        }
    }
}
