//! The portal's apps, kept under the data folder.

use anyhow::Result;
use forebay_simulation::secrets::random_text;
use serde::{Deserialize, Serialize};

use crate::catalog::PORTAL_ID;

/// Everything a client needs. Written as `credentials.json`; every value in it is made up by this portal.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    pub portal_id: i64,
    pub base_url: String,
    /// The private app's token, which never ends by itself.
    pub private_app_token: String,
    /// The OAuth app.
    pub client_id: String,
    pub client_secret: String,
    /// Good for any number of refreshes.
    pub refresh_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("portal_id", &self.portal_id)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// Makes new apps.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn generate() -> Result<Self> {
        Ok(Self {
            portal_id: PORTAL_ID,
            base_url: String::new(),
            private_app_token: private_app_token()?,
            client_id: random_text(24)?,
            client_secret: random_text(24)?,
            refresh_token: format!("na1-{}", random_text(32)?),
        })
    }
}

/// A token for the private app.
///
/// # Errors
/// When the machine gives no random bytes.
pub fn private_app_token() -> Result<String> {
    Ok(format!("pat-na1-{}", random_text(27)?))
}
