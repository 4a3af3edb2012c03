//! One suite per port; every adapter runs them. A suite panics at the first guarantee that does not hold.
//!
//! Suites make their own tenants and names, so that they can run on a shared database again and again,
//! and at once.

#![expect(clippy::unwrap_used, reason = "a suite fails by panicking, as a test does")]

mod event_publisher;
mod given;
mod queue;
mod raw_store;
mod repository;
mod secret_store;
mod shuffle;

pub use event_publisher::event_publisher;
pub use queue::{TakeMessage, work_queue};
pub use raw_store::raw_store;
pub use repository::repository;
pub use secret_store::secret_store;

/// Exactly this kind of error.
macro_rules! assert_error {
    ($result:expr, $kind:ident) => {
        match $result {
            Err($crate::PortError::$kind { .. }) => {}
            other => panic!("expected {}, got {:?}", stringify!($kind), other.map(drop)),
        }
    };
}
pub(crate) use assert_error;
