//! Where a service is.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// Scheme, host and port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
    loopback: bool,
}

/// What a complaint about an address says.
#[derive(Debug, Clone, Copy)]
pub struct Remedy<'a> {
    /// What to use instead, such as `https://api.hubapi.com or leave it out`.
    pub instead: &'a str,
    /// What travels with each request and must not be seen: `the token`.
    pub travels: &'a str,
}

impl Origin {
    /// An address that needs no check: `https`, not on this machine.
    pub fn https(host: &str) -> Self {
        Self { text: format!("https://{host}"), host: host.to_owned(), loopback: false }
    }

    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since credentials travel
    /// with each request. The error names `setting`, but shows no address that holds a password.
    pub fn parse(setting: &str, text: &str, remedy: Remedy<'_>) -> Result<Self, String> {
        let Remedy { instead, travels } = remedy;
        let wrong = |why: &str| format!("setting '{setting}' is '{text}': {why}; use {instead}");
        let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("setting '{setting}' holds a user name or password; remove them"));
        }
        if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
            return Err(wrong("only scheme, host and port belong here"));
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(wrong(&format!("plain http would show {travels} to the network"))),
            _ => return Err(wrong("the scheme is not https")),
        }
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        Ok(Self { text: url.origin().ascii_serialization(), host, loopback })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// In lower case, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
