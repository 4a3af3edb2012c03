#![doc = include_str!("../README.md")]

pub mod dialect;
pub mod driver;
pub mod value;

pub use dialect::{Dialect, SqlType};
pub use driver::{ColumnSpec, Database, RowWrite, Scope, Transaction, WriteKind};
pub use value::{Reader, Row, SqlValue};
