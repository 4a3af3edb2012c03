#![doc = include_str!("../README.md")]

mod convert;
mod csv_page;
mod fields;
pub mod lineage;
mod page;
mod raw;
mod shape;
mod tombstones;

pub use page::{PageError, TypedPage, read_page, read_records};
