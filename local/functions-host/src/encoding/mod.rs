//! The bytes the host posts to a custom handler for triggers other than HTTP.
//!
//! Values go through the host's rule: an object stays an object; a string, number, boolean or array is
//! serialised and sent as a JSON *string* that holds JSON. Absent metadata is left out.

mod envelope;
mod event_hub;
mod queue;
mod timer;

pub use envelope::{Invocation, RetryContext};
pub use event_hub::{BatchOrigin, EncodingFailed, Variants, event_hub_request};
pub use queue::queue_request;
pub use timer::timer_request;
