//! Every account takes the same orders in the same words, and misbehaves the same way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod orders;
mod vendors;
