//! The fault suite: generated cases, each an extraction in which things go wrong. After each, what was
//! loaded equals the source and every record is accounted for.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::account::{Offer, Reading, Size, Vendor};
use crate::case::{Act, Case};
use crate::script::Script;
use crate::world::{Fired, World};

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
        Self { cases, accounts: cases.clamp(1, 4), seed }
    }
}

/// What was tried.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub cases: u32,
    pub firings: u32,
    /// Rows compared with the source.
    pub compared: u64,
    /// What happened, by name.
    pub dealt: BTreeMap<String, u32>,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        self.firings += other.firings;
        self.compared += other.compared;
        for (name, count) in &other.dealt {
            *self.dealt.entry(name.clone()).or_default() += count;
        }
    }

    fn count(&mut self, name: impl Into<String>) {
        *self.dealt.entry(name.into()).or_default() += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dealt: Vec<String> = self.dealt.iter().map(|(name, count)| format!("{count} {name}")).collect();
        write!(
            f,
            "{} cases in {} firings, {} rows equal to the source; {}",
            self.cases,
            self.firings,
            self.compared,
            dealt.join(", ")
        )
    }
}

/// Tries all cases of the plan; the first that fails ends it with its seed.
pub async fn survives_faults<V: Vendor + Clone + 'static>(vendor: V, plan: Plan) -> Result<Tally> {
    let mut accounts = tokio::task::JoinSet::new();
    for account in 0..plan.accounts {
        let cases = plan.cases / plan.accounts + u32::from(account < plan.cases % plan.accounts);
        let seed = plan.seed.wrapping_add(u64::from(account));
        let vendor = vendor.clone();
        accounts.spawn(async move {
            account_survives(&vendor, cases, seed).await.with_context(|| {
                format!("FOREBAY_SEED={} FOREBAY_FAULT_CASES={} has it again", plan.seed, plan.cases)
            })
        });
    }
    let mut tally = Tally::default();
    while let Some(done) = accounts.join_next().await {
        tally.add(&done??);
    }
    Ok(tally)
}

/// A chain of cases on one account: the first load, then one increment after the other.
async fn account_survives(vendor: &dyn Vendor, cases: u32, seed: u64) -> Result<Tally> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut tally = Tally::default();
    let mut world = chain(vendor, &mut chance, &mut tally).await?;
    let mut requests = FIRST_REQUESTS;
    for number in 0..cases {
        let first = number % CHAIN == 0;
        if first && number > 0 {
            world = chain(vendor, &mut chance, &mut tally).await?;
            requests = FIRST_REQUESTS;
        }
        let (world, offer) = (&world.0, &world.1);
        let case = Case::generate(chance.random(), requests, offer);
        let done = survives(world, &case, &mut chance).await;
        let (done, asked) = done.with_context(|| format!("account {seed}, case {number}: {case:?}"))?;
        tally.add(&done);
        requests = if first { asked.max(2) / 4 } else { asked.max(2) };
    }
    let world = &world.0;
    if let Some((order, shows)) = world.account.slow_changes() {
        world.control.order("changes", &order).await?;
        tokio::time::sleep(shows).await;
        world.load().await?;
        tally.compared += world.equals_the_source().await.context("changes that show late")?;
        tally.count("slow changes");
    }
    Ok(tally)
}

/// A first load and some increments on a fresh account: its world, and what it offers to go wrong.
async fn chain(vendor: &dyn Vendor, chance: &mut StdRng, tally: &mut Tally) -> Result<(World, Offer)> {
    // A refusal is remembered as discovery is, so that permissions given back are seen at once only where
    // every run discovers.
    let (world, offer) = if chance.random() {
        let world = World::new(vendor, Size::Small, Reading::Rediscovering).await?;
        let offer = world.account.offer();
        (world, offer)
    } else {
        let world = World::new(vendor, Size::Small, Reading::Thorough).await?;
        let offer = world.account.offer().without_discovery();
        (world, offer)
    };
    let skew = [0, 0, 600, -600][chance.random_range(0..4)];
    world.skew(skew);
    if skew != 0 {
        tally.count("clock_skew");
    }
    Ok((world, offer))
}

/// Requests among which the first load's faults are dealt out, until it is known how many there are.
const FIRST_REQUESTS: u32 = 150;
/// Cases per world.
const CHAIN: u32 = 8;
/// Firings after which a case that has not come to its end never will.
const MOST_FIRINGS: u32 = 60;

async fn survives(world: &World, case: &Case, chance: &mut StdRng) -> Result<(Tally, u32)> {
    let mut tally = Tally { cases: 1, ..Tally::default() };
    if let Some((updates, inserts, deletes)) = case.before {
        world.control.change(updates, inserts, deletes).await?;
        world.control.all_visible().await?;
    }
    let script = Script::new(world.control.clone(), case.steps.clone());
    let budget = case.budget_ms.map(Duration::from_millis);
    let mut lost = |_| {
        let lost = chance.random_ratio(case.events_lost, 100);
        lost.then(|| Duration::from_micros(chance.random_range(0..5_000)))
    };
    for firing in 0.. {
        ensure!(firing < MOST_FIRINGS, "no complete run in {MOST_FIRINGS} firings: {}", why(world).await);
        let fired = world.fire(&script, budget.filter(|_| firing == 0)).await?;
        tally.firings += 1;
        world.deliver(&mut lost).await?;
        let denied = give_back(world, &script).await?;
        if let Fired::Killed = fired {
            continue;
        }
        if fired.is_complete() && !denied {
            break;
        }
    }
    script.end();
    world.control.calm().await?;
    let dealt = script.dealt();
    if dealt.iter().any(Act::changes_records) {
        // What changed while it was read is read by the next run.
        world.control.all_visible().await?;
        world.load().await?;
        tally.firings += 1;
    }
    world.settle().await?;
    tally.compared += world.equals_the_source().await?;
    world.balances().await?;
    for act in &dealt {
        tally.count(act.name());
    }
    if budget.is_some() {
        tally.count("out_of_time");
    }
    if case.events_lost > 0 {
        tally.count("events_lost");
    }
    Ok((tally, script.asked()))
}

/// Gives back what the script took away until now; whether anything was away.
async fn give_back(world: &World, script: &Script) -> Result<bool> {
    let mut any = false;
    let held = world.control.ask("faults").await?;
    for act in script.dealt() {
        let Act::Fault(order) = act else { continue };
        for (taken, list, back) in TAKEN {
            let Some(name) = order.get(*taken) else { continue };
            any |= held[*list].as_array().is_some_and(|held| held.contains(name));
            world.control.order("faults", &json!({ (*back): name })).await?;
        }
    }
    Ok(any)
}

/// What takes something away, where the account tells of it, and what gives it back.
const TAKEN: &[(&str, &str, &str)] = &[
    ("deny_table", "denied", "allow_table"),
    ("silence_table", "silenced", "allow_table"),
    ("reject_column", "rejected", "allow_column"),
];

/// Evidence of what did not end.
async fn why(world: &World) -> String {
    let Ok((run, streams)) = world.newest().await else { return "there is no run".into() };
    let open = streams.into_iter().filter(|s| !s.is_complete());
    let open: Vec<String> = open.map(|s| format!("{} {:?} {:?}", s.stream, s.state, s.evidence)).collect();
    let notices = world.repository.notices(&run.tenant, &run.id).await.unwrap_or_default();
    let notices: Vec<String> =
        notices.into_iter().take(5).map(|n| format!("{:?}: {}", n.kind, n.detail)).collect();
    format!("{:?}; {}; {}", run.state, open.join(", "), notices.join(", "))
}
