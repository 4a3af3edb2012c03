//! The certificate's key: made here, verified here. Salesforce takes RS256 alone.

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use forebay_simulation::secrets::pem;

/// A new private key of 2048 bits, as PKCS#8 in PEM.
///
/// # Errors
/// When the machine gives no random bytes.
pub fn generate() -> Result<String> {
    let failed = |_| anyhow!("cannot make an RSA key");
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?;
    Ok(pem::encode(der.as_ref()))
}

/// The public half of the certificate's key.
pub struct VerifyingKey(Vec<u8>);

impl VerifyingKey {
    /// Derives the public half of a private key.
    ///
    /// # Errors
    /// When the text is no RSA key.
    pub fn of(private_key_pem: &str) -> Result<Self> {
        let pair = KeyPair::from_pkcs8(&pem::decode(private_key_pem)?).context("the RSA key is damaged")?;
        Ok(Self(pair.public_key().as_ref().to_vec()))
    }

    /// Whether `signature` over `message` was made with this key under RS256 (RFC 7518).
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0).verify(message, signature).is_ok()
    }
}
