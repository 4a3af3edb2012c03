//! Who may call: OAuth 2.0 machine-to-machine (certificates) and token-based authentication (OAuth 1.0a).

mod assertion;
mod credentials;
mod keys;
mod signature;

pub use assertion::{AssertionError, Expected, verify_assertion};
pub use credentials::{Certificate, Credentials};
pub use forebay_simulation::form::{encode, query_map};
pub use forebay_simulation::secrets::Tokens;
pub use keys::{Algorithm, VerifyingKey};
pub use signature::{Nonces, SignatureError, SignedRequest, verify_signature};

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/services/rest/auth/oauth2/v1/token";
