#![doc = include_str!("../README.md")]

pub mod account;
pub mod auth;
pub mod calendar;
pub mod catalog;
pub mod changes;
pub mod generate;
pub mod http;
pub mod pacific;
mod server;
mod settings;
pub mod store;
pub mod suiteql;

pub use server::{Running, start};
pub use settings::Settings;
