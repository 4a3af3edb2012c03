//! Pieces for unit tests.

use forebay_model::{ConnectorKind, Instant, SourceConfig, SourceId, TenantId};

/// A valid configuration with more settings.
pub fn config(settings: &[(&str, &str)]) -> SourceConfig {
    SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("crm").unwrap(),
        connector: ConnectorKind::new("hubspot").unwrap(),
        settings: settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        secrets: [("token".to_owned(), "hubspot-token".to_owned())].into(),
    }
}

/// So many seconds after a day in 2026.
pub fn at(seconds: i64) -> Instant {
    Instant::parse("2026-03-02T00:00:00Z").unwrap().plus_seconds(seconds)
}
