//! Which account, and how it is entered.

use std::collections::HashMap;
use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::policies::Policy;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Url};
use azure_core::time::Duration;
use azure_storage_blob::{BlobContainerClient, BlobServiceClient, BlobServiceClientOptions};
use forebay_ports::PortError;

use super::SERVICE;
use super::shared_key::SharedKey;
use crate::error::{misconfigured, redact};

/// A storage account and what opens it.
pub(super) enum Account {
    Entra {
        url: Url,
        credential: Arc<dyn TokenCredential>,
    },
    /// The URL carries a shared access signature.
    Signed {
        url: Url,
    },
    Key {
        url: Url,
        name: String,
        key: Secret,
    },
}

impl Account {
    /// Reads a connection string or a signed URL.
    pub(super) fn parse(connection: &str) -> Result<Self, PortError> {
        let connection = connection.trim();
        if connection.starts_with("https://") || connection.starts_with("http://") {
            return Self::signed(connection);
        }
        let parts = pairs(connection);
        let part = |name: &str| parts.get(name).map(String::as_str).filter(|v| !v.is_empty());
        let url = endpoint(&part)?;
        match (part("sharedaccesssignature"), part("accountname"), part("accountkey")) {
            (Some(signature), ..) => {
                let mut url = url;
                url.set_query(Some(signature.trim_start_matches('?')));
                Ok(Self::Signed { url })
            }
            (None, Some(name), Some(key)) => {
                Ok(Self::Key { url, name: name.to_owned(), key: Secret::new(key.to_owned()) })
            }
            _ => Err(misconfigured(
                SERVICE,
                "the connection string needs AccountName and AccountKey, or SharedAccessSignature",
            )),
        }
    }

    fn signed(text: &str) -> Result<Self, PortError> {
        let url = Url::parse(text).map_err(|e| misconfigured(SERVICE, format!("the account URL: {e}")))?;
        if !url.query_pairs().any(|(name, _)| name == "sig") {
            let detail = format!("{} carries no shared access signature (sig=)", redact(url.as_str()));
            return Err(misconfigured(SERVICE, detail));
        }
        Ok(Self::Signed { url })
    }

    pub(super) fn container(self, container: &str) -> Result<BlobContainerClient, PortError> {
        let mut options = ClientOptions { retry: retries(), ..ClientOptions::default() };
        let (url, credential) = match self {
            Self::Entra { url, credential } => (url, Some(credential)),
            Self::Signed { url } => (url, None),
            Self::Key { url, name, key } => {
                let sign: Arc<dyn Policy> = Arc::new(SharedKey::new(name, key));
                options.per_try_policies.push(sign);
                (url, None)
            }
        };
        let url = without_trailing_slash(url);
        let options = BlobServiceClientOptions { client_options: options, ..Default::default() };
        let service = BlobServiceClient::new(url, credential, Some(options))
            .map_err(|e| misconfigured(SERVICE, redact(&e.to_string())))?;
        Ok(service.blob_container_client(container))
    }
}

/// The client would append the container after an empty segment.
fn without_trailing_slash(mut url: Url) -> Url {
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty();
    }
    url
}

/// Short enough to stay within one operation's patience.
fn retries() -> RetryOptions {
    RetryOptions::exponential(ExponentialRetryOptions {
        max_retries: 4,
        max_delay: Duration::seconds(8),
        max_total_elapsed: Duration::seconds(40),
        ..Default::default()
    })
}

/// `Name=value;Name=value`, names in lower case. A value may hold `=`.
fn pairs(connection: &str) -> HashMap<String, String> {
    connection
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

fn endpoint<'a>(part: &impl Fn(&str) -> Option<&'a str>) -> Result<Url, PortError> {
    let text = match (part("blobendpoint"), part("accountname")) {
        (Some(endpoint), _) => endpoint.to_owned(),
        (None, Some(name)) => {
            let protocol = part("defaultendpointsprotocol").unwrap_or("https");
            let suffix = part("endpointsuffix").unwrap_or("core.windows.net");
            format!("{protocol}://{name}.blob.{suffix}")
        }
        (None, None) => {
            return Err(misconfigured(
                SERVICE,
                "the connection string names no BlobEndpoint and no AccountName",
            ));
        }
    };
    Url::parse(&text).map_err(|e| misconfigured(SERVICE, format!("the blob endpoint {text:?}: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(connection: &str) -> String {
        match Account::parse(connection) {
            Ok(Account::Entra { .. }) => "entra".to_owned(),
            Ok(Account::Signed { url }) => format!("signed {url}"),
            Ok(Account::Key { url, name, .. }) => format!("key {name} {url}"),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn a_connection_string_names_endpoint_and_key() {
        let azurite = "DefaultEndpointsProtocol=http;AccountName=local;AccountKey=a2V5PT0=;\
                       BlobEndpoint=http://127.0.0.1:10000/local;";
        assert_eq!(told(azurite), "key local http://127.0.0.1:10000/local");
        let azure = "DefaultEndpointsProtocol=https;AccountName=example;AccountKey=a2V5;EndpointSuffix=core.windows.net";
        assert_eq!(told(azure), "key example https://example.blob.core.windows.net/");
    }

    #[test]
    fn a_signature_comes_in_the_url_or_in_the_connection_string() {
        assert_eq!(
            told("https://example.blob.core.windows.net/?sv=1&sig=x"),
            "signed https://example.blob.core.windows.net/?sv=1&sig=x"
        );
        let text = "BlobEndpoint=https://example.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x";
        assert_eq!(told(text), "signed https://example.blob.core.windows.net/?sv=1&sig=x");
    }

    #[test]
    fn a_trailing_slash_changes_nothing() {
        let at = |text: &str| Account::parse(text).unwrap().container("raw").unwrap().url().to_string();
        for slash in ["", "/"] {
            let local = format!("AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/local{slash}");
            assert_eq!(at(&local), "http://127.0.0.1:1/local/raw");
            let azure = format!("https://example.blob.core.windows.net{slash}?sig=x");
            assert_eq!(at(&azure), "https://example.blob.core.windows.net/raw?sig=x");
        }
    }

    #[test]
    fn what_is_missing_is_said_without_what_is_secret() {
        assert!(told("AccountName=example").contains("needs AccountName and AccountKey"));
        assert!(told("AccountKey=c2VjcmV0").contains("names no BlobEndpoint"));
        assert!(!told("AccountKey=c2VjcmV0").contains("c2VjcmV0"));
        assert!(
            told("https://example.blob.core.windows.net/").contains("carries no shared access signature")
        );
    }
}
