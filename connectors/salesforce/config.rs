//! The settings of a Salesforce source, checked.

mod base_url;
mod names;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::SourceError;

use crate::http::RetryPolicy;
use crate::settings::Given;

pub use base_url::BaseUrl;
pub use names::{is_identifier, list};

/// How the integration logs in. Fields named `*_secret` are names of secrets, never values.
#[derive(Debug, Clone)]
pub enum AuthSettings {
    /// OAuth 2.0 client credentials: runs as the user whom the connected app names.
    ClientCredentials { client_id: String, client_secret_secret: String },
    /// OAuth 2.0 JWT bearer: a signed assertion for a user who was approved beforehand.
    Jwt { client_id: String, username: String, login_url: BaseUrl, private_key_secret: String },
}

/// Which custom objects are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomObjects {
    All,
    None,
    /// These, by API name in lower case.
    Only(BTreeSet<String>),
}

/// Everything a Salesforce source is told.
#[derive(Debug, Clone)]
pub struct Settings {
    pub base_url: BaseUrl,
    pub auth: AuthSettings,
    /// `62.0`
    pub api_version: String,
    /// API names as configured; `None` reads the standard objects worth having that the org has.
    pub objects: Option<Vec<String>>,
    pub custom: CustomObjects,
    /// Objects not read, in lower case.
    pub exclude: BTreeSet<String>,
    /// Fields not read, as `object.field` in lower case.
    pub exclude_fields: BTreeSet<String>,
    /// Rows asked for at once over REST.
    pub page_size: u32,
    /// An object with more rows than this is first read with the Bulk API.
    pub bulk_above: u64,
    /// Rows of a Bulk result read at once.
    pub bulk_page_size: u32,
    pub overlap_seconds: i64,
    pub second_pass_seconds: i64,
    /// How often an object with formulas is read in full; zero never.
    pub formula_refresh_seconds: i64,
    /// How often the log of deletions is read; zero never.
    pub deleted_log_seconds: i64,
    /// Share of the org's daily requests, used by whomever, at which reading stops.
    pub quota_percent: u64,
    pub retry: RetryPolicy,
    pub read_timeout: Duration,
}

const MAX_PAGE_SIZE: u32 = 2000;
const KNOWN: [&str; 21] = [
    "base_url",
    "auth",
    "client_id",
    "username",
    "login_url",
    "api_version",
    "objects",
    "custom_objects",
    "exclude",
    "exclude_fields",
    "page_size",
    "bulk_above",
    "bulk_page_size",
    "overlap_seconds",
    "second_pass_seconds",
    "formula_refresh_hours",
    "deleted_log_minutes",
    "quota_percent_total",
    "request_timeout_seconds",
    "retry_attempts",
    "retry_first_delay_ms",
];
/// The newest version whose behaviour this connector was written against.
const API_VERSION: &str = "62.0";

/// Reads one source's settings and says what is wrong with them.
struct Reader<'a>(Given<'a>);

impl<'a> Deref for Reader<'a> {
    type Target = Given<'a>;

    fn deref(&self) -> &Given<'a> {
        &self.0
    }
}

