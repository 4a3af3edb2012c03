//! Pieces for unit tests.

use forebay_model::{ConnectorKind, SourceConfig, SourceId, StreamSchema, TenantId};

use super::config::Settings;
use super::describe::Described;
use super::schema;

/// A valid configuration with more settings.
pub fn config(settings: &[(&str, &str)]) -> SourceConfig {
    let base = [("base_url", "https://acme.my.salesforce.com"), ("client_id", "app")];
    SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("crm").unwrap(),
        connector: ConnectorKind::new("salesforce").unwrap(),
        settings: base.iter().chain(settings).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        secrets: [("client_secret".to_owned(), "salesforce-client-secret".to_owned())].into(),
    }
}

pub fn settings(more: &[(&str, &str)]) -> Settings {
    Settings::read(&config(more)).unwrap()
}

pub fn described() -> Described {
    Described::read(include_bytes!("fixtures/describe_account.json")).unwrap()
}

/// The schema of the recorded Account.
pub fn account() -> StreamSchema {
    schema::assemble(&described(), &settings(&[])).unwrap()
}
