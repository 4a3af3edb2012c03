#![doc = include_str!("../README.md")]

pub mod app;
mod client;
pub mod encoding;
pub mod events;
mod files;
mod host;
mod instant;
mod invoke;
pub mod queues;
mod registry;
pub mod retry;
pub mod schedule;
mod sync;
mod timers;
pub mod timespan;
pub mod verdict;
mod web;
mod worker;

pub use host::{HostError, Options, RunningHost, start};
pub use invoke::{HOST_VERSION, Stop};
pub use worker::{Fatal, StateInUse, launcher};

/// Writes a file atomically, as the state files are.
///
/// # Errors
/// When the directory or the file cannot be written.
pub fn write_atomically(path: &std::path::Path, bytes: &[u8]) -> anyhow::Result<()> {
    files::write(path, bytes)
}
