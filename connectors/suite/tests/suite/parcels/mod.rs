//! A connector that the README shows whole, its simulated account, and both suites on it, unchanged.

mod account;
mod connector;

use anyhow::Result;
use async_trait::async_trait;
use forebay_connectors::Row;
use forebay_simulation::Running;
use forebay_suite::{Account, Offer, Size, Vendor};

use self::account::{Carrier, KEY};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parcels_survive_faults() -> Result<()> {
    faults(Parcels).await
}
