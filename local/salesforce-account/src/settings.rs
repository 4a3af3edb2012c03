//! How an org is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::catalog::{self, Access, ColumnName};

/// A simulated Salesforce org over generated business data. It listens on this machine only.
#[derive(Debug, Clone, Parser)]
#[command(name = "forebay-salesforce-account", version)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Folder for the rows, the results of bulk jobs and credentials.json.
    #[arg(long)]
    pub data: PathBuf,
    /// Size: 0.001 is about 3,100 records, 1 about 3.1 million.
    #[arg(long, default_value_t = 0.001, value_parser = scale)]
    pub scale: f64,
    /// Other seeds give other values and changes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// File to write the port to once requests are answered.
    #[arg(long)]
    pub port_file: Option<PathBuf>,
    /// The address clients use, when it is not the one listened on. It becomes the instance URL.
    #[arg(long)]
    pub public_url: Option<String>,
    /// Life of a session.
    #[arg(long, default_value_t = 7_200, value_parser = clap::value_parser!(i64).range(1..))]
    pub token_life_seconds: i64,
    /// Requests in flight at once; more are refused.
    #[arg(long, default_value_t = 25)]
    pub concurrency: usize,
    /// Requests a day; more are refused.
    #[arg(long, default_value_t = 15_000)]
    pub daily_requests: u64,
    /// Times a bulk job says InProgress before it is complete.
    #[arg(long, default_value_t = 2)]
    pub bulk_polls: u32,
    /// Changed rows are seen by queries so long after their SystemModstamp.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub late_commit_seconds: i64,
    /// Changes that happen by themselves.
    #[arg(long, default_value_t = 0)]
    pub changes_per_minute: u32,
    /// Field-level security hides this Object.Field.
    #[arg(long)]
    pub reject_column: Vec<ColumnName>,
    /// The integration's user may not read this object.
    #[arg(long, value_parser = object)]
    pub deny: Vec<String>,
}

impl Settings {
    /// The defaults, with rows and credentials under `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.into(),
            scale: 0.001,
            seed: 1,
            port_file: None,
            public_url: None,
            token_life_seconds: 7_200,
            concurrency: 25,
            daily_requests: 15_000,
            bulk_polls: 2,
            late_commit_seconds: 0,
            changes_per_minute: 0,
            reject_column: Vec::new(),
            deny: Vec::new(),
        }
    }

    /// The permissions these settings take away.
    pub fn access(&self) -> Access {
        Access {
            denied: self.deny.iter().cloned().collect(),
            silenced: std::collections::BTreeSet::new(),
            rejected: self.reject_column.iter().cloned().collect(),
        }
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.000_1..=10.0).contains(&scale) => Ok(scale),
        _ => Err("give a number from 0.0001 to 10".to_owned()),
    }
}

/// The org's spelling of an object's name.
pub(crate) fn object(text: &str) -> Result<String, String> {
    catalog::object(text).map(|o| o.name.to_owned()).ok_or_else(|| format!("the org has no object {text:?}"))
}
