//! Which account, and how it is entered.

use std::collections::HashMap;
use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::policies::Policy;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Url};
use azure_core::time::Duration;
use forebay_ports::PortError;

use super::shared_key::SharedKey;
use crate::error::{misconfigured, redact};

/// One of the account's services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Blob,
    Queue,
}

impl Service {
    /// Its name in error messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blob => "Blob Storage",
            Self::Queue => "Queue Storage",
        }
    }

    /// Its part of the account's host name, and of a connection string's `…Endpoint`.
    const fn label(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Queue => "queue",
        }
    }
}

/// What Azurite's documentation publishes; `UseDevelopmentStorage=true` means it everywhere.
const AZURITE: &str = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;\
    AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;\
    BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;";

/// A storage account's service and what opens it.
pub(crate) enum Account {
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

/// What a client of the SDK is made of.
pub(crate) struct Entrance {
    pub url: Url,
    pub credential: Option<Arc<dyn TokenCredential>>,
    pub options: ClientOptions,
}

impl Account {
    /// By the service's URL, such as `https://example.blob.core.windows.net`, as the credential's identity.
    pub(crate) fn with_credential(
        service: Service,
        setting: &str,
        url: &str,
        credential: Arc<dyn TokenCredential>,
    ) -> Result<Self, PortError> {
        let url = Url::parse(url.trim())
            .map_err(|e| misconfigured(service.name(), format!("{setting} is no URL: {e}")))?;
        if url.scheme() != "https" {
            return Err(misconfigured(service.name(), format!("{setting} must start with https://")));
        }
        Ok(Self::Entra { url, credential })
    }

    /// Reads a connection string, a signed URL, or `UseDevelopmentStorage=true`.
    pub(crate) fn parse(service: Service, connection: &str) -> Result<Self, PortError> {
        let connection = connection.trim();
        if connection.starts_with("https://") || connection.starts_with("http://") {
            return Self::signed(service, connection);
        }
        let mut parts = pairs(connection);
        if parts.get("usedevelopmentstorage").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
            parts = pairs(AZURITE);
        }
        let part = |name: &str| parts.get(name).map(String::as_str).filter(|v| !v.is_empty());
        let url = endpoint(service, &part)?;
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
                service.name(),
                "the connection string needs AccountName and AccountKey, or SharedAccessSignature",
            )),
        }
    }

    fn signed(service: Service, text: &str) -> Result<Self, PortError> {
        let url =
            Url::parse(text).map_err(|e| misconfigured(service.name(), format!("the account URL: {e}")))?;
        if !url.query_pairs().any(|(name, _)| name == "sig") {
            let detail = format!("{} carries no shared access signature (sig=)", redact(url.as_str()));
            return Err(misconfigured(service.name(), detail));
        }
        Ok(Self::Signed { url })
    }

    pub(crate) fn enter(self) -> Entrance {
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
        Entrance { url: without_trailing_slash(url), credential, options }
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

fn endpoint<'a>(service: Service, part: &impl Fn(&str) -> Option<&'a str>) -> Result<Url, PortError> {
    let label = service.label();
    let text = match (part(&format!("{label}endpoint")), part("accountname")) {
        (Some(endpoint), _) => endpoint.to_owned(),
        (None, Some(name)) => {
            let protocol = part("defaultendpointsprotocol").unwrap_or("https");
            let suffix = part("endpointsuffix").unwrap_or("core.windows.net");
            format!("{protocol}://{name}.{label}.{suffix}")
        }
        (None, None) => {
            let mut name = label.to_owned();
            name[..1].make_ascii_uppercase();
            return Err(misconfigured(
                service.name(),
                format!("the connection string names no {name}Endpoint and no AccountName"),
            ));
        }
    };
    Url::parse(&text)
        .map_err(|e| misconfigured(service.name(), format!("the {label} endpoint {text:?}: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(connection: &str) -> String {
        match Account::parse(Service::Blob, connection) {
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
    fn each_service_has_its_own_endpoint() {
        let at = |text: &str| Account::parse(Service::Queue, text).unwrap().enter().url.to_string();
        let both = "AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:2/a";
        assert_eq!(at(both), "http://127.0.0.1:2/a");
        assert_eq!(at("AccountName=a;AccountKey=a2V5"), "https://a.queue.core.windows.net/");
        assert_eq!(at("UseDevelopmentStorage=true"), "http://127.0.0.1:10001/devstoreaccount1");
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
        let at = |text: &str| Account::parse(Service::Blob, text).unwrap().enter().url.to_string();
        for slash in ["", "/"] {
            let local = format!("AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/local{slash}");
            assert_eq!(at(&local), "http://127.0.0.1:1/local");
            let azure = format!("https://example.blob.core.windows.net{slash}?sig=x");
            assert_eq!(at(&azure), "https://example.blob.core.windows.net/?sig=x");
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
