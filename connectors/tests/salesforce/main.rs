//! The Salesforce connector against the simulated org.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod access;
mod bulk;
mod contradictions;
mod faults;
mod full_load;
mod increments;
mod loading;
mod org;
mod sessions;
mod silence;
