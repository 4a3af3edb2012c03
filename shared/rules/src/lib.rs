#![doc = include_str!("../README.md")]

mod check;
mod compile;
mod compiled;
mod evaluate;
mod family;
mod fault;
mod key;
mod lists;
mod literal;
mod mask;
mod pattern;
mod query;
mod state;
mod validate;

pub use compiled::CompiledRules;
pub use evaluate::{EvaluateError, Table, evaluate};
pub use fault::RuleFault;
pub use forebay_stored::StateError;
pub use lists::ReferenceLists;
pub use mask::{Mask, unmasked};
pub use pattern::{MOST_PATTERN_BYTES, MOST_TEXT_BYTES};
pub use query::{answered, set_query};
pub use state::{RuleState, RuleStates};
pub use validate::validate;
