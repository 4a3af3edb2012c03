//! A connector that the README shows whole, its simulated account, and both suites on it, unchanged.

mod account;
mod connector;

use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_simulation::Running;
use forebay_suite::{Account, Offer, Plan, Size, Vendor, keeps_every_rule, survives_faults};

use self::account::{Carrier, KEY, Lie};
use crate::{faults, standard};

#[derive(Clone)]
struct Parcels;

struct Depot(Running<Carrier>);

#[async_trait]
impl Vendor for Parcels {
    fn connector(&self) -> Row {
        connector::ROW
    }

    async fn account(&self, size: Size) -> Result<Box<dyn Account>> {
        Ok(Box::new(Depot(account::start(if size == Size::Small { 700 } else { 2_100 }).await?)))
    }
}

impl Account for Depot {
    fn base_url(&self) -> &str {
        self.0.base_url()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("base_url", self.0.base_url().to_owned())]
    }

    fn secrets(&self) -> Vec<(&'static str, String)> {
        vec![("api_key", KEY.to_owned())]
    }

    fn offer(&self) -> Offer {
        Offer { deniable: vec!["parcels"], ..Offer::default() }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parcels_keep_every_rule() -> Result<()> {
    standard(&Parcels).await
}

/// A carrier that keeps one parcel to itself, and one that shows it again after it was given away.
#[derive(Clone)]
struct Dishonest(Lie);

#[async_trait]
impl Vendor for Dishonest {
    fn connector(&self) -> Row {
        connector::ROW
    }

    async fn account(&self, _: Size) -> Result<Box<dyn Account>> {
        Ok(Box::new(Depot(account::start_lying(700, self.0).await?)))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_lies_is_found_out() {
    for (lie, told) in [
        (Lie::Hides(333), "333 is missing"),
        (Lie::Invents(9_999), "9999 is no more"),
        (Lie::Weighs(444), "444.grams is"),
    ] {
        let plan = Plan { cases: 1, accounts: 1, seed: 1 };
        let error = format!("{:#}", survives_faults(Dishonest(lie), plan).await.unwrap_err());
        assert!(error.contains(told), "{lie:?}: {error}");
        let error = format!("{:#}", keeps_every_rule(&Dishonest(lie)).await.unwrap_err());
        assert!(error.contains(told), "{lie:?}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parcels_survive_faults() -> Result<()> {
    faults(Parcels).await
}

/// The README's excerpt is the code that is tried.
#[test]
fn the_readme_shows_this_connector() {
    let plain =
        |text: &str| text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n");
    let readme = plain(include_str!("../../../../README.md"));
    let code = include_str!("connector.rs");
    let (begin, end) =
        (code.find("    async fn read_page(").unwrap(), code.find("    async fn count(").unwrap());
    assert!(readme.contains(&plain(&code[begin..end])), "copy read_page into connectors/README.md");
}
