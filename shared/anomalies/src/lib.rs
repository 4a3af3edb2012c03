#![doc = include_str!("../README.md")]

pub mod detect;
mod robust;

pub use detect::{Baseline, Marks, Settings, detect};
