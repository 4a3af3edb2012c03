//! The suite of `Repository`, one file per subject.

mod commutativity;
mod dead_letters;
mod deletions;
mod lineage;
mod profiles;
mod records;
mod runs;
mod schemas;
mod sources;
mod tables;
mod tenants;

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
    dead_letters::suite(repo).await;
    profiles::suite(repo).await;
    lineage::suite(repo).await;
    tenants::suite(repo).await;
}
