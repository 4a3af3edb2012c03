//! Who may call: OAuth 2.0 machine-to-machine (certificates) and token-based authentication (OAuth 1.0a).

mod assertion;
mod credentials;
mod keys;
mod pem;
mod signature;
mod tokens;

pub use assertion::{AssertionError, Expected, verify_assertion};
pub use credentials::{Certificate, Credentials};
pub use keys::{Algorithm, VerifyingKey};
pub use signature::{Nonces, SignatureError, SignedRequest, encode, query_map, verify_signature};
pub use tokens::Tokens;

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/services/rest/auth/oauth2/v1/token";

/// Random bytes as URL-safe text.
pub fn random_text(bytes: usize) -> anyhow::Result<String> {
    use base64::Engine as _;
    let mut buffer = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut buffer).map_err(|_| anyhow::anyhow!("this machine gives no random bytes"))?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(buffer))
}
