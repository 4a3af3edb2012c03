//! A test message on its way to a channel: by the code that alerts go by, at once, and no more often than a
//! person tries.

use std::time::{Duration, Instant as Tick};

use forebay_anomalies::alerts::{TestMessage, test_card, test_email, test_webhook};
use forebay_model::alert::{AlertChannel, ChannelKind};
use forebay_model::{Instant, SourceId, TenantId};
use forebay_ports::repository::ShareRequest;
use forebay_ports::{Outgoing, PortError, Receipt, Secret};

use crate::deliver::Deliverer;

/// So many tests of all of a tenant's channels within so many seconds, over all processes. A mail channel has up
/// to 50 recipients, so an hour's tests are at most 1,000 mails.
const LIMITS: [(&str, u32, u32); 2] = [("alert-tests/minute", 5, 60), ("alert-tests/hour", 20, 3_600)];

/// The vault and the receiver together. The platform cuts a request after 230 s.
const PATIENCE: Duration = Duration::from_secs(60);

/// What fetches of addresses for tests are recorded under: they are for no source.
const RECORDED_AS: &str = "alert-channel-tests";

/// A test that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTest {
    /// What the receiver can tell it by.
    pub id: String,
    pub channel: String,
    pub kind: ChannelKind,
    pub at: Instant,
    /// From the first byte sent to the answer.
    pub took: Duration,
    pub receipt: Receipt,
}

/// Why a test came to nothing. Texts hold nothing of the address.
#[derive(Debug, thiserror::Error)]
pub enum TestFailure {
    #[error("a channel with this id was not found")]
    NotFound,
    /// Sent again too soon; nothing was sent.
    #[error("{most} tests were sent within {} seconds", .within.as_secs())]
    TooMany { most: u32, within: Duration },
    /// There is no address to send to; nothing was sent.
    #[error("no address: {0}")]
    Address(#[source] PortError),
    /// What became of sending it, and how long that took.
    #[error("{error}")]
    Receiver { error: PortError, took: Duration },
    #[error(transparent)]
    Store(#[from] PortError),
}

impl Deliverer {
    /// Sends a message that says it is a test, and gives what the receiver said. It is tried once. That the address
    /// was fetched is on record; the message counts for no alert and no cool-down.
    pub async fn test(&self, tenant: &TenantId, channel: &str, by: &str) -> Result<ChannelTest, TestFailure> {
        let channels = self.repository.channels(tenant).await?;
        let channel = channels.iter().find(|each| each.id == channel).ok_or(TestFailure::NotFound)?;
        let id = format!("test.{}", uuid::Uuid::new_v4());
        self.keep_within_limits(tenant, &id).await?;
        let begun = Tick::now();
        let tested = tokio::time::timeout(PATIENCE, self.send_test(tenant, channel, &id, by)).await;
        let tested = tested.unwrap_or_else(|_| {
            let detail = format!("no answer within {} seconds", PATIENCE.as_secs());
            let error = PortError::Transient { service: "alert channel", detail };
            Err(TestFailure::Receiver { error, took: begun.elapsed() })
        });
        match &tested {
            Ok(test) => {
                tracing::info!(%tenant, channel = channel.id, status = test.receipt.status, "a test message was taken");
            }
            Err(error) => {
                tracing::warn!(%tenant, channel = channel.id, %error, "a test message was not taken");
            }
        }
        tested
    }

    async fn send_test(
        &self,
        tenant: &TenantId,
        channel: &AlertChannel,
        id: &str,
        by: &str,
    ) -> Result<ChannelTest, TestFailure> {
        let recorded = SourceId::new(RECORDED_AS).unwrap_or_else(|_| unreachable!("it is an identifier"));
        let address = self.address(tenant, channel, &recorded).await.map_err(TestFailure::Address)?;
        let at = self.clock.now();
        let link = self.page.as_ref().map(|page| format!("{}/channels", page.trim_end_matches('/')));
        let test = TestMessage { id, channel: &channel.id, sent: at, by, link: link.as_deref() };
        let (receipt, took) = self.time(&test, &worded(channel, &test), &address).await?;
        Ok(ChannelTest {
            id: id.to_owned(),
            channel: channel.id.clone(),
            kind: channel.kind,
            at,
            took,
            receipt,
        })
    }

    async fn time(
        &self,
        test: &TestMessage<'_>,
        message: &Outgoing,
        address: &Secret,
    ) -> Result<(Receipt, Duration), TestFailure> {
        let begun = Tick::now();
        match self.sender.send(test.id, message, address).await {
            Ok(receipt) => Ok((receipt, begun.elapsed())),
            Err(error) => Err(TestFailure::Receiver { error, took: begun.elapsed() }),
        }
    }

    /// A share of an account that nobody gives back is a place in a window of time, and the repository grants no
    /// more of them than the limit to whatever processes ask.
    async fn keep_within_limits(&self, tenant: &TenantId, id: &str) -> Result<(), TestFailure> {
        let now = self.clock.now();
        for (account, most, seconds) in LIMITS {
            let until = now.plus_seconds(i64::from(seconds));
            let request = ShareRequest {
                tenant,
                account,
                holder: id,
                wanted: 1,
                in_flight: 0,
                limit: most,
                now,
                until,
            };
            if self.repository.take_share(request).await?.granted == 0 {
                for (account, ..) in LIMITS {
                    self.repository.give_share_back(tenant, account, id).await?;
                }
                return Err(TestFailure::TooMany { most, within: Duration::from_secs(seconds.into()) });
            }
        }
        Ok(())
    }
}

fn worded(channel: &AlertChannel, test: &TestMessage<'_>) -> Outgoing {
    match channel.kind {
        ChannelKind::Webhook => Outgoing::Json { body: test_webhook(test).to_string() },
        ChannelKind::Teams => Outgoing::Json { body: test_card(test).to_string() },
        ChannelKind::Email => {
            let mail = test_email(test);
            let recipients = channel.recipients.clone();
            Outgoing::Email { recipients, subject: mail.subject, text: mail.text, html: mail.html }
        }
    }
}
