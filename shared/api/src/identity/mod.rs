//! Whose request it is.

mod easy_auth;
mod single_tenant;

pub use easy_auth::EasyAuth;
pub use single_tenant::SingleTenant;

use axum::http::HeaderMap;
use forebay_model::TenantId;

/// Finds the tenant a request speaks for.
pub trait Identify: Send + Sync {
    fn tenant(&self, headers: &HeaderMap) -> Result<TenantId, IdentityError>;

    /// Who it is, by the name that goes into what the request writes. Only asked of a request that has a tenant.
    fn author(&self, headers: &HeaderMap) -> String;
}

/// Why a request has no tenant. No message repeats what the request claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The request says nothing about who sends it: sign in.
    #[error("the request names no identity: {expected}")]
    Missing { expected: &'static str },
    /// It says something that cannot be read or trusted: sign in again.
    #[error("the request's identity cannot be read: {detail}")]
    Malformed { detail: String },
    /// It is somebody, but nobody this installation serves: an administrator must add the tenant.
    #[error("the signed-in organisation has no tenant here")]
    UnknownTenant,
}
