//! Where alerts leave the house.

use async_trait::async_trait;

use crate::error::PortError;
use crate::secrets::Secret;

/// The longest body, in bytes: a Teams workflow refuses cards over 28 KiB.
pub const MAX_OUTGOING_BYTES: usize = 28 * 1024;

/// The most characters of a receiver's own words in a receipt or an error.
pub const MAX_SAID: usize = 200;

/// A message ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A JSON document by POST.
    Json {
        body: String,
    },
    Email {
        recipients: Vec<String>,
        subject: String,
        text: String,
        html: String,
    },
}

/// What the receiver said when it took a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Its status: `202 Accepted`, or `SMTP code 250`.
    pub status: String,
    /// The beginning of what it said beside that, on one line of [`MAX_SAID`] characters at most; `None` where
    /// it said nothing that can be shown.
    pub said: Option<String>,
}

/// Sends one message to one address. The address is a secret: for JSON a webhook's URL, for e-mail
/// `smtps://user:password@host:465?from=forebay@example.com` (`smtp://` for STARTTLS on 587).
///
/// Guarantees: when `send` returns `Ok`, the receiver has taken the message; on an error it may have, too:
/// `id` travels with the message (`Idempotency-Key`, `Message-ID`), so that a receiver can tell a second
/// delivery. `Misconfigured` where the address or a recipient is none and `Rejected` where the receiver
/// will never take it: neither is tried again; `Throttled` and `Transient` are. No redirect is followed, no plain
/// text is spoken but to this machine, nothing waits for more than 30 seconds. No receipt and no error holds the
/// address or a part of it, also where the receiver repeats it.
#[async_trait]
pub trait AlertSender: Send + Sync {
    async fn send(&self, id: &str, message: &Outgoing, address: &Secret) -> Result<Receipt, PortError>;
}
