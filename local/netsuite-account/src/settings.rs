//! How an account is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::catalog;
use crate::suiteql::{Access, ColumnName};

/// A simulated NetSuite account over generated business data. It listens on this machine only.
#[derive(Debug, Clone, Parser)]
#[command(name = "forebay-netsuite-account", version)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Folder for the rows and for credentials.json.
    #[arg(long)]
    pub data: PathBuf,
    /// Size: 0.01 is about 95,000 records, 1 about 9.5 million.
    #[arg(long, default_value_t = 0.01, value_parser = scale)]
    pub scale: f64,
    /// Other seeds give other dates, flags and changes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// File to write the port to once requests are answered.
    #[arg(long)]
    pub port_file: Option<PathBuf>,
    /// The address clients use, when it is not the one listened on. Tokens are asked for under it.
    #[arg(long)]
    pub public_url: Option<String>,
    /// Life of an access token.
    #[arg(long, default_value_t = 3_600, value_parser = clap::value_parser!(i64).range(1..))]
    pub token_life_seconds: i64,
    /// Requests in flight at once; more are refused.
    #[arg(long, default_value_t = 5)]
    pub concurrency: usize,
    /// Changes that happen by themselves.
    #[arg(long, default_value_t = 0)]
    pub changes_per_minute: u32,
    /// SuiteQL says that this table.column is unknown.
    #[arg(long)]
    pub reject_column: Vec<ColumnName>,
    /// SuiteQL says that this table was not found.
    #[arg(long, value_parser = table)]
    pub deny: Vec<String>,
    /// SuiteQL finds no rows in this table, and no error.
    #[arg(long, value_parser = table)]
    pub deny_silently: Vec<String>,
}

impl Settings {
    /// The defaults, with rows and credentials under `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.into(),
            scale: 0.01,
            seed: 1,
            port_file: None,
            public_url: None,
            token_life_seconds: 3_600,
            concurrency: 5,
            changes_per_minute: 0,
            reject_column: Vec::new(),
            deny: Vec::new(),
            deny_silently: Vec::new(),
        }
    }

    /// The permissions these settings take away.
    pub fn access(&self) -> Access {
        Access {
            denied: self.deny.iter().cloned().collect(),
            silenced: self.deny_silently.iter().cloned().collect(),
            rejected: self.reject_column.iter().cloned().collect(),
            ..Access::default()
        }
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.000_1..=100.0).contains(&scale) => Ok(scale),
        _ => Err("give a number from 0.0001 to 100".to_owned()),
    }
}

/// The account's spelling of a table's name.
pub(crate) fn table(text: &str) -> Result<String, String> {
    catalog::table(text)
        .map(|t| t.name.to_owned())
        .ok_or_else(|| format!("the account has no table {text:?}"))
}
