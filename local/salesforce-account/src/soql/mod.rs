//! The query language: what this org takes of it, checked and turned into SQL.

mod ast;
mod parse;
mod plan;
mod predicate;
mod read;
mod refusal;
mod token;

pub use plan::{Plan, Select, plan};
pub use read::{Scope, count, rows, sequences};
pub use refusal::Refusal;
