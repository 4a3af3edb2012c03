use axum::http::HeaderMap;
use forebay_model::TenantId;

use super::{Identify, IdentityError};

/// One machine, one tenant: every request is its. Only for a server that listens on this machine alone.
#[derive(Debug, Clone)]
pub struct SingleTenant(TenantId);

impl SingleTenant {
    pub fn new(tenant: TenantId) -> Self {
        Self(tenant)
    }
}

impl Identify for SingleTenant {
    fn tenant(&self, _headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        Ok(self.0.clone())
    }

    fn author(&self, _headers: &HeaderMap) -> String {
        "local".to_owned()
    }
}
