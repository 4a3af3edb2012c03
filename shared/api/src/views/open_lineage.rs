use serde::Serialize;
use utoipa::ToSchema;

/// A run's lineage as OpenLineage 2-0-2 events.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpenLineageEvents {
    /// Each is a `RunEvent` of <https://openlineage.io/spec/2-0-2/OpenLineage.json>, ready to be sent to
    /// any OpenLineage consumer, in order of time.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<serde_json::Value>,
}
