//! The HubSpot connector against a portal of a few lines, which keeps the vendor's documented rules.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod answers;
mod associations;
mod faults;
mod increments;
mod loading;
mod logins;
mod portal;
mod records;
mod simulated;
