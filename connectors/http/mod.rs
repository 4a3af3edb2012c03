//! What every connector that speaks HTTP shares: one careful client, retries, and words for failures.

mod attempts;
mod client;
mod retry;

pub use attempts::{Attempts, Failed, Verdict};
pub use client::{ClientSettings, build, explain};
pub use retry::{RetryPolicy, retry_after};
