//! The NetSuite connector against the simulated account.

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
