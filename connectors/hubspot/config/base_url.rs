//! Where HubSpot's API is.

use std::net::IpAddr;

use url::{Host, Url};

/// Scheme, host and port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    loopback: bool,
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self { origin: "https://api.hubapi.com".into(), loopback: false }
    }
}

impl BaseUrl {
    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since the token
    /// travels with each request.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("setting 'base_url' is '{text}': {why}; use https://api.hubapi.com or leave it out")
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
            "http" => return Err(wrong("plain http would show the token to the network")),
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

    pub fn as_str(&self) -> &str {
        &self.origin
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
