//! The list of connectors: one row each.

use std::sync::Arc;

use forebay_model::SourceConfig;
use forebay_ports::{Connector, SecretStore, SourceError};

use crate::netsuite;

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub type Open = fn(&SourceConfig, Arc<dyn SecretStore>) -> Result<Box<dyn Connector>, SourceError>;

/// One kind of source system.
pub struct Row {
    /// What `SourceConfig.connector` says.
    pub kind: &'static str,
    pub open: Open,
}

/// Every connector there is.
pub fn registry() -> &'static [Row] {
    &[Row { kind: netsuite::KIND, open: netsuite::open }]
}

/// Makes the connector of a configured source. An unknown kind is `Misconfigured` and names the known
/// ones.
pub fn open(config: &SourceConfig, secrets: Arc<dyn SecretStore>) -> Result<Box<dyn Connector>, SourceError> {
    let wanted = config.connector.as_str();
    if let Some(row) = registry().iter().find(|row| row.kind.eq_ignore_ascii_case(wanted)) {
        return (row.open)(config, secrets);
    }
    let known: Vec<&str> = registry().iter().map(|row| row.kind).collect();
    Err(SourceError::Misconfigured {
        detail: format!(
            "source {}: there is no connector '{wanted}'; use one of: {}",
            config.id,
            known.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use forebay_model::{ConnectorKind, SourceId, TenantId};
    use forebay_ports::{PortError, Secret};

    struct NoSecrets;

    #[async_trait]
    impl SecretStore for NoSecrets {
        async fn get(&self, name: &str) -> Result<Secret, PortError> {
            Err(PortError::NotFound { what: format!("secret {name}") })
        }
    }

    #[test]
    fn an_unknown_kind_is_told_the_known_ones() {
        let config = SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("erp").unwrap(),
            connector: ConnectorKind::new("netsweet").unwrap(),
            settings: Default::default(),
            secrets: Default::default(),
        };
        let Err(SourceError::Misconfigured { detail }) = open(&config, Arc::new(NoSecrets)) else { panic!() };
        assert!(detail.contains("'netsweet'") && detail.contains("netsuite"), "{detail}");
    }

    #[test]
    fn every_kind_is_an_identifier_and_listed_once() {
        let kinds: std::collections::BTreeSet<&str> = registry().iter().map(|row| row.kind).collect();
        assert_eq!(kinds.len(), registry().len());
        assert!(kinds.iter().all(|kind| ConnectorKind::new(*kind).is_ok()));
    }
}
