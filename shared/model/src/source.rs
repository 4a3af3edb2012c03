//! A configured source system.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ConnectorKind, SourceId, TenantId};

/// One source as configured: what to talk to, never with what secret. Secrets are named, not held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceConfig {
    pub tenant: TenantId,
    pub id: SourceId,
    pub connector: ConnectorKind,
    /// Plain settings, such as the account and its base URL.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Purpose to secret name, such as `private_key` to `netsuite-private-key`.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}
