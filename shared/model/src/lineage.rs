//! Where a column came from, in OpenLineage's terms: datasets named by namespace and name, and edges
//! between their columns with the transformation that connects them.

use serde::{Deserialize, Serialize};

/// A dataset by OpenLineage's naming: a namespace (the system) and a name within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DatasetName {
    pub namespace: String,
    pub name: String,
}

/// What kind of dataset it is, for people and pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// A record type of the source system.
    Source,
    /// The raw pages of a stream.
    Raw,
    /// The typed table of a stream.
    Table,
}

/// How an output column comes from an input field: OpenLineage's ColumnLineageDatasetFacet 1.2
/// `transformations` (`DIRECT` with subtype `IDENTITY` or `TRANSFORMATION`, or `INDIRECT`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Transformation {
    #[serde(rename = "type")]
    pub kind: String,
    pub subtype: String,
    pub description: String,
}

/// One edge: a field of one dataset feeds a field of another. `None` fields make it an edge between
/// whole datasets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineageEdge {
    pub from: DatasetName,
    pub from_kind: DatasetKind,
    pub from_field: Option<String>,
    pub to: DatasetName,
    pub to_kind: DatasetKind,
    pub to_field: Option<String>,
    pub transformation: Transformation,
}

/// Which way to walk from a dataset or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Upstream,
    Downstream,
    Both,
}
