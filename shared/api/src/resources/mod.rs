//! One file per resource: its parameters, its handlers, their OpenAPI description.

pub mod alerts;
pub mod anomalies;
pub mod channels;
pub mod columns;
pub mod dead_letters;
pub mod docs;
pub mod exclusions;
pub mod health;
pub mod lineage;
pub mod lineage_events;
pub mod metrics;
pub mod outcomes;
pub mod pages;
pub mod profile_comparison;
pub mod profiles;
pub mod records;
pub mod reference_lists;
pub mod relations;
pub mod rules;
pub mod runs;
pub mod series;
pub mod silences;
pub mod sources;
pub mod streams;
pub mod summary;
pub mod whoami;
