//! The engine against scripted sources, in-memory hubs and SQLite.

#![expect(clippy::unwrap_used, reason = "a test stops on a broken script")]

mod channel_tests;
mod crowd;
mod excluded;
mod failures;
mod gates;
mod history;
mod interruptions;
mod kills;
mod leftovers;
mod moments;
mod progress;
mod quality;
mod races;
mod refusals;
mod reshaped;
mod robbed;
mod sensitivity;
mod settled;
mod support;
mod unanswered;
