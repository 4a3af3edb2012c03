//! The command as a whole: files in, reports and exit codes out.

mod agreement;
mod comparison;
mod csv;
mod html;
mod json;
mod outcomes;
mod parquet;
mod reports;
mod support;
