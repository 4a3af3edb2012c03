#![doc = include_str!("../README.md")]

pub mod account;
pub mod client;
pub mod machine;
pub mod process;
pub mod repository;
pub mod state;
