//! Handler processes: one per function group, started, watched, killed and started again.

mod book;
mod console;
mod crashes;
mod group;
pub mod launcher;
mod memory;
mod spawn;
mod supervisor;

pub use book::{ProcessBook, StateInUse};
pub use group::{Endpoint, Group, ProcessStatus, groups_of};
pub use spawn::{SpawnPlan, check_executable};
pub use supervisor::{Fatal, Supervision, Supervisor};
