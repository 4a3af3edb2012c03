//! Where HubSpot's API is.

use crate::settings::{Origin, Remedy};

/// Scheme, host and port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Origin);

impl Default for BaseUrl {
    fn default() -> Self {
        Self(Origin::https("api.hubapi.com"))
    }
}

impl BaseUrl {
    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since the token
    /// travels with each request.
    pub fn parse(text: &str) -> Result<Self, String> {
        let remedy = Remedy { instead: "https://api.hubapi.com or leave it out", travels: "the token" };
        Origin::parse("base_url", text, remedy).map(Self)
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// The address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        self.0.join(path)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
