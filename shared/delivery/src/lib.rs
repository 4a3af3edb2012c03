#![doc = include_str!("../README.md")]

mod address;
mod email;
mod post;
mod said;

use std::time::Duration;

use async_trait::async_trait;
use forebay_ports::alert_sender::{AlertSender, MAX_OUTGOING_BYTES, Outgoing, Receipt};
use forebay_ports::{PortError, Secret};

/// For everything that one delivery does, but for hearing what a receiver says beside its status.
const PATIENCE: Duration = Duration::from_secs(28);

/// Sends by HTTP and by SMTP. Making it opens nothing.
#[derive(Debug, Clone, Default)]
pub struct Delivery;

#[async_trait]
impl AlertSender for Delivery {
    async fn send(&self, id: &str, message: &Outgoing, address: &Secret) -> Result<Receipt, PortError> {
        match message {
            Outgoing::Json { body } => {
                let response = in_time(post::send(id, within(body)?, address.expose())).await?;
                post::judge(response, address.expose()).await
            }
            Outgoing::Email { recipients, subject, text, html } => {
                within(html)?;
                let mail = email::Mail { id, recipients, subject, text: within(text)?, html };
                in_time(email::send(&mail, address.expose())).await
            }
        }
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, PortError>>) -> Result<T, PortError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        let detail = format!("no answer within {} seconds", PATIENCE.as_secs());
        Err(PortError::Transient { service: "alert channel", detail })
    })
}

fn within(body: &str) -> Result<&str, PortError> {
    if body.len() <= MAX_OUTGOING_BYTES {
        return Ok(body);
    }
    let detail = format!("a message of {} bytes is over {MAX_OUTGOING_BYTES}", body.len());
    Err(PortError::Rejected { service: "alert channel", detail })
}
