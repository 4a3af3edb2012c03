//! When timers fire: NCRONTAB expressions and the schedule status that survives a restart.

mod field;
mod ncrontab;
mod status;

pub use ncrontab::Schedule;
pub use status::{ScheduleStatus, Start, StatusStore, never};
