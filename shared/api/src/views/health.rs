use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// The process answers.
    Live,
    /// It can reach its repository too.
    Ready,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthView {
    pub status: HealthStatus,
    /// The app's version.
    pub version: &'static str,
}

impl HealthView {
    pub fn new(status: HealthStatus) -> Self {
        Self { status, version: env!("CARGO_PKG_VERSION") }
    }
}
