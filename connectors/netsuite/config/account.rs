//! Account ids and the address they lead to.

use std::net::IpAddr;

use url::{Host, Url};

/// A NetSuite account id, such as `1234567` or `1234567_SB1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(String);

impl Account {
    pub fn parse(text: &str) -> Result<Self, String> {
        let valid = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if valid && !text.is_empty() && text.len() <= 64 {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "setting 'account' is '{text}'; use the account id alone, such as 1234567 or 1234567_SB1"
        ))
    }

    /// As OAuth 1.0a's realm spells it: upper case with an underscore.
    pub fn realm(&self) -> String {
        self.0.to_ascii_uppercase().replace('-', "_")
    }

    /// As host names spell it: lower case with a hyphen.
    pub fn host(&self) -> String {
        self.0.to_ascii_lowercase().replace('_', "-")
    }
}

/// Where the account's services are: scheme, host and port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    loopback: bool,
}

impl BaseUrl {
    pub fn of(account: &Account) -> Self {
        Self { origin: format!("https://{}.suitetalk.api.netsuite.com", account.host()), loopback: false }
    }

    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since the
    /// credentials travel with each request.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!(
                "setting 'base_url' is '{text}': {why}; use https://<account>.suitetalk.api.netsuite.com \
                 or leave it out"
            )
        };
        let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("setting 'base_url' holds a user name or password; remove them".into());
        }
        if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
            return Err(wrong("only scheme, host and port belong here"));
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(wrong("plain http would show the credentials to the network")),
            _ => return Err(wrong("the scheme is not https")),
        }
        Ok(Self { origin: url.origin().ascii_serialization(), loopback })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}
