//! Who may call: the connected app with its secret, or with its certificate.

mod assertion;
mod credentials;
mod keys;

pub use assertion::{AssertionError, Expected, verify_assertion};
pub use credentials::Credentials;
pub use keys::VerifyingKey;

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/services/oauth2/token";
