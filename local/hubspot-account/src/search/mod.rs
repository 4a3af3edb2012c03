//! `POST /crm/v3/objects/{type}/search`: what is asked, as SQL, and what is found.
//!
//! Three of the vendor's habits are kept on purpose. Comparisons of instants are up to a millisecond too generous.
//! Records whose sorting value is equal come in an order of no meaning. And a change is found only after the lag:
//! until then, search finds the record as it was, while `total` already counts it as it is.

mod filter;
mod refusal;
mod request;
mod run;

pub use refusal::Refusal;
pub use request::{Filter, FilterGroup, SearchRequest, Sort};
pub use run::{Found, run};

/// Most records in one answer.
pub const PAGE_LIMIT: u32 = 200;
/// Where every search ends.
pub const RESULT_CAP: u32 = 10_000;
/// Most groups of filters, filters in a group, and filters in all.
pub const FILTER_LIMITS: (usize, usize, usize) = (5, 6, 18);
