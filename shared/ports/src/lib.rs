#![doc = include_str!("../README.md")]

pub mod clock;
pub mod connector;
#[cfg(feature = "contract")]
pub mod contract;
pub mod error;
pub mod events;
pub mod memory;
pub mod raw_store;
pub mod repository;
pub mod secrets;

pub use clock::{Clock, SystemClock};
pub use connector::{Connector, NextPage, PageRequest, SourceError, SourcePage, StreamSpec};
pub use error::PortError;
pub use events::{Event, EventPublisher};
pub use raw_store::{Landed, RawStore};
pub use repository::Repository;
pub use secrets::{Secret, SecretStore};
