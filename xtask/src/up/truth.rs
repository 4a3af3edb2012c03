//! What the simulated accounts say they hold, to compare the tables with. Real accounts have no such
//! answer; there the counts of each run are all there is.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::client::Client;
use super::simulated::Account;

/// Source and stream to rows.
pub type Rows = BTreeMap<(String, String), u64>;

/// The accounts' own counts. Only at rest do they mean anything.
pub fn of(accounts: &[Account]) -> Result<Rows> {
    let mut rows = Rows::new();
    for account in accounts {
        let counts: BTreeMap<String, u64> = Client::new(&account.process.address)
            .get("/_control/counts")
            .with_context(|| format!("what the simulated {} holds", account.name))?;
        let named =
            counts.into_iter().map(|(table, rows)| ((account.name.to_owned(), stream_of(&table)), rows));
        rows.extend(named);
    }
    Ok(rows)
}

/// HubSpot's own objects are counted by the name that addresses use, and read by the one they are given.
fn stream_of(table: &str) -> String {
    table.strip_prefix("p_").unwrap_or(table).to_owned()
}

#[derive(Deserialize)]
struct Streams {
    items: Vec<Stream>,
}

#[derive(Deserialize)]
struct Stream {
    name: String,
    rows: u64,
}

/// Live rows in the tables, by the API.
pub fn in_tables<'a>(client: &Client, sources: impl Iterator<Item = &'a str>) -> Result<Rows> {
    let mut rows = Rows::new();
    for source in sources {
        let streams: Streams = client.get(&format!("/api/v1/sources/{source}/streams?limit=1000"))?;
        rows.extend(streams.items.into_iter().map(|stream| ((source.to_owned(), stream.name), stream.rows)));
    }
    Ok(rows)
}
