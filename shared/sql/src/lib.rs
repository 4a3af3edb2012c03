#![doc = include_str!("../README.md")]

pub mod dialect;
pub mod driver;
pub mod layouts;
pub mod migrations;
pub mod plan;
pub mod repository;
pub mod samples;
pub mod table;
pub mod typed;
pub mod value;

pub use dialect::{Dialect, SqlType};
pub use driver::{ColumnSpec, Database, RowWrite, Scope, Transaction, WriteKind};
pub use repository::SqlRepository;
pub use samples::{sqlite_samples, tsql_samples};
pub use value::{Reader, Row, SqlValue};
