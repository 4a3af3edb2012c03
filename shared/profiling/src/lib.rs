#![doc = include_str!("../README.md")]

mod batch;
mod column;
mod ends;
mod hash;
mod images;
mod leading;
mod mask;
mod relations;
mod repeats;
mod scan;
mod seen;
mod sensitive;
mod sketch;
mod statistics;

pub use batch::{BatchProfile, MOST_COLUMNS};
pub use column::ColumnState;
pub use ends::{Ends, RecordAddress};
pub use forebay_stored::StateError;
pub use leading::{LeadingPattern, leading_patterns};
pub use mask::{Exposure, Mask, Screen, mask};
pub use relations::{BatchColumn, Relations};
