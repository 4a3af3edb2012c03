//! The settings of a NetSuite source, checked.

mod account;
mod tables;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::{Limits, SourceError};

use crate::http::RetryPolicy;
use crate::settings::Given;

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
struct Reader<'a>(Given<'a>);

impl<'a> Deref for Reader<'a> {
    type Target = Given<'a>;

    fn deref(&self) -> &Given<'a> {
        &self.0
    }
}

impl Reader<'_> {
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

    /// The smallest account takes five requests at a time for everything that talks to it; one is left for
    /// others.
    fn concurrency(&self) -> Result<u32, SourceError> {
        self.small("concurrency", 4, 1..=100)
    }

    fn settings(&self) -> Result<Settings, SourceError> {
        let account = self.required("account", "it is the account id, such as 1234567 or 1234567_SB1")?;
        let account = Account::parse(&account).map_err(|e| self.wrong(e))?;
        let base_url = match self.optional("base_url") {
            Some(url) => BaseUrl::parse(url).map_err(|e| self.wrong(e))?,
            None => BaseUrl::of(&account),
        };
        self.concurrency()?;
        Ok(Settings {
            auth: self.auth(&account)?,
            base_url,
            extra: tables::parse(self.optional("streams").unwrap_or("")).map_err(|e| self.wrong(e))?,
            exclude: self.names("exclude"),
            page_size: self.small("page_size", MAX_PAGE_SIZE, 1..=MAX_PAGE_SIZE)?,
            overlap_seconds: self.seconds("overlap_seconds", 300, 604_800, 1)?,
            second_pass_seconds: self.seconds("second_pass_seconds", 3_600, 604_800, 1)?,
            slice_rows: self.number("slice_rows", 50_000, 0..=100_000_000)?,
            records: tables::records(self.optional("record_streams").unwrap_or(""))
                .map_err(|e| self.wrong(e))?,
            custom_records: CustomRecords::read(self.optional("custom_records").unwrap_or("all")),
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

/// What the account allows, from the settings alone.
pub fn limits(config: &SourceConfig) -> Result<Limits, SourceError> {
    let reader = Reader(Given { config });
    let account = reader.required("account", "it is the account id, such as 1234567 or 1234567_SB1")?;
    let account = Account::parse(&account).map_err(|e| reader.wrong(e))?;
    Ok(Limits { account: account.realm(), concurrency: reader.concurrency()?, lanes: Vec::new() })
}

#[cfg(test)]
mod tests;
