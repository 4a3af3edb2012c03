#![doc = include_str!("../README.md")]

pub mod control;
pub mod counters;
pub mod dataset;
mod disturb;
pub mod faults;
pub mod form;
pub mod gate;
pub mod instant;
pub mod mix;
mod running;
pub mod secrets;
pub mod server;
mod simulated;
mod spoil;

pub use control::{PermissionChange, Refused, Rows, RowsQuery, control_plane};
pub use counters::{Calls, Counters};
pub use disturb::disturbed;
pub use faults::{Damage, Fault, FaultOrder, Faults, Pending, Turn};
pub use gate::{Gate, Place};
pub use instant::{machine_ms, machine_now};
pub use mix::Mix;
pub use running::{Running, Start, run, start};
pub use server::{Server, asked_to_stop, bind};
pub use simulated::Simulated;
pub use spoil::spoil;
