use forebay_model::Instant;
use forebay_ports::repository::StoredList;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A reference list as its author writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRequest {
    /// The newest version that its author has read; 0 for a new list.
    pub version: u32,
    #[schema(min_items = 1, example = json!(["open", "paid", "void"]))]
    pub values: Vec<String>,
}

/// Values that rules refer to by name, in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ReferenceList)]
pub struct ListView {
    pub name: String,
    /// Left out where lists are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    pub count: u64,
    pub version: u32,
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    pub author: String,
    pub retired: bool,
}

impl ListView {
    pub fn whole(stored: StoredList) -> Self {
        let values = Some(stored.list.values.iter().cloned().collect());
        Self { values, ..Self::summary(stored) }
    }

    pub fn summary(stored: StoredList) -> Self {
        Self {
            name: stored.list.name,
            values: None,
            count: stored.count,
            version: stored.version,
            since: stored.since,
            author: stored.author,
            retired: stored.retired,
        }
    }
}
