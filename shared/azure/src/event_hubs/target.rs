//! Where to publish to.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_messaging_eventhubs::{ProducerClient, RetryOptions};
use forebay_ports::PortError;
use url::{Host, Url};

use super::{SERVICE, errors};
use crate::credential::LocalCredential;
use crate::error::misconfigured;

/// A namespace in Azure, or a stand-in on this machine.
pub(super) enum Target {
    Azure { namespace: String, credential: Arc<dyn TokenCredential> },
    Local { endpoint: Url },
}

impl Target {
    pub(super) fn azure(namespace: &str, credential: Arc<dyn TokenCredential>) -> Result<Self, PortError> {
        let namespace = namespace.trim();
        let valid = namespace.contains('.')
            && namespace.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if !valid {
            let detail = format!(
                "EventHubConnection__fullyQualifiedNamespace is {namespace:?}; give the host name alone, \
                 such as example.servicebus.windows.net"
            );
            return Err(misconfigured(SERVICE, detail));
        }
        Ok(Self::Azure { namespace: namespace.to_owned(), credential })
    }

    pub(super) fn local(endpoint: &str) -> Result<Self, PortError> {
        let url = Url::parse(endpoint.trim())
            .map_err(|e| misconfigured(SERVICE, format!("the endpoint {endpoint:?} is no URL: {e}")))?;
        if url.scheme() != "amqp" || !is_loopback(&url) {
            let detail = format!(
                "the endpoint {endpoint:?} is refused: without a credential only amqp:// to this machine \
                 is allowed, such as amqp://127.0.0.1:5672"
            );
            return Err(misconfigured(SERVICE, detail));
        }
        if url.port().is_none() {
            return Err(misconfigured(SERVICE, format!("the endpoint {endpoint:?} names no port")));
        }
        Ok(Self::Local { endpoint: url })
    }

    pub(super) async fn open(&self, hub: &str, retry: RetryOptions) -> Result<ProducerClient, PortError> {
        let builder =
            ProducerClient::builder().with_application_id(format!("forebay-{hub}")).with_retry_options(retry);
        let opened = match self {
            Self::Azure { namespace, credential } => {
                builder.open(namespace, hub, Arc::clone(credential)).await
            }
            Self::Local { endpoint } => {
                builder
                    .with_custom_endpoint(endpoint.to_string())
                    .open("localhost", hub, Arc::new(LocalCredential))
                    .await
            }
        };
        opened.map_err(|e| errors::classify(hub, &e))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Azure { namespace, .. } => f.write_str(namespace),
            Self::Local { endpoint } => write!(f, "{endpoint}"),
        }
    }
}

/// Whether the URL can only reach this machine. Names other than `localhost` can resolve to anything.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // The `amqp` scheme is unknown to the URL standard, so an address arrives as a name.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_credential_only_this_machine_is_reached() {
        for good in
            ["amqp://127.0.0.1:5672", "amqp://localhost:1", "amqp://[::1]:5672", " amqp://127.9.0.1:7 "]
        {
            assert!(Target::local(good).is_ok(), "{good}");
        }
        let refused = [
            "amqp://example.servicebus.windows.net:5672",
            "amqp://127.0.0.1.example.com:5672",
            "amqp://localhost.example.com:5672",
            "amqp://10.0.0.1:5672",
            "amqp://127.0.0.1@10.0.0.1:5672",
            "amqps://127.0.0.1:5671",
            "http://127.0.0.1:5672",
            "amqp://127.0.0.1",
            "127.0.0.1:5672",
        ];
        for bad in refused {
            assert!(matches!(Target::local(bad), Err(PortError::Misconfigured { .. })), "{bad}");
        }
    }

    #[test]
    fn a_namespace_is_a_host_name_and_nothing_else() {
        let made = |text: &str| Target::azure(text, Arc::new(LocalCredential));
        assert!(made("example.servicebus.windows.net").is_ok());
        for bad in
            ["", "sb://example.servicebus.windows.net/", "example.servicebus.windows.net/hub", "example"]
        {
            assert!(matches!(made(bad), Err(PortError::Misconfigured { .. })), "{bad}");
        }
    }
}
