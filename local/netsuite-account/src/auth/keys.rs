//! Certificates' keys: made here, verified here. NetSuite takes RSA of 3072 or 4096 bits and P-256, P-384, P-521.

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _, ParsedPublicKey, UnparsedPublicKey,
    VerificationAlgorithm,
};
use forebay_simulation::secrets::pem;

/// What a certificate's key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Algorithm {
    /// RSA of 3072 bits: PS256, PS384 and PS512.
    #[serde(rename = "PS256")]
    Rsa3072,
    #[serde(rename = "ES256")]
    P256,
    #[serde(rename = "ES384")]
    P384,
    #[serde(rename = "ES512")]
    P521,
}

impl Algorithm {
    fn ecdsa(self) -> Option<&'static EcdsaSigningAlgorithm> {
        match self {
            Self::Rsa3072 => None,
            Self::P256 => Some(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            Self::P384 => Some(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            Self::P521 => Some(&signature::ECDSA_P521_SHA512_FIXED_SIGNING),
        }
    }

    /// A new private key, as PKCS#8 in PEM.
    pub fn generate(self) -> Result<String> {
        let failed = |_| anyhow!("cannot make a {self:?} key");
        let Some(algorithm) = self.ecdsa() else {
            let pair = KeyPair::generate(KeySize::Rsa3072).map_err(failed)?;
            let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?;
            return Ok(pem::encode(der.as_ref()));
        };
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).map_err(failed)?;
        Ok(pem::encode(document.as_ref()))
    }
}

/// The public half of a certificate's key.
pub struct VerifyingKey {
    algorithm: Algorithm,
    public: Vec<u8>,
}

impl VerifyingKey {
    /// Derives the public half of a private key.
    pub fn of(algorithm: Algorithm, private_key_pem: &str) -> Result<Self> {
        let der = pem::decode(private_key_pem)?;
        let public = match algorithm.ecdsa() {
            None => {
                KeyPair::from_pkcs8(&der).context("the RSA key is damaged")?.public_key().as_ref().to_vec()
            }
            Some(ec) => EcdsaKeyPair::from_pkcs8(ec, &der)
                .context("the EC key is damaged")?
                .public_key()
                .as_ref()
                .to_vec(),
        };
        Ok(Self { algorithm, public })
    }

    /// Whether `signature` over `message` was made with this key under the JWT algorithm `name` (RFC 7518).
    pub fn verifies(&self, name: &str, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match (self.algorithm, name) {
            (Algorithm::Rsa3072, "PS256") => &signature::RSA_PSS_2048_8192_SHA256,
            (Algorithm::Rsa3072, "PS384") => &signature::RSA_PSS_2048_8192_SHA384,
            (Algorithm::Rsa3072, "PS512") => &signature::RSA_PSS_2048_8192_SHA512,
            (Algorithm::P256, "ES256") => &signature::ECDSA_P256_SHA256_FIXED,
            (Algorithm::P384, "ES384") => &signature::ECDSA_P384_SHA384_FIXED,
            (Algorithm::P521, "ES512") => &signature::ECDSA_P521_SHA512_FIXED,
            _ => return false,
        };
        let key = UnparsedPublicKey::new(algorithm, &self.public);
        key.parse().is_ok_and(|parsed: ParsedPublicKey| parsed.verify_sig(message, signature).is_ok())
    }
}
