#![doc = include_str!("../README.md")]

mod account;
mod case;
mod control;
mod faults;
mod script;
mod standard;
mod truth;
mod world;

pub use account::{Account, Offer, Reading, Size, Vendor};
pub use case::{Act, Case, Step};
pub use control::Control;
pub use faults::{Plan, Tally, survives_faults};
pub use standard::{Claim, keeps_every_rule};
pub use world::World;
