//! The settings of a NetSuite source, checked.

mod account;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::{Limits, SourceError};

use crate::http::RetryPolicy;

use account::Account;
pub use account::BaseUrl;
pub use tables::{CustomRecords, ExtraTable, is_identifier};

/// Which signature the client assertion carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA-PSS with SHA-256; keys of 3072 or 4096 bits.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

/// How requests prove who sends them. Fields named `*_secret` are names of secrets, never values.
#[derive(Debug, Clone)]
pub enum AuthSettings {
    /// OAuth 2.0 client credentials with a signed assertion ("machine to machine").
    OAuth2 {
        client_id: String,
        certificate_id: String,
        /// `None` takes what fits the key.
        algorithm: Option<Algorithm>,
        private_key_secret: String,
    },
    /// Token-based authentication: OAuth 1.0a with HMAC-SHA256.
    Tba {
        realm: String,
        consumer_key_secret: String,
        consumer_secret_secret: String,
        token_id_secret: String,
        token_secret_secret: String,
    },
}

/// Everything a NetSuite source is told.
#[derive(Debug, Clone)]
pub struct Settings {
    pub base_url: BaseUrl,
    pub auth: AuthSettings,
    /// Tables read besides the built-in streams.
    pub extra: Vec<ExtraTable>,
    /// Streams not read.
    pub exclude: BTreeSet<String>,
    /// Rows asked for at once, 1 to 1000.
    pub page_size: u32,
    /// Seconds before its watermark at which an increment starts, for rows committed late.
    pub overlap_seconds: i64,
    /// Seconds after which a window is read a second time; 0 never does.
    pub second_pass_seconds: i64,
    /// Rows worth a part of their own in a first load; 0 never splits.
    pub slice_rows: u64,
    pub custom_records: CustomRecords,
    /// Record types read from the record service, with their keys.
    pub records: Vec<(String, String)>,
    pub retry: RetryPolicy,
    pub read_timeout: Duration,
}

const MAX_PAGE_SIZE: u32 = 1000;
const KNOWN: [&str; 19] = [
    "account",
    "base_url",
    "auth",
    "client_id",
    "certificate_id",
    "algorithm",
    "realm",
    "streams",
    "exclude",
    "page_size",
    "overlap_seconds",
    "second_pass_seconds",
    "slice_rows",
    "concurrency",
    "custom_records",
    "record_streams",
    "request_timeout_seconds",
    "retry_attempts",
    "retry_first_delay_ms",
];

/// Reads one source's settings and says what is wrong with them.
struct Reader<'a> {
    config: &'a SourceConfig,
}

