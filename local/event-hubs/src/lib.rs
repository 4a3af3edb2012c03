#![doc = include_str!("../README.md")]

mod address;
mod amqp;
pub mod consumer;
mod files;
mod hub;
pub mod log;
mod ownership;
mod partition_key;
mod selector;
pub mod server;

pub use files::write_whole;
pub use hub::HubSpec;
