#![doc = include_str!("../README.md")]

pub mod alert_sender;
pub mod clock;
pub mod connector;
#[cfg(feature = "contract")]
pub mod contract;
pub mod error;
pub mod events;
pub mod gate;
pub mod memory;
pub mod memory_queue;
pub mod queue;
pub mod raw_store;
pub mod repository;
pub mod secrets;

pub use alert_sender::{AlertSender, Outgoing, Receipt};
pub use clock::{Clock, SystemClock};
pub use connector::{
    Access, Connector, NextPage, PageRequest, Quota, Slices, SourceError, SourcePage, StreamSpec,
};
pub use error::PortError;
pub use events::{Event, EventPublisher};
pub use gate::{Answer, Lane, Limits, Pass, Paused, RequestGate, Unlimited};
pub use queue::WorkQueue;
pub use raw_store::{Landed, RawStore};
pub use repository::Repository;
pub use secrets::{Secret, SecretStore};
