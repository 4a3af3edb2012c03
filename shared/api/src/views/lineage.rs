use forebay_model::lineage::{DatasetKind, DatasetName, LineageEdge, Transformation};
use serde::Serialize;
use utoipa::ToSchema;

/// Datasets and the edges between their columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineageGraph {
    /// In order of namespace and name.
    pub nodes: Vec<LineageNode>,
    pub edges: Vec<LineageEdgeView>,
    /// True where the graph goes on beyond what is shown: ask from a node further out, or deeper.
    pub truncated: bool,
}

/// A dataset: a record type of a source, its raw pages or its typed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineageNode {
    pub namespace: String,
    pub name: String,
    pub kind: DatasetKindView,
    /// Its columns that the graph's edges touch.
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DatasetKind)]
pub enum DatasetKindView {
    Source,
    Raw,
    Table,
}

/// One field of one dataset feeds a field of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LineageEdge)]
pub struct LineageEdgeView {
    pub from: FieldView,
    pub to: FieldView,
    pub transformation: TransformationView,
}

/// A column of a dataset, or the whole dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Field)]
pub struct FieldView {
    pub namespace: String,
    pub name: String,
    /// Null for the dataset as a whole.
    #[schema(required = true)]
    pub field: Option<String>,
}

/// How an output column comes from an input field, in OpenLineage's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Transformation)]
pub struct TransformationView {
    #[serde(rename = "type")]
    #[schema(example = "DIRECT")]
    pub kind: String,
    #[schema(example = "IDENTITY")]
    pub subtype: String,
    pub description: String,
}

/// A dataset's name by OpenLineage's naming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DatasetName)]
pub struct DatasetNameView {
    pub namespace: String,
    pub name: String,
}

impl From<DatasetName> for DatasetNameView {
    fn from(DatasetName { namespace, name }: DatasetName) -> Self {
        Self { namespace, name }
    }
}

impl From<DatasetKind> for DatasetKindView {
    fn from(kind: DatasetKind) -> Self {
        match kind {
            DatasetKind::Source => Self::Source,
            DatasetKind::Raw => Self::Raw,
            DatasetKind::Table => Self::Table,
        }
    }
}

impl From<LineageEdge> for LineageEdgeView {
    fn from(edge: LineageEdge) -> Self {
        let field = |dataset: DatasetName, field| FieldView {
            namespace: dataset.namespace,
            name: dataset.name,
            field,
        };
        let Transformation { kind, subtype, description } = edge.transformation;
        Self {
            from: field(edge.from, edge.from_field),
            to: field(edge.to, edge.to_field),
            transformation: TransformationView { kind, subtype, description },
        }
    }
}
