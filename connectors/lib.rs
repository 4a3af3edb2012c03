#![doc = include_str!("README.md")]

pub mod http;
pub mod hubspot;
pub mod netsuite;
mod registry;
pub mod salesforce;
pub mod settings;
pub mod window;

pub use registry::{Context, Row, limits, open, registry};