impl Reader<'_> {
    fn wrong(&self, detail: impl std::fmt::Display) -> SourceError {
        SourceError::Misconfigured { detail: format!("source {}: {detail}", self.config.id) }
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.config.settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str, where_to_find: &str) -> Result<String, SourceError> {
        self.optional(name)
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(format_args!("setting '{name}' is missing; {where_to_find}")))
    }

    fn secret(&self, purpose: &str, what: &str) -> Result<String, SourceError> {
        let name = self.config.secrets.get(purpose).map(|name| name.trim()).filter(|name| !name.is_empty());
        name.map(str::to_owned).ok_or_else(|| {
            self.wrong(format_args!(
                "secret '{purpose}' has no name; store {what} as a secret and name it here"
            ))
        })
    }

    fn number(
        &self,
        name: &str,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, SourceError> {
        let Some(text) = self.optional(name) else { return Ok(default) };
        text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| {
            self.wrong(format_args!(
                "setting '{name}' is '{text}'; use a whole number from {} to {}",
                range.start(),
                range.end()
            ))
        })
    }

    fn algorithm(&self) -> Result<Option<Algorithm>, SourceError> {
        match self.optional("algorithm").map(str::to_ascii_uppercase).as_deref() {
            None => Ok(None),
            Some("PS256") => Ok(Some(Algorithm::Ps256)),
            Some("ES256") => Ok(Some(Algorithm::Es256)),
            Some(other) => Err(self.wrong(format_args!(
                "setting 'algorithm' is '{other}'; use PS256 (RSA key) or ES256 (P-256 key), or leave it out"
            ))),
        }
    }

    fn auth(&self, account: &Account) -> Result<AuthSettings, SourceError> {
        match self.optional("auth").unwrap_or("oauth2").to_ascii_lowercase().as_str() {
            "oauth2" => Ok(AuthSettings::OAuth2 {
                client_id: self.required("client_id", "it is the integration record's client id")?,
                certificate_id: self.required(
                    "certificate_id",
                    "it is shown under Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup",
                )?,
                algorithm: self.algorithm()?,
                private_key_secret: self
                    .secret("private_key", "the certificate's private key (PEM, PKCS#8)")?,
            }),
            "tba" => Ok(AuthSettings::Tba {
                realm: self.optional("realm").map_or_else(|| account.realm(), str::to_owned),
                consumer_key_secret: self.secret("consumer_key", "the integration's consumer key")?,
                consumer_secret_secret: self
                    .secret("consumer_secret", "the integration's consumer secret")?,
                token_id_secret: self.secret("token_id", "the access token's id")?,
                token_secret_secret: self.secret("token_secret", "the access token's secret")?,
            }),
            other => Err(self.wrong(format_args!(
                "setting 'auth' is '{other}'; use 'oauth2' (machine to machine) or 'tba' (token-based)"
            ))),
        }
    }

    fn retry(&self) -> Result<RetryPolicy, SourceError> {
        let default = RetryPolicy::default();
        let attempts = self.number("retry_attempts", u64::from(default.attempts), 1..=20)?;
        let first = self.number("retry_first_delay_ms", 500, 1..=30_000)?;
        Ok(RetryPolicy {
            attempts: u32::try_from(attempts).unwrap_or(default.attempts),
            first_delay: Duration::from_millis(first),
            ..default
        })
    }

    /// The smallest account takes five requests at a time for everything that talks to it; one is left for
    /// others.
    fn concurrency(&self) -> Result<u32, SourceError> {
        Ok(u32::try_from(self.number("concurrency", 4, 1..=100)?).unwrap_or(4))
    }

    fn settings(&self) -> Result<Settings, SourceError> {
        let account = self.required("account", "it is the account id, such as 1234567 or 1234567_SB1")?;
        let account = Account::parse(&account).map_err(|e| self.wrong(e))?;
        let base_url = match self.optional("base_url") {
            Some(url) => BaseUrl::parse(url).map_err(|e| self.wrong(e))?,
            None => BaseUrl::of(&account),
        };
        self.concurrency()?;
        let page_size = self.number("page_size", u64::from(MAX_PAGE_SIZE), 1..=u64::from(MAX_PAGE_SIZE))?;
        let overlap = self.number("overlap_seconds", 300, 0..=604_800)?;
        let second_pass = self.number("second_pass_seconds", 3_600, 0..=604_800)?;
        Ok(Settings {
            auth: self.auth(&account)?,
            base_url,
            extra: tables::parse(self.optional("streams").unwrap_or("")).map_err(|e| self.wrong(e))?,
            exclude: tables::names(self.optional("exclude").unwrap_or("")),
            page_size: u32::try_from(page_size).unwrap_or(MAX_PAGE_SIZE),
            overlap_seconds: i64::try_from(overlap).unwrap_or(0),
            second_pass_seconds: i64::try_from(second_pass).unwrap_or(0),
            slice_rows: self.number("slice_rows", 50_000, 0..=100_000_000)?,
            records: tables::records(self.optional("record_streams").unwrap_or(""))
                .map_err(|e| self.wrong(e))?,
            custom_records: CustomRecords::read(self.optional("custom_records").unwrap_or("all")),
            retry: self.retry()?,
            read_timeout: Duration::from_secs(self.number("request_timeout_seconds", 300, 1..=900)?),
        })
    }
}

impl Settings {
    /// Checks all settings. What is wrong is `Misconfigured` and names the setting, what was expected and
    /// what to do.
    pub fn read(config: &SourceConfig) -> Result<Self, SourceError> {
        warn_about_unknown(&config.settings, config);
        Reader { config }.settings()
    }
}

/// What the account allows, from the settings alone.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    let reader = Reader { config };
    let account = reader.required("account", "it is the account id, such as 1234567 or 1234567_SB1")?;
    let account = Account::parse(&account).map_err(|e| reader.wrong(e))?;
    Ok(Limits { account: account.realm(), concurrency: reader.concurrency()?, lanes: Vec::new() })
}

/// A misspelt optional setting would else go unnoticed.
fn warn_about_unknown(settings: &BTreeMap<String, String>, config: &SourceConfig) {
    for name in settings.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
        tracing::warn!(source = %config.id, setting = %name, known = ?KNOWN, "the netsuite connector knows no such setting");
    }
}

#[cfg(test)]
mod tests;
