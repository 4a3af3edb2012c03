//! The settings of a HubSpot source, checked.

mod base_url;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::SourceError;

use crate::http::RetryPolicy;
use crate::settings::{Given, entries, names};
use crate::window::Rules;

pub use base_url::BaseUrl;

/// How requests prove who sends them. Fields named `*_secret` are names of secrets, never values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthSettings {
    /// A private app's access token, which does not expire.
    PrivateApp { token_secret: String },
    /// A public app's refresh token, exchanged for access tokens of half an hour.
    OAuth { client_id: String, client_secret_secret: String, refresh_token_secret: String },
}

/// Two object types whose associations are read, from the first to the second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub from: String,
    pub to: String,
}

/// Everything a HubSpot source is told.
#[derive(Debug, Clone)]
pub struct Settings {
    pub base_url: BaseUrl,
    pub auth: AuthSettings,
    /// The portal that the credentials must lead to, where it is said.
    pub portal_id: Option<u64>,
    /// Object types to read; `None` reads the usual ones and all custom ones.
    pub objects: Option<BTreeSet<String>>,
    /// Streams not read.
    pub exclude: BTreeSet<String>,
    /// `None` reads the usual ones.
    pub associations: Option<Vec<Pair>>,
    /// Rows per search, 1 to 200; lists give at most 100.
    pub page_size: u32,
    pub search_per_second: u32,
    pub requests_per_ten_seconds: u32,
    /// Of the day's requests, so many of a hundred may be used by all that use them.
    pub daily_percent: u32,
    pub rules: Rules,
    /// Seconds between two readings of the archived records.
    pub archived_every: i64,
    /// Seconds between two readings of all associations.
    pub associations_every: i64,
    pub retry: RetryPolicy,
    pub read_timeout: Duration,
}

const MAX_PAGE_SIZE: u64 = 200;
const KNOWN: [&str; 18] = [
    "auth",
    "client_id",
    "portal_id",
    "base_url",
    "objects",
    "exclude",
    "associations",
    "page_size",
    "search_per_second",
    "requests_per_ten_seconds",
    "daily_percent",
    "overlap_seconds",
    "second_pass_seconds",
    "archived_every_minutes",
    "association_refresh_hours",
    "request_timeout_seconds",
    "retry_attempts",
    "retry_first_delay_ms",
];

/// Reads one source's settings and says what is wrong with them.
struct Reader<'a>(Given<'a>);

impl<'a> Deref for Reader<'a> {
    type Target = Given<'a>;

    fn deref(&self) -> &Given<'a> {
        &self.0
    }
}

impl Reader<'_> {
    fn auth(&self) -> Result<AuthSettings, SourceError> {
        match self.optional("auth").unwrap_or("private_app").to_ascii_lowercase().as_str() {
            "private_app" => Ok(AuthSettings::PrivateApp {
                token_secret: self.secret("token", "the private app's access token")?,
            }),
            "oauth" => Ok(AuthSettings::OAuth {
                client_id: self.optional("client_id").map(str::to_owned).ok_or_else(|| {
                    self.wrong("setting 'client_id' is missing; it is shown under the app's Auth tab")
                })?,
                client_secret_secret: self.secret("client_secret", "the app's client secret")?,
                refresh_token_secret: self
                    .secret("refresh_token", "the refresh token that installing the app gave")?,
            }),
            other => Err(self.wrong(format_args!(
                "setting 'auth' is '{other}'; use 'private_app' (an access token) or 'oauth' (a refresh token)"
            ))),
        }
    }

    fn associations(&self) -> Result<Option<Vec<Pair>>, SourceError> {
        let Some(text) = self.optional("associations") else { return Ok(None) };
        if text.eq_ignore_ascii_case("none") {
            return Ok(Some(Vec::new()));
        }
        let pairs: Result<BTreeSet<Pair>, SourceError> =
            entries(text).map(|entry| self.pair(&entry.to_ascii_lowercase())).collect();
        Ok(Some(pairs?.into_iter().collect()))
    }

    fn pair(&self, entry: &str) -> Result<Pair, SourceError> {
        let parts: Vec<&str> = entry.split(':').map(str::trim).collect();
        match parts.as_slice() {
            [from, to] if !from.is_empty() && !to.is_empty() => {
                Ok(Pair { from: (*from).to_owned(), to: (*to).to_owned() })
            }
            _ => Err(self.wrong(format_args!(
                "setting 'associations' holds '{entry}'; use from:to, such as contacts:companies, or none"
            ))),
        }
    }

    fn portal_id(&self) -> Result<Option<u64>, SourceError> {
        let Some(text) = self.optional("portal_id") else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            self.wrong(format_args!("setting 'portal_id' is '{text}'; use the account's number (Hub ID)"))
        })
    }

    fn settings(&self) -> Result<Settings, SourceError> {
        let base_url = match self.optional("base_url") {
            Some(url) => BaseUrl::parse(url).map_err(|e| self.wrong(e))?,
            None => BaseUrl::default(),
        };
        let page_size = self.number("page_size", MAX_PAGE_SIZE, 1..=MAX_PAGE_SIZE)?;
        Ok(Settings {
            auth: self.auth()?,
            base_url,
            portal_id: self.portal_id()?,
            objects: self.optional("objects").map(names),
            exclude: self.names("exclude"),
            associations: self.associations()?,
            page_size: u32::try_from(page_size).unwrap_or(1),
            search_per_second: self.small("search_per_second", 4, 1..=5)?,
            requests_per_ten_seconds: self.small("requests_per_ten_seconds", 100, 1..=250)?,
            daily_percent: self.small("daily_percent", 80, 1..=100)?,
            rules: Rules {
                overlap: self.seconds("overlap_seconds", 300, 604_800, 1)?,
                delay: self.seconds("second_pass_seconds", 3_600, 604_800, 1)?,
            },
            archived_every: self.seconds("archived_every_minutes", 60, 43_200, 60)?,
            associations_every: self.seconds("association_refresh_hours", 24, 8_760, 3_600)?,
            // Eight attempts outlast the ten seconds of the burst limit, for which HubSpot seldom says how
            // long to wait.
            retry: self.retry(8)?,
            read_timeout: self.read_timeout(120)?,
        })
    }
}

impl Settings {
    /// Checks all settings. What is wrong is `Misconfigured` and names the setting, what was expected and
    /// what to do.
    pub fn read(config: &SourceConfig) -> Result<Self, SourceError> {
        Reader(Given::new(config, &KNOWN)?).settings()
    }
}

#[cfg(test)]
mod tests;
