#![doc = include_str!("../README.md")]

mod envelope;
mod error;
mod reader;
mod writer;

pub use envelope::Envelope;
pub use error::StateError;
pub use reader::Reader;
pub use writer::Writer;

#[cfg(test)]
mod tests;
