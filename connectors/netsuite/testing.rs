//! Pieces for unit tests.

use forebay_model::{ConnectorKind, SourceConfig, SourceId, StreamSchema, TenantId};

use super::columns::Field;
use super::schema::{assemble, column};
use super::streams::Definition;

/// A valid configuration with more settings.
pub fn config(settings: &[(&str, &str)]) -> SourceConfig {
    let base = [("account", "1234567"), ("client_id", "client"), ("certificate_id", "certificate")];
    let all = base.iter().chain(settings);
    SourceConfig {
        tenant: TenantId::new("acme").unwrap(),
        id: SourceId::new("erp").unwrap(),
        connector: ConnectorKind::new("netsuite").unwrap(),
        settings: all.map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        secrets: [("private_key".to_owned(), "netsuite-private-key".to_owned())].into(),
    }
}

/// A stream's schema with its built-in columns.
pub fn schema(definition: &Definition) -> StreamSchema {
    let columns =
        definition.fields.iter().map(|field: &Field| column(field.name, field.column_type)).collect();
    assemble(definition, std::slice::from_ref(definition), columns).unwrap()
}
