//! Milliseconds per page of 1,000 rows, in the shapes that connectors ask for.
//!
//! `FOREBAY_BENCH_SCALE` chooses the size of the account (0.001 by default, a smoke test), `FOREBAY_BENCH_DATA`
//! a folder to keep it in. The target is under 30 ms per page at scale 1.

#[path = "../tests/common/shapes.rs"]
mod shapes;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use forebay_netsuite_account::account::machine_now;
use forebay_netsuite_account::generate::ensure;
use forebay_netsuite_account::store::{Store, prepare};
use forebay_netsuite_account::suiteql::{Access, PageRequest, Totals, plan, run};

const ROUNDS: u32 = 20;

fn main() -> anyhow::Result<()> {
    let scale = std::env::var("FOREBAY_BENCH_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(0.001);
    let folder = tempfile::tempdir()?;
    let data = std::env::var_os("FOREBAY_BENCH_DATA").map_or(folder.path().to_owned(), PathBuf::from);
    let path = data.join("account.db");
    let mut out = std::io::stdout().lock();
    let begun = Instant::now();
    let made = ensure(&path, scale, 1, machine_now())?;
    writeln!(out, "scale {scale}, {} in {:?}", if made { "generated" } else { "reused" }, begun.elapsed())?;
    let store = Store::open(&path, prepare)?;
    for (name, q) in shapes::shapes() {
        let mut times: Vec<Duration> = Vec::new();
        let mut rows = 0;
        for round in 0..ROUNDS {
            let begun = Instant::now();
            let planned = plan(&q, &[], &Access::default(), machine_now())?;
            // A keyset reader's queries are all new, so nothing is known of their totals.
            let totals = Totals::default();
            let request = PageRequest { limit: 1_000, offset: 0 };
            rows = store.read(|db| run(db, &planned, request, &totals, u64::from(round), false))?.count;
            times.push(begun.elapsed());
        }
        times.sort();
        writeln!(
            out,
            "{name:32} {rows:>5} rows  median {:>9.2?}  worst {:>9.2?}",
            times[times.len() / 2],
            times[times.len() - 1]
        )?;
    }
    Ok(())
}
