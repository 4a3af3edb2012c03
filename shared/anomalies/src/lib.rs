#![doc = include_str!("../README.md")]

pub mod alerts;
pub mod compare;
pub mod detect;
pub mod distance;
pub mod figures;
pub mod metrics;
mod robust;
pub mod schema;
pub mod sudden;
pub mod thin;

pub use detect::{Baseline, Marks, Settings, detect};
