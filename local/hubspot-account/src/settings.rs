//! How a portal is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::access::{Access, PropertyName};
use crate::catalog;

/// A simulated HubSpot portal over generated business data. It listens on this machine only.
#[derive(Debug, Clone, Parser)]
#[command(name = "forebay-hubspot-account", version)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Folder for the records and for credentials.json.
    #[arg(long)]
    pub data: PathBuf,
    /// Size: 0.001 is about 3,000 records, 1 about 3 million.
    #[arg(long, default_value_t = 0.01, value_parser = scale)]
    pub scale: f64,
    /// Other seeds give other dates, values and changes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// File to write the port to once requests are answered.
    #[arg(long)]
    pub port_file: Option<PathBuf>,
    /// The address clients use, when it is not the one listened on.
    #[arg(long)]
    pub public_url: Option<String>,
    /// Life of an OAuth access token.
    #[arg(long, default_value_t = 1_800, value_parser = clap::value_parser!(i64).range(1..))]
    pub token_life_seconds: i64,
    /// Searches in any second; more are refused.
    #[arg(long, default_value_t = 5)]
    pub search_per_second: u32,
    /// Requests other than searches in any ten seconds; more are refused.
    #[arg(long, default_value_t = 190)]
    pub requests_per_ten_seconds: u32,
    /// Requests from midnight to midnight UTC; more are refused.
    #[arg(long, default_value_t = 250_000)]
    pub daily: u32,
    /// Milliseconds until a change is found by search.
    #[arg(long, default_value_t = 0)]
    pub search_lag_ms: u64,
    /// Seconds until an archived record is gone for good.
    #[arg(long, default_value_t = 90 * 86_400)]
    pub purge_after_seconds: u64,
    /// Changes that happen by themselves.
    #[arg(long, default_value_t = 0)]
    pub changes_per_minute: u32,
    /// This object.property is deleted from the portal.
    #[arg(long)]
    pub reject_column: Vec<PropertyName>,
    /// The scope for this object type is missing.
    #[arg(long, value_parser = table)]
    pub deny: Vec<String>,
}

impl Settings {
    /// The defaults, with records and credentials under `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.into(),
            scale: 0.01,
            seed: 1,
            port_file: None,
            public_url: None,
            token_life_seconds: 1_800,
            search_per_second: 5,
            requests_per_ten_seconds: 190,
            daily: 250_000,
            search_lag_ms: 0,
            purge_after_seconds: 90 * 86_400,
            changes_per_minute: 0,
            reject_column: Vec::new(),
            deny: Vec::new(),
        }
    }

    /// Lifts every limit on requests, for tests that are about something else.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        (self.search_per_second, self.requests_per_ten_seconds, self.daily) = (u32::MAX, u32::MAX, u32::MAX);
        self
    }

    /// The permissions these settings take away.
    pub fn access(&self) -> Access {
        Access {
            denied: self.deny.iter().cloned().collect(),
            rejected: self.reject_column.iter().cloned().collect(),
        }
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.000_1..=100.0).contains(&scale) => Ok(scale),
        _ => Err("give a number from 0.0001 to 100".to_owned()),
    }
}

/// The name of an object type, or `owners`.
pub(crate) fn table(text: &str) -> Result<String, String> {
    if text == "owners" {
        return Ok(text.to_owned());
    }
    catalog::object(text)
        .map(|o| o.name.to_owned())
        .ok_or_else(|| format!("the portal has no object {text:?}"))
}
