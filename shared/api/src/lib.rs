#![doc = include_str!("../README.md")]

pub mod commands;
mod extract;
mod graph;
mod headers;
pub mod identity;
mod load;
mod open_lineage;
pub mod openapi;
pub mod paging;
pub mod problem;
pub mod resources;
mod router;
mod state;
mod ui;
pub mod views;

pub use commands::{CommandError, Commands, ReplayOutcome, ReplayResult};
pub use identity::{EasyAuth, Identify, IdentityError, SingleTenant};
pub use problem::{Problem, ProblemKind};
pub use router::{MAX_BODY_BYTES, router, routes};
pub use state::{ApiState, CheckRule, FinishProfiles, NameDatasets, RepositoryProvider, StreamDatasets};
