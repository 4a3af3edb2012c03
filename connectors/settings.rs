//! Reads one source's settings, for every connector: what is wrong is `Misconfigured` and names the source, the
//! setting, what it holds, and what to use instead.

mod origin;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use forebay_model::SourceConfig;
use forebay_ports::SourceError;

use crate::http::RetryPolicy;

pub use origin::{Origin, Remedy};

/// One source's settings. A setting that is empty or only white space is not set.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub config: &'a SourceConfig,
}

/// Settings that any source may have: the engine reads them.
const OF_EVERY_SOURCE: [&str; 3] = ["discovery_hours", "reread_new_columns", "current_only"];
/// A year: whoever wants discovery to be rarer wants none.
const MOST_DISCOVERY_HOURS: u64 = 8_760;

impl<'a> Given<'a> {
    /// A setting that is unknown is refused: a misspelt one would go unnoticed else.
    pub fn new(config: &'a SourceConfig, known: &[&str]) -> Result<Self, SourceError> {
        let given = Self { config };
        let is_known = |name: &str| known.contains(&name) || OF_EVERY_SOURCE.contains(&name);
        if let Some(unknown) = config.settings.keys().find(|name| !is_known(name)) {
            let mut names = [known, &OF_EVERY_SOURCE].concat();
            names.sort_unstable();
            return Err(given.wrong(format_args!(
                "the {} connector knows no setting '{unknown}'; it knows {}",
                config.connector,
                names.join(", ")
            )));
        }
        given.number("discovery_hours", 24, 0..=MOST_DISCOVERY_HOURS)?;
        match given.optional("reread_new_columns") {
            None | Some("true" | "false") => Ok(given),
            Some(text) => {
                Err(given.wrong(format_args!("setting 'reread_new_columns' is '{text}'; use true or false")))
            }
        }
    }

    pub fn wrong(&self, detail: impl Display) -> SourceError {
        SourceError::Misconfigured { detail: format!("source {}: {detail}", self.config.id) }
    }

    pub fn optional(&self, name: &str) -> Option<&'a str> {
        self.config.settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// `where_to_find` continues the complaint that it is missing.
    pub fn required(&self, name: &str, where_to_find: &str) -> Result<String, SourceError> {
        self.optional(name)
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(format_args!("setting '{name}' is missing; {where_to_find}")))
    }

    /// The name of a secret, never its value.
    pub fn secret(&self, purpose: &str, what: &str) -> Result<String, SourceError> {
        let name = self.config.secrets.get(purpose).map(|name| name.trim()).filter(|name| !name.is_empty());
        name.map(str::to_owned).ok_or_else(|| {
            self.wrong(format_args!(
                "secret '{purpose}' has no name; store {what} as a secret and name it here"
            ))
        })
    }

    pub fn number(&self, name: &str, default: u64, range: RangeInclusive<u64>) -> Result<u64, SourceError> {
        let Some(text) = self.optional(name) else { return Ok(default) };
        text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| {
            self.wrong(format_args!(
                "setting '{name}' is '{text}'; use a whole number from {} to {}",
                range.start(),
                range.end()
            ))
        })
    }

    pub fn small(&self, name: &str, default: u32, range: RangeInclusive<u32>) -> Result<u32, SourceError> {
        let wide = u64::from(*range.start())..=u64::from(*range.end());
        self.number(name, u64::from(default), wide).map(|n| u32::try_from(n).unwrap_or(default))
    }

    /// A number from 0 to `most`, of `unit` seconds each, in seconds.
    pub fn seconds(&self, name: &str, default: u64, most: u64, unit: u64) -> Result<i64, SourceError> {
        let number = self.number(name, default, 0..=most)?;
        Ok(i64::try_from(number.saturating_mul(unit)).unwrap_or(i64::MAX))
    }

    /// Names by comma, in lower case.
    pub fn names(&self, name: &str) -> BTreeSet<String> {
        names(self.optional(name).unwrap_or(""))
    }

    /// `retry_attempts` and `retry_first_delay_ms`.
    pub fn retry(&self, attempts: u32) -> Result<RetryPolicy, SourceError> {
        let first = self.number("retry_first_delay_ms", 500, 1..=30_000)?;
        Ok(RetryPolicy {
            attempts: self.small("retry_attempts", attempts, 1..=20)?,
            first_delay: Duration::from_millis(first),
            ..RetryPolicy::default()
        })
    }

    /// `request_timeout_seconds`
    pub fn read_timeout(&self, default: u64) -> Result<Duration, SourceError> {
        self.number("request_timeout_seconds", default, 1..=900).map(Duration::from_secs)
    }
}

/// What stands between commas, without white space around it; nothing empty.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// Names by comma, in lower case.
pub fn names(text: &str) -> BTreeSet<String> {
    entries(text).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests;
