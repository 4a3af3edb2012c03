use forebay_model::TenantId;
use forebay_model::alert::secret_prefix;
use serde::Serialize;
use utoipa::ToSchema;

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Caller)]
pub struct CallerView {
    #[schema(example = "default")]
    pub tenant: String,
    /// Noted beside what the caller writes, such as rules and silences.
    #[schema(example = "ada@example.com")]
    pub author: String,
    /// What the names of the secrets begin with that the tenant's alert channels may use.
    #[schema(example = "alert-default--")]
    pub channel_secret_prefix: String,
}

impl CallerView {
    pub fn new(tenant: &TenantId, author: String) -> Self {
        Self { tenant: tenant.as_str().to_owned(), author, channel_secret_prefix: secret_prefix(tenant) }
    }
}
