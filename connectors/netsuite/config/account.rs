//! Account ids and the address they lead to.

use crate::settings::{Origin, Remedy};

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
pub struct BaseUrl(Origin);

impl BaseUrl {
    pub fn of(account: &Account) -> Self {
        Self(Origin::https(&format!("{}.suitetalk.api.netsuite.com", account.host())))
    }

    /// Takes `https://host[:port]`; plain `http` only where the host is this machine, since the
    /// credentials travel with each request.
    pub fn parse(text: &str) -> Result<Self, String> {
        let instead = "https://<account>.suitetalk.api.netsuite.com or leave it out";
        Origin::parse("base_url", text, Remedy { instead, travels: "the credentials" }).map(Self)
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// The address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        self.0.join(path)
    }
}
