//! Every connector of ours through the standard suite and the fault suite.

#![expect(clippy::unwrap_used, reason = "a test stops on a broken account")]

mod hubspot;
mod netsuite;
mod parcels;
mod salesforce;

use std::io::Write as _;

use anyhow::Result;
use forebay_connectors::Row;
use forebay_suite::{Plan, Vendor, keeps_every_rule, survives_faults};

/// Cases per vendor unless `FOREBAY_FAULT_CASES` says otherwise.
const CASES: u32 = 100;

fn connector(kind: &str) -> Row {
    let row = forebay_connectors::registry().iter().find(|row| row.kind == kind).unwrap();
    Row { kind: row.kind, open: row.open, limits: row.limits }
}

/// Past the capture of the test harness: what was tried is worth reading when all is well.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

async fn standard(vendor: &dyn Vendor) -> Result<()> {
    let kind = vendor.connector().kind;
    for claim in keeps_every_rule(vendor).await? {
        say(&format!("{kind}: {}: {}", claim.rule, claim.seen.replace('\n', " ")));
    }
    Ok(())
}

async fn faults<V: Vendor + Clone + 'static>(vendor: V) -> Result<()> {
    let kind = vendor.connector().kind;
    let given = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let cases = given("FOREBAY_FAULT_CASES").and_then(|n| u32::try_from(n).ok()).unwrap_or(CASES);
    let plan = Plan::new(cases, given("FOREBAY_SEED").unwrap_or_else(rand::random));
    let tally = survives_faults(vendor, plan).await?;
    say(&format!("{kind}: {tally} (seed {})", plan.seed));
    Ok(())
}
