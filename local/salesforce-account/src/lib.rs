#![doc = include_str!("../README.md")]

pub mod auth;
pub mod bulk;
pub mod catalog;
pub mod changes;
pub mod generate;
pub mod http;
pub mod ids;
pub mod instant;
pub mod org;
mod server;
mod settings;
pub mod soql;
pub mod store;

pub use server::{Running, start};
pub use settings::Settings;
