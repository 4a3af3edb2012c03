#![doc = include_str!("../README.md")]

mod amqp;
pub mod consumer;