impl Reader<'_> {
    fn api_names(&self, name: &str) -> Result<Vec<String>, SourceError> {
        list(self.optional(name).unwrap_or("")).map_err(|e| self.wrong(format_args!("setting '{name}': {e}")))
    }

    fn lower(&self, name: &str) -> Result<BTreeSet<String>, SourceError> {
        Ok(self.api_names(name)?.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    fn url(&self, name: &str, text: &str) -> Result<BaseUrl, SourceError> {
        BaseUrl::parse(name, text).map_err(|e| self.wrong(e))
    }

    fn auth(&self, base: &BaseUrl) -> Result<AuthSettings, SourceError> {
        let client_id = || self.required("client_id", "it is the connected app's consumer key");
        match self.optional("auth").unwrap_or("client_credentials").to_ascii_lowercase().as_str() {
            "client_credentials" => Ok(AuthSettings::ClientCredentials {
                client_id: client_id()?,
                client_secret_secret: self.secret("client_secret", "the connected app's consumer secret")?,
            }),
            "jwt" => Ok(AuthSettings::Jwt {
                client_id: client_id()?,
                username: self.required("username", "it is the user name that the integration logs in as")?,
                login_url: self.login_url(base)?,
                private_key_secret: self
                    .secret("private_key", "the private key (PEM) of the certificate in the connected app")?,
            }),
            other => {
                Err(self
                    .wrong(format_args!("setting 'auth' is '{other}'; use 'client_credentials' or 'jwt'")))
            }
        }
    }

    /// The assertion that logs in is only sent where the org's own credentials may go.
    fn login_url(&self, base: &BaseUrl) -> Result<BaseUrl, SourceError> {
        let default =
            if base.is_sandbox() { "https://test.salesforce.com" } else { "https://login.salesforce.com" };
        let url = self.url("login_url", self.optional("login_url").unwrap_or(default))?;
        if base.trusts(&url) {
            return Ok(url);
        }
        Err(self.wrong(format_args!(
            "setting 'login_url' is {url}, which does not belong to the same service as 'base_url' ({base}); use \
             https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the My Domain itself"
        )))
    }

    fn api_version(&self) -> Result<String, SourceError> {
        let Some(text) = self.optional("api_version") else { return Ok(API_VERSION.to_owned()) };
        let version = text.trim_start_matches(['v', 'V']);
        let number = version.strip_suffix(".0").unwrap_or(version).parse::<u32>().ok();
        number.filter(|n| (47..=200).contains(n)).map(|n| format!("{n}.0")).ok_or_else(|| {
            self.wrong(format_args!(
                "setting 'api_version' is '{text}'; use v{API_VERSION} or newer (v47.0 is the oldest with Bulk queries)"
            ))
        })
    }

    fn custom(&self) -> Result<CustomObjects, SourceError> {
        match self.optional("custom_objects").unwrap_or("all").to_ascii_lowercase().as_str() {
            "all" => Ok(CustomObjects::All),
            "none" => Ok(CustomObjects::None),
            _ => Ok(CustomObjects::Only(self.lower("custom_objects")?)),
        }
    }

    fn settings(&self) -> Result<Settings, SourceError> {
        let base_url =
            self.required("base_url", "it is the org's My Domain: https://<name>.my.salesforce.com")?;
        let base_url = self.url("base_url", &base_url)?;
        let objects = self.api_names("objects")?;
        Ok(Settings {
            auth: self.auth(&base_url)?,
            base_url,
            api_version: self.api_version()?,
            objects: (!objects.is_empty()).then_some(objects),
            custom: self.custom()?,
            exclude: self.lower("exclude")?,
            exclude_fields: names::fields(self.optional("exclude_fields").unwrap_or(""))
                .map_err(|e| self.wrong(e))?,
            page_size: self.small("page_size", MAX_PAGE_SIZE, 1..=MAX_PAGE_SIZE)?,
            bulk_above: self.number("bulk_above", 50_000, 0..=u64::MAX)?,
            bulk_page_size: self.small("bulk_page_size", 10_000, 1..=250_000)?,
            overlap_seconds: self.seconds("overlap_seconds", 300, 604_800, 1)?,
            second_pass_seconds: self.seconds("second_pass_seconds", 3_600, 604_800, 1)?,
            formula_refresh_seconds: self.seconds("formula_refresh_hours", 24, 8_760, 3_600)?,
            deleted_log_seconds: self.seconds("deleted_log_minutes", 60, 20_160, 60)?,
            quota_percent: self.number("quota_percent_total", 80, 1..=100)?,
            retry: self.retry(RetryPolicy::default().attempts)?,
            read_timeout: self.read_timeout(300)?,
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
