//! Queue triggers: where messages are, and the listener that takes them off, calls the function and
//! deletes, shows again or sets aside.

mod connection;
mod decision;
mod folder;
mod listener;
mod source;
mod storage;
mod storage_xml;

pub use connection::{Endpoint, STORAGE_CONNECTION, endpoint};
pub use decision::{Next, after, at_once};
pub use folder::FolderQueues;
pub use listener::{LEASE, QueueListener};
pub use source::{Message, QueueSource, poison_queue};
pub use storage::StorageQueues;
