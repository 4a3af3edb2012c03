//! The integration that clients connect with, kept under the data folder.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use forebay_simulation::secrets::{load_or_else, random_text, save_private};
use serde::{Deserialize, Serialize};

use super::keys::{Algorithm, VerifyingKey};

/// Everything a client needs. Written as `credentials.json`; every value in it is made up by this account.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The account id as the realm spells it: upper case, underscore before a sandbox number.
    pub account: String,
    pub base_url: String,
    pub client_id: String,
    /// The RSA certificate, for PS256, PS384 and PS512.
    pub certificate_id: String,
    pub private_key_pem: String,
    /// The P-256 certificate, for ES256.
    pub ec_certificate_id: String,
    pub ec_private_key_pem: String,
    /// Certificates for the remaining algorithms.
    pub further_certificates: Vec<Certificate>,
    pub consumer_key: String,
    pub consumer_secret: String,
    pub token_id: String,
    pub token_secret: String,
}

/// One more certificate of the integration.
#[derive(Clone, Serialize, Deserialize)]
pub struct Certificate {
    pub certificate_id: String,
    pub algorithm: Algorithm,
    pub private_key_pem: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("account", &self.account)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// Makes a new integration.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            account: "TSTDRV2718281".to_owned(),
            base_url: String::new(),
            client_id: random_text(32)?,
            certificate_id: random_text(24)?,
            private_key_pem: Algorithm::Rsa3072.generate()?,
            ec_certificate_id: random_text(24)?,
            ec_private_key_pem: Algorithm::P256.generate()?,
            further_certificates: [Algorithm::P384, Algorithm::P521]
                .into_iter()
                .map(|algorithm| {
                    let private_key_pem = algorithm.generate()?;
                    Ok(Certificate { certificate_id: random_text(24)?, algorithm, private_key_pem })
                })
                .collect::<Result<_>>()?,
            consumer_key: random_text(32)?,
            consumer_secret: random_text(32)?,
            token_id: random_text(32)?,
            token_secret: random_text(32)?,
        })
    }

    /// Reads those of an earlier start, or makes new ones.
    pub fn load_or_generate(path: &Path) -> Result<Self> {
        load_or_else(path, Self::generate)
    }

    /// Writes them for this user alone, replacing the file in one step.
    pub fn save(&self, path: &Path) -> Result<()> {
        save_private(path, self)
    }

    /// The certificates' public keys by certificate id.
    pub fn verifying_keys(&self) -> Result<HashMap<String, VerifyingKey>> {
        let main = [
            (&self.certificate_id, Algorithm::Rsa3072, &self.private_key_pem),
            (&self.ec_certificate_id, Algorithm::P256, &self.ec_private_key_pem),
        ];
        let further =
            self.further_certificates.iter().map(|c| (&c.certificate_id, c.algorithm, &c.private_key_pem));
        main.into_iter()
            .chain(further)
            .map(|(id, algorithm, pem)| Ok((id.clone(), VerifyingKey::of(algorithm, pem)?)))
            .collect()
    }
}
