#![doc = include_str!("README.md")]

pub mod http;
pub mod netsuite;
mod registry;

pub use registry::{Context, Row, limits, open, registry};
