#![doc = include_str!("../README.md")]

mod account;
mod case;
mod control;
mod faults;
mod held;
mod history;
mod hubs;
mod script;
mod standard;
mod survival;
mod tally;
mod truth;
mod world;

pub use account::{Account, Offer, Reading, Size, SlowChanges, Vendor};
pub use case::{Act, Case, Deck, Place, Step};
pub use control::Control;
pub use faults::{Plan, survives_faults};
pub use standard::{Claim, keeps_every_rule};
pub use tally::Tally;
pub use world::World;
