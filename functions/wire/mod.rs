//! What the Functions host sends to a custom handler and expects back.
//!
//! The host wraps every trigger but proxied HTTP into a POST to `/{function}` with the body
//! `{"Data":{binding: …},"Metadata":{…}}`, and most values in it are JSON inside a JSON string. Versions
//! of the host and of its extensions differ in what they encode twice, so everything is read both ways.

mod event_batch;
mod invocation;
mod queue_message;
mod reply;

pub use event_batch::event_batch;
pub use invocation::Invocation;
pub use queue_message::{QueueMessage, queue_message};
pub use reply::{failure, success};
