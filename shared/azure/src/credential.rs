//! Who we are.

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::time::OffsetDateTime;
use azure_identity::{
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
};
use forebay_ports::PortError;

use crate::crypto::install_crypto_provider;
use crate::error::misconfigured;

/// Which identity fits the place where the process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Identity {
    /// A managed identity, by client id where one is named, else the system-assigned one.
    Managed { client_id: Option<String> },
    /// Whoever is signed in to `az` or `azd`.
    Developer,
}

impl Identity {
    /// App Service and Functions set `IDENTITY_ENDPOINT` where an identity is assigned.
    fn choose(endpoint: Option<String>, client_id: Option<String>) -> Self {
        let given = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        match given(endpoint) {
            Some(_) => Self::Managed { client_id: given(client_id) },
            None => Self::Developer,
        }
    }
}

/// The credential for every Azure service: in Azure the managed identity (`AZURE_CLIENT_ID` names a
/// user-assigned one), elsewhere that of the developer's tools (`az login`, `azd auth login`).
///
/// No token is fetched yet. `Misconfigured` where no credential can be made.
pub fn credential() -> Result<Arc<dyn TokenCredential>, PortError> {
    install_crypto_provider();
    let env = |name: &str| std::env::var(name).ok();
    match Identity::choose(env("IDENTITY_ENDPOINT"), env("AZURE_CLIENT_ID")) {
        Identity::Managed { client_id } => {
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: client_id.map(UserAssignedId::ClientId),
                ..Default::default()
            };
            let made = ManagedIdentityCredential::new(Some(options))
                .map_err(|e| misconfigured("managed identity", e.to_string()))?;
            Ok(made)
        }
        Identity::Developer => {
            let made = DeveloperToolsCredential::new(None)
                .map_err(|e| misconfigured("developer credential", e.to_string()))?;
            Ok(made)
        }
    }
}

/// How long a local token pretends to be valid.
const LOCAL_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A credential that proves nothing, for stand-ins on this machine. Whatever uses it must refuse every
/// address that is not this machine's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalCredential;

#[async_trait::async_trait]
impl TokenCredential for LocalCredential {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        Ok(AccessToken::new("local-only", OffsetDateTime::now_utc() + LOCAL_TOKEN_LIFETIME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn a_function_app_uses_the_identity_it_was_given() {
        let chosen = Identity::choose(text("http://127.0.0.1:41741/msi/token"), text("client"));
        assert_eq!(chosen, Identity::Managed { client_id: text("client") });
        let system = Identity::choose(text("http://127.0.0.1:41741/msi/token"), text(" "));
        assert_eq!(system, Identity::Managed { client_id: None });
    }

    #[test]
    fn outside_azure_the_developer_is_asked_even_if_a_client_id_is_set() {
        assert_eq!(Identity::choose(None, text("client")), Identity::Developer);
        assert_eq!(Identity::choose(text(""), None), Identity::Developer);
    }

    #[test]
    fn making_a_credential_contacts_nobody() {
        assert!(credential().is_ok());
    }
}
