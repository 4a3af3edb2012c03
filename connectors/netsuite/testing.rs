//! Pieces for unit tests.

use forebay_model::{ColumnType, ConnectorKind, SourceConfig, SourceId, StreamSchema, TenantId};

use super::columns::Field;
use super::query::PARENT_MODIFIED;
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
    let parent = definition.parent.iter().map(|_| column(PARENT_MODIFIED, ColumnType::Timestamp));
    let columns = definition
        .fields
        .iter()
        .map(|field: &Field| column(field.name, field.column_type))
        .chain(parent)
        .collect();
    assemble(definition, std::slice::from_ref(definition), columns).unwrap()
}

/// A standard stream's schema.
pub fn stream(name: &str) -> StreamSchema {
    let settings = super::config::Settings::read(&config(&[])).unwrap();
    let definitions = super::streams::definitions(&settings);
    schema(definitions.iter().find(|definition| definition.stream.as_str() == name).unwrap())
}
