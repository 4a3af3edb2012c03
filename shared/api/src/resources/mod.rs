//! One file per resource: its parameters, its handlers, their OpenAPI description.

pub mod columns;
pub mod dead_letters;
pub mod docs;
pub mod health;
pub mod lineage;
pub mod lineage_events;
pub mod metrics;
pub mod pages;
pub mod profiles;
pub mod records;
pub mod runs;
pub mod sources;
pub mod streams;
pub mod summary;
