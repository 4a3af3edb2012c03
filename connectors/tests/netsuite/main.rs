//! The NetSuite connector against the simulated account.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod account;
mod contradictions;
mod cost;
mod drift;
mod errors;
mod faults;
mod full_load;
mod increments;
mod loading;
mod logins;
mod repeated_hour;
mod withdrawn;
