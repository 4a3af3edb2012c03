//! What people are told of findings, to whom, when, and in what words. All of it decides; nothing is sent.

mod deliver;
mod finding;
mod fold;
mod message;
mod test_message;

pub use deliver::{Delivered, Due, deliveries_due};
pub use finding::{RuleInRun, anomaly_id, severity};
pub use fold::{Changes, REOPENED_WITHIN_SECONDS, Round, fold};
pub use message::{Email, email, teams_card, webhook};
pub use test_message::{TestMessage, test_card, test_email, test_webhook};
