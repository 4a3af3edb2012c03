#![doc = include_str!("README.md")]

pub mod http;
pub mod netsuite;
mod registry;

pub use registry::{Row, open, registry};
