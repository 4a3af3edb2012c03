//! The command as a whole: files in, reports and exit codes out.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod agreement;
mod between;
mod columns;
mod comparison;
mod csv;
mod html;
mod json;
mod large;
mod outcomes;
mod outliers;
mod parquet;
mod reports;
mod sketches;
mod support;
