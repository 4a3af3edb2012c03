use forebay_model::SourceConfig;
use forebay_ports::repository::VersionedSchema;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetNameView, StreamRunView};
use crate::state::StreamDatasets;

/// One kind of record of a source.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Stream)]
pub struct StreamView {
    #[schema(example = "customer")]
    pub name: String,
    pub source: String,
    pub connector: String,
    /// The typed table its records are in.
    pub table: String,
    /// Version of the newest schema, from 1.
    pub schema_version: u32,
    /// How many columns the newest schema has.
    pub columns: u64,
    /// Columns that together identify a record.
    pub key: Vec<String>,
    /// The column that says when a record last changed; null for a stream that is read in full.
    #[schema(required = true)]
    pub modified: Option<String>,
    /// Live records in the table now.
    pub rows: u64,
    /// Its part of the source's newest run; null where that has none.
    #[schema(required = true)]
    pub last_run: Option<StreamRunView>,
    pub datasets: DatasetsView,
}

/// The names of a stream's datasets in lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StreamDatasets)]
pub struct DatasetsView {
    /// The record type at the source.
    pub source: DatasetNameView,
    /// The raw pages.
    pub raw: DatasetNameView,
    /// The typed table.
    pub table: DatasetNameView,
}

impl StreamView {
    pub fn new(
        source: &SourceConfig,
        versioned: &VersionedSchema,
        datasets: StreamDatasets,
        rows: u64,
        last_run: Option<StreamRunView>,
    ) -> Self {
        let schema = &versioned.schema;
        Self {
            name: schema.stream.to_string(),
            source: source.id.to_string(),
            connector: schema.connector.to_string(),
            table: schema.table(),
            schema_version: versioned.version,
            columns: schema.columns.len() as u64,
            key: schema.key.clone(),
            modified: schema.modified.clone(),
            rows,
            last_run,
            datasets: DatasetsView {
                source: datasets.source.into(),
                raw: datasets.raw.into(),
                table: datasets.table.into(),
            },
        }
    }
}
