//! The summaries beneath the statistics. They know nothing of columns or profiles.

pub(crate) mod decimal_sum;
pub(crate) mod float_sum;
pub(crate) mod hyperloglog;
pub(crate) mod kll;
