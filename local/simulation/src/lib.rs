#![doc = include_str!("../README.md")]

pub mod counters;
pub mod faults;
pub mod form;
pub mod gate;
pub mod mix;
pub mod secrets;
pub mod server;
mod spoil;

pub use counters::{Calls, Counters};
pub use faults::{Before, Damage, FaultOrder, Faults, Pending};
pub use gate::{Gate, Place};
pub use mix::Mix;
pub use server::{Server, asked_to_stop, bind, machine_now};
pub use spoil::spoil;
