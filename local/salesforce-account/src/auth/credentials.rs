//! The connected app that clients come through, kept under the data folder.

use std::path::Path;

use anyhow::Result;
use forebay_simulation::secrets::{load_or_else, random_text, save_private};
use serde::{Deserialize, Serialize};

use super::keys;
use crate::ids;

/// Everything a client needs. Written as `credentials.json`; every value in it is made up by this org.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The org's id, 18 characters.
    pub organization_id: String,
    /// My Domain: login host and instance in one.
    pub base_url: String,
    /// The connected app's consumer key.
    pub client_id: String,
    /// The consumer secret, for client credentials.
    pub client_secret: String,
    /// The integration's user, the `sub` of assertions.
    pub username: String,
    /// The id of that user.
    pub user_id: String,
    /// The certificate's RSA key of 2048 bits, for RS256.
    pub private_key_pem: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("organization_id", &self.organization_id)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// Makes a new connected app.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            organization_id: ids::id("00D", 1),
            base_url: String::new(),
            client_id: format!("3MVG9{}", random_text(48)?),
            client_secret: random_text(32)?,
            username: "integration@forebay.example".to_owned(),
            user_id: ids::id("005", 1),
            private_key_pem: keys::generate()?,
        })
    }

    /// Reads those of an earlier start, or makes new ones.
    ///
    /// # Errors
    /// When the file cannot be read or a key cannot be made.
    pub fn load_or_generate(path: &Path) -> Result<Self> {
        load_or_else(path, Self::generate)
    }

    /// Writes them for this user alone, replacing the file in one step.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        save_private(path, self)
    }
}
