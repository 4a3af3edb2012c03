//! What a page does to its tables, decided in memory: pure functions over versions.

mod fold;
mod marks;
mod record;
mod timeline;

pub use fold::{Likeness, unfold};
pub use marks::{Marks, REPLACED_HEX, Settling, is_replaced};
pub use record::{Arrival, Origin, RecordPlan};
pub use timeline::{Entry, Keep, Stored, Timeline};

#[cfg(test)]
mod tests;

#[cfg(test)]
mod fold_tests;
