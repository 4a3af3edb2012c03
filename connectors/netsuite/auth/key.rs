//! The private key of a client assertion: read from PEM, used once, dropped.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::netsuite::config::Algorithm;

/// A key that can sign.
pub enum SigningKey {
    Rsa(Box<RsaKeyPair>),
    P256(Box<EcdsaKeyPair>),
}

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
const CONVERT: &str = "convert it with 'openssl pkcs8 -topk8 -nocrypt -in key.pem'";

impl SigningKey {
    /// Reads a PKCS#8 key in PEM. Line breaks written as `\n`, as settings files do, are accepted. The
    /// error says what to do and holds nothing of the key.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        let der = der(pem)?;
        if let Ok(key) = RsaKeyPair::from_pkcs8(&der) {
            return Self::check_rsa(key);
        }
        match EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der) {
            Ok(key) => Ok(Self::P256(Box::new(key))),
            Err(_) => {
                Err("it is neither an RSA nor a P-256 key; use RSA of 3072 or 4096 bits, or P-256".into())
            }
        }
    }

    fn check_rsa(key: RsaKeyPair) -> Result<Self, String> {
        let bits = key.public_modulus_len() * 8;
        if bits < 3072 {
            return Err(format!("it is an RSA key of {bits} bits; NetSuite takes 3072 or 4096"));
        }
        Ok(Self::Rsa(Box::new(key)))
    }

    /// The algorithm that fits the key, checked against what was configured.
    pub fn algorithm(&self, configured: Option<Algorithm>) -> Result<Algorithm, String> {
        let fits = match self {
            Self::Rsa(_) => Algorithm::Ps256,
            Self::P256(_) => Algorithm::Es256,
        };
        match configured {
            Some(wanted) if wanted != fits => Err(format!(
                "setting 'algorithm' says {}, but the private key is for {}; change one of the two",
                name(wanted),
                name(fits)
            )),
            _ => Ok(fits),
        }
    }

    /// Signs for a JSON web token: RSA-PSS with a salt of 32 bytes, or ECDSA as `r || s` (RFC 7518,
    /// sections 3.4 and 3.5).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "the signature could not be made".to_owned();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PSS_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(key) => Ok(key.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
        }
    }

    /// The public half, to verify with.
    #[cfg(test)]
    pub fn public_key(&self) -> &[u8] {
        use aws_lc_rs::signature::KeyPair;
        match self {
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::P256(key) => key.public_key().as_ref(),
        }
    }
}

/// As a JSON web token names it.
pub fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ps256 => "PS256",
        Algorithm::Es256 => "ES256",
    }
}

fn der(pem: &str) -> Result<Vec<u8>, String> {
    let pem = pem.replace("\\n", "\n");
    let Some((_, rest)) = pem.split_once(BEGIN) else {
        return Err(if pem.contains("-----BEGIN CERTIFICATE") {
            "it is a certificate; store the private key that belongs to it".into()
        } else if pem.contains("-----BEGIN") {
            format!("it is PEM, but not an unencrypted PKCS#8 key ('{BEGIN}'); {CONVERT}")
        } else {
            format!("it is not PEM; it must start with '{BEGIN}'")
        });
    };
    let Some((body, _)) = rest.split_once(END) else {
        return Err(format!("it is cut short: '{END}' is missing; store it again, whole"));
    };
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).map_err(|_| "its text is damaged (not Base64); store it again, whole".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    /// A fresh P-256 key: no key is kept in the repository.
    fn pem() -> String {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = key.to_pkcs8v1().unwrap();
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der.as_ref()))
    }

    #[test]
    fn a_p256_key_signs_what_its_public_half_verifies() {
        let key = SigningKey::from_pem(&pem().replace('\n', "\\n")).unwrap_or_else(|e| panic!("{e}"));
        let signature = key.sign(b"message").unwrap();
        assert_eq!(signature.len(), 64);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key())
            .verify(b"message", &signature)
            .unwrap();
        assert!(key.algorithm(None) == Ok(Algorithm::Es256));
        assert!(key.algorithm(Some(Algorithm::Ps256)).unwrap_err().contains("change one of the two"));
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let complaint = |text: &str| SigningKey::from_pem(text).err().unwrap();
        assert!(complaint("hello").contains("not PEM"));
        assert!(complaint("-----BEGIN RSA PRIVATE KEY-----\n").contains("openssl pkcs8"));
        assert!(complaint("-----BEGIN CERTIFICATE-----\n").contains("certificate"));
        assert!(complaint(BEGIN).contains("cut short"));
        assert!(complaint(&format!("{BEGIN}\n!!\n{END}")).contains("damaged"));
        assert!(complaint(&format!("{BEGIN}\nAAAA\n{END}")).contains("neither"));
    }
}
