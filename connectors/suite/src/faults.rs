//! The fault suite: generated cases, each an extraction in which things go wrong. After each, what was
//! loaded equals the source and every record is accounted for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context as _, Result};
use forebay_model::StreamName;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::Instant;

use crate::account::{Offer, Reading, Size, Vendor};
use crate::case::{Case, Deck};
use crate::survival::{past, survives};
use crate::tally::Tally;
use crate::world::World;

/// How many cases, and which.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub cases: u32,
    /// Accounts at once, each with a share of the cases.
    pub accounts: u32,
    pub seed: u64,
}

impl Plan {
    pub fn new(cases: u32, seed: u64) -> Self {
        Self { cases, accounts: cases.clamp(1, 8), seed }
    }
}

/// A vendor's account with nothing going wrong, measured once.
struct Calm {
    streams: BTreeSet<StreamName>,
    offer: Offer,
    /// Requests of a first load, and of an increment after some changes.
    first: u32,
    increment: u32,
}

impl Calm {
    async fn of(vendor: &dyn Vendor) -> Result<Self> {
        let mut world = World::new(vendor, Size::Small, Reading::THOROUGH).await?;
        let streams = world.offered().await?;
        world.expected = Some(streams.clone());
        let first = world.load_whole().await?;
        world.equals_the_source().await?;
        world.control.change(20, 5, 3).await?;
        world.control.all_visible().await?;
        let increment = world.load_whole().await?;
        Ok(Self { streams, offer: world.account.offer(), first, increment })
    }
}

/// Tries all cases of the plan; the first that fails ends it with its seed.
pub async fn survives_faults<V: Vendor + Clone + 'static>(vendor: V, plan: Plan) -> Result<Tally> {
    let calm = Arc::new(Calm::of(&vendor).await.context("with nothing going wrong")?);
    let mut accounts = tokio::task::JoinSet::new();
    for account in 0..plan.accounts {
        let cases = plan.cases / plan.accounts + u32::from(account < plan.cases % plan.accounts);
        let (vendor, calm) = (vendor.clone(), Arc::clone(&calm));
        accounts.spawn(async move {
            account_survives(&vendor, &calm, plan.seed, account, cases).await.with_context(|| {
                format!("FOREBAY_SEED={} FOREBAY_FAULT_CASES={} has it again", plan.seed, plan.cases)
            })
        });
    }
    let mut tally = Tally::default();
    while let Some(done) = accounts.join_next().await {
        tally.add(&done??);
    }
    tally.is_broad(&calm.offer)?;
    Ok(tally)
}

/// Cases per world.
const CHAIN: u32 = 8;

/// Chains of cases, one after the other.
async fn account_survives(
    vendor: &dyn Vendor,
    calm: &Calm,
    seed: u64,
    account: u32,
    cases: u32,
) -> Result<Tally> {
    let seed = seed.wrapping_add(u64::from(account));
    let (mut chance, mut deck) = (StdRng::seed_from_u64(seed), Deck::default());
    let mut tally = Tally::default();
    for (chain, first) in (0..cases).step_by(CHAIN as usize).enumerate() {
        let number = account.wrapping_add(u32::try_from(chain)?);
        let chain = Chain::new(vendor, calm, number, &mut chance, &mut tally).await?;
        let last = (first + CHAIN).min(cases);
        let mut slow = None;
        for case in first..last {
            let requests = if case == first { calm.first } else { calm.increment };
            let what = Case::generate(chance.random(), requests, &chain.offer, &mut deck);
            let done = survives(&chain.world, &what, &mut chance).await;
            tally
                .add(&done.with_context(|| {
                    format!("account {seed}, {:?}, case {case}: {what:?}", chain.reading)
                })?);
            if case == first && (number.is_multiple_of(3) || last == cases) {
                slow = begin_slow_changes(&chain.world).await?;
            }
        }
        if let Some(shows) = slow {
            let compared = end_slow_changes(&chain.world, shows).await;
            tally.compared += compared
                .with_context(|| format!("account {seed}, {:?}, changes that show late", chain.reading))?;
            tally.count("slow changes");
        }
    }
    Ok(tally)
}

/// A fresh account, for a first load and some increments.
struct Chain {
    world: World,
    reading: Reading,
    /// What the account offers to go wrong.
    offer: Offer,
}

impl Chain {
    async fn new(
        vendor: &dyn Vendor,
        calm: &Calm,
        number: u32,
        chance: &mut StdRng,
        tally: &mut Tally,
    ) -> Result<Self> {
        let (rediscovering, narrow) = (number.is_multiple_of(2), (number / 2).is_multiple_of(2));
        let reading = Reading { thorough: true, rediscovering, narrow };
        let mut world = World::new(vendor, Size::Small, reading).await?;
        world.expected = Some(calm.streams.clone());
        // A refusal is remembered as discovery is, so that permissions given back are seen at once only where
        // every run discovers.
        let offer = world.account.offer();
        let offer = if rediscovering { offer } else { offer.without_discovery() };
        let skew = [0, 0, 600, -600][chance.random_range(0..4)];
        world.skew(skew);
        let seen = [("clock_skew", skew != 0), ("narrow", narrow), ("rediscovering", rediscovering)];
        seen.into_iter().filter(|(_, is_so)| *is_so).for_each(|(name, _)| tally.count(name));
        Ok(Self { world, reading, offer })
    }
}

/// Rows go in a manner that shows late, and the cases that follow go on meanwhile; gives when all shows.
async fn begin_slow_changes(world: &World) -> Result<Option<Instant>> {
    let Some(slow) = world.account.slow_changes() else { return Ok(None) };
    for order in &slow.orders {
        world.control.order("changes", order).await?;
        world.control.all_visible().await?;
    }
    world.leeway.store(slow.rows, Ordering::Relaxed);
    Ok(Some(Instant::now() + slow.shows + Duration::from_secs(1)))
}

async fn end_slow_changes(world: &World, shows: Instant) -> Result<u64> {
    tokio::time::sleep_until(shows).await;
    world.leeway.store(0, Ordering::Relaxed);
    world.load_whole().await?;
    match world.equals_the_source().await {
        Ok(compared) => Ok(compared),
        Err(error) => Err(error.context(format!("after {}", past(world).await?))),
    }
}
