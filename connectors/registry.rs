//! The list of connectors: one row each.

use std::sync::Arc;

use forebay_model::SourceConfig;
use forebay_ports::{Connector, Limits, RequestGate, SecretStore, SourceError};

use crate::{hubspot, netsuite, salesforce};

/// Checks the settings and makes the connector. It connects to nothing and fetches no secret.
pub type Open = fn(&SourceConfig, Context) -> Result<Box<dyn Connector>, SourceError>;

/// What a connector works with besides its settings.
#[derive(Clone)]
pub struct Context {
    pub secrets: Arc<dyn SecretStore>,
    /// Every request goes through it.
    pub gate: Arc<dyn RequestGate>,
}

/// One kind of source system.
pub struct Row {
    /// What `SourceConfig.connector` says.
    pub kind: &'static str,
    pub open: Open,
    /// What the configured account allows; from the settings alone.
    pub limits: fn(&SourceConfig) -> Result<Limits, SourceError>,
}

/// Every connector there is.
pub fn registry() -> &'static [Row] {
    &[
        Row { kind: hubspot::KIND, open: hubspot::open, limits: hubspot::limits },
        Row { kind: netsuite::KIND, open: netsuite::open, limits: netsuite::limits },
        Row { kind: salesforce::KIND, open: salesforce::open, limits: salesforce::limits },
    ]
}

/// Makes the connector of a configured source. An unknown kind is `Misconfigured` and names the known
/// ones.
pub fn open(config: &SourceConfig, context: Context) -> Result<Box<dyn Connector>, SourceError> {
    (row(config)?.open)(config, context)
}

/// What the account of a configured source allows.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    (row(config)?.limits)(config)
}

fn row(config: &SourceConfig) -> Result<&'static Row, SourceError> {
    let wanted = config.connector.as_str();
    if let Some(row) = registry().iter().find(|row| row.kind.eq_ignore_ascii_case(wanted)) {
        return Ok(row);
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
        let context = Context { secrets: Arc::new(NoSecrets), gate: Arc::new(forebay_ports::Unlimited) };
        let Err(SourceError::Misconfigured { detail }) = open(&config, context) else { panic!() };
        assert!(detail.contains("'netsweet'") && detail.contains("netsuite"), "{detail}");
    }

    #[test]
    fn every_kind_is_an_identifier_and_listed_once() {
        let kinds: std::collections::BTreeSet<&str> = registry().iter().map(|row| row.kind).collect();
        assert_eq!(kinds.len(), registry().len());
        assert!(kinds.iter().all(|kind| ConnectorKind::new(*kind).is_ok()));
    }
}
