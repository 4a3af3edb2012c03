#![doc = include_str!("../README.md")]

pub mod access;
pub mod account;
pub mod auth;
pub mod catalog;
pub mod changes;
pub mod generate;
pub mod http;
pub mod moment;
pub mod search;
mod server;
mod settings;
pub mod store;

pub use server::{Running, start};
pub use settings::Settings;
