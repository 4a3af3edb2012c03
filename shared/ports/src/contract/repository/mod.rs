//! The suite of `Repository`, one file per subject.

mod accounts;
mod alerts;
mod anomalies;
mod child_sets;
mod claims;
mod commutativity;
mod dead_letters;
mod deletions;
mod deliveries;
mod discovery;
mod exclusions;
mod history_modes;
mod lineage;
mod notices;
mod periods;
mod profiles;
mod records;
mod retention;
mod rules;
mod runs;
mod schemas;
mod secret_audit;
mod series;
mod sets;
mod sources;
mod tables;
mod tenants;
mod unchanged_children;

use crate::repository::Repository;

/// Proves every guarantee of `forebay_ports::repository`. Tables `contract_*` are left behind.
pub async fn repository(repo: &dyn Repository) {
    sources::suite(repo).await;
    schemas::suite(repo).await;
    runs::suite(repo).await;
    tables::suite(repo).await;
    records::suite(repo).await;
    deletions::suite(repo).await;
    commutativity::suite(repo).await;
    child_sets::suite(repo).await;
    unchanged_children::suite(repo).await;
    history_modes::suite(repo).await;
    dead_letters::suite(repo).await;
    profiles::suite(repo).await;
    periods::suite(repo).await;
    rules::suite(repo).await;
    sets::suite(repo).await;
    series::suite(repo).await;
    anomalies::suite(repo).await;
    exclusions::suite(repo).await;
    alerts::suite(repo).await;
    deliveries::suite(repo).await;
    retention::suite(repo).await;
    lineage::suite(repo).await;
    claims::suite(repo).await;
    accounts::suite(repo).await;
    discovery::suite(repo).await;
    notices::suite(repo).await;
    secret_audit::suite(repo).await;
    tenants::suite(repo).await;
}
