//! The standard suite: what holds for every connector, with nothing out of the ordinary happening.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use forebay_model::{RunState, StreamRun, StreamRunState};
use forebay_pipeline::{CheckVerdict, check};
use forebay_ports::{Access, SystemClock};

use crate::account::{Reading, Size, Vendor};
use crate::case::Step;
use crate::hubs::Deliveries;
use crate::script::Script;
use crate::world::{Fired, World};

/// Something that was seen to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub rule: &'static str,
    /// With what figures.
    pub seen: String,
}

fn claim(rule: &'static str, seen: impl Into<String>) -> Claim {
    Claim { rule, seen: seen.into() }
}

/// Tries every rule; the first that does not hold is the error.
pub async fn keeps_every_rule(vendor: &dyn Vendor) -> Result<Vec<Claim>> {
    let mut world = World::new(vendor, Size::Small, Reading::THOROUGH).await?;
    world.expected = Some(world.offered().await.context("what is offered")?);
    let mut claims = vec![
        can_be_checked(&world).await.context("the check")?,
        loads_everything(&world).await.context("the first load")?,
        reads_nothing_twice(&world).await.context("a run at rest")?,
        follows_changes(&world).await.context("an increment")?,
    ];
    claims.push(costs_what_changed(vendor).await.context("cost")?);
    claims.push(resumes_at_every_page(vendor, &world).await.context("many short firings")?);
    claims.push(refused_credentials_are_told(vendor).await.context("wrong credentials")?);
    Ok(claims)
}

fn calm(world: &World) -> std::sync::Arc<Script> {
    Script::new(world.control.clone(), Vec::<Step>::new())
}

/// Every stream ended with a proof, or was skipped with a reason.
fn ended(streams: &[StreamRun]) -> Result<u64> {
    for stream in streams {
        let told = stream.evidence.as_ref().is_some_and(|evidence| evidence.len() > 10);
        let over = matches!(stream.state, StreamRunState::Ended | StreamRunState::Skipped);
        ensure!(over && told, "{}: {:?}, {:?}", stream.stream, stream.state, stream.evidence);
        let counted = stream.expected.is_none_or(|expected| expected <= stream.records);
        ensure!(counted, "{}: {} read of {:?}", stream.stream, stream.records, stream.expected);
    }
    Ok(streams.iter().map(|stream| stream.records).sum())
}

async fn can_be_checked(world: &World) -> Result<Claim> {
    let process = world.process(&calm(world))?;
    let report = check(Ok(process.connector.as_ref()), &SystemClock).await;
    let failed: Vec<String> =
        report.items.iter().filter(|i| i.verdict == CheckVerdict::Failed).map(|i| format!("{i:?}")).collect();
    ensure!(failed.is_empty(), "{failed:?}");
    for spec in process.connector.streams().await? {
        match process.connector.probe(&spec.stream).await {
            Ok(Access::Readable { .. }) => {}
            Ok(Access::EmptyOrForbidden { detail }) => {
                ensure!(detail.len() > 10, "{}: {detail}", spec.stream)
            }
            Err(error) => ensure!(spec.optional, "{}: {error}", spec.stream),
        }
    }
    Ok(claim("the check finds nothing wrong with a good account", format!("{} findings", report.items.len())))
}

async fn loads_everything(world: &World) -> Result<Claim> {
    let (run, streams) = world.load().await?;
    ensure!(
        run.state == RunState::Extracted,
        "{run:?} {:?}",
        streams.iter().find(|s| s.state == StreamRunState::Failed)
    );
    let read = ended(&streams)?;
    let compared = world.equals_the_source().await?;
    world.balances().await?;
    ensure!(compared > 0, "the account is empty");
    let skipped = streams.iter().filter(|s| s.state == StreamRunState::Skipped).count();
    let seen = format!("{read} records of {} streams, {skipped} skipped", streams.len());
    Ok(claim("a first load ends with the source, row by row", seen))
}

async fn reads_nothing_twice(world: &World) -> Result<Claim> {
    world.control.all_visible().await?;
    let (run, streams) = world.load().await?;
    ensure!(run.state == RunState::Extracted, "{run:?}");
    ended(&streams)?;
    let applied: u64 = streams.iter().map(|s| s.outcome.applied() + s.outcome.deleted).sum();
    ensure!(applied == 0, "{applied} records were applied although nothing changed");
    let again: u64 = streams.iter().map(|s| s.records).sum();
    Ok(claim("a run at rest changes nothing", format!("{again} records read again")))
}

async fn follows_changes(world: &World) -> Result<Claim> {
    let mut applied = 0;
    for round in 1..=3 {
        world.control.change(20 * round, 5 * round, 3 * round).await?;
        world.control.all_visible().await?;
        let (run, streams) = world.load().await?;
        ensure!(run.state == RunState::Extracted, "{run:?}");
        ended(&streams)?;
        world.equals_the_source().await?;
        applied += streams.iter().map(|s| s.outcome.applied() + s.outcome.deleted).sum::<u64>();
    }
    world.balances().await?;
    ensure!(applied > 0, "nothing was applied although much changed");
    Ok(claim("increments follow updates, inserts and deletes", format!("{applied} changes")))
}

/// Requests that runs took.
struct Cost {
    streams: u64,
    resting: u64,
    changed: u64,
}

async fn cost(vendor: &dyn Vendor, size: Size) -> Result<Cost> {
    let world = World::new(vendor, size, Reading::default()).await?;
    world.load().await?;
    world.control.all_visible().await?;
    // What is remembered of the first load is looked up once more.
    world.load().await?;
    // The better of two: what is due by the clock may fall into one of them.
    let (mut resting, mut streams) = (u64::MAX, 0);
    for _ in 0..2 {
        let before = world.control.requests().await?;
        streams = world.load().await?.1.len() as u64;
        resting = resting.min(world.control.requests().await? - before);
    }
    world.control.change(CHANGES, 0, 0).await?;
    world.control.all_visible().await?;
    let before = world.control.requests().await?;
    world.load().await?;
    let changed = world.control.requests().await? - before;
    Ok(Cost { streams, resting, changed })
}

const CHANGES: u32 = 10;
/// Requests that one more changed record may cost at most, over all streams that it touches.
const PER_CHANGE: u64 = 4;
/// Requests that a stream may cost at most for having changed at all.
const PER_STREAM: u64 = 2;

async fn costs_what_changed(vendor: &dyn Vendor) -> Result<Claim> {
    let (small, larger) = (cost(vendor, Size::Small).await?, cost(vendor, Size::Larger).await?);
    let seen = format!(
        "{} requests at rest, {} after {CHANGES} changes; in a larger account {} and {}",
        small.resting, small.changed, larger.resting, larger.changed
    );
    ensure!(larger.resting <= small.resting, "a larger account costs more at rest: {seen}");
    let most = small.changed + u64::from(CHANGES);
    ensure!(larger.changed <= most, "a larger account costs more after the same changes: {seen}");
    for Cost { streams, resting, changed } in [small, larger] {
        let most = resting + streams * PER_STREAM + u64::from(CHANGES) * PER_CHANGE;
        ensure!(changed <= most, "{most} requests would be in order: {seen}");
    }
    Ok(claim("an increment costs what changed, not what there is", seen))
}

/// Pages that one short firing may land at most: those that are read side by side when its time is up, some
/// before them, and some more on the way to a pace that suits.
const PAGES_PER_FIRING: u32 = 16;

async fn resumes_at_every_page(vendor: &dyn Vendor, known: &World) -> Result<Claim> {
    let mut world = World::new(vendor, Size::Small, Reading::THOROUGH).await?;
    world.expected.clone_from(&known.expected);
    let script = calm(&world);
    let (mut budget, mut pages) = (Duration::from_millis(2), 0);
    for firing in 1..2_000 {
        // Time for what is under way and little more; where that was too little, some more.
        let fired = world.fire(&script, Some(budget)).await?;
        world.deliver(&mut Deliveries::calm()).await?;
        let (run, streams) = world.newest().await?;
        let now = streams.iter().map(|s| s.pages).sum();
        budget = if now == pages { budget * 2 } else { budget.mul_f64(0.7) };
        pages = now;
        if matches!(fired, Fired::Run(_)) && run.state != RunState::Extracting {
            world.settle().await?;
            ended(&streams)?;
            world.equals_the_source().await?;
            world.balances().await?;
            let least = 1 + pages.div_ceil(PAGES_PER_FIRING);
            ensure!(firing >= least, "{pages} pages in {firing} firings, as if time had no end");
            return Ok(claim(
                "a run goes on where time ran out",
                format!("{pages} pages in {firing} firings"),
            ));
        }
    }
    anyhow::bail!("the run comes to no end")
}

async fn refused_credentials_are_told(vendor: &dyn Vendor) -> Result<Claim> {
    let world = World::new(vendor, Size::Small, Reading::THOROUGH).await?;
    let secrets = world.account.secrets();
    for (name, value) in &secrets {
        world.secrets.set(name, &spoiled(value));
    }
    let (run, streams) = world.load().await?;
    ensure!(run.state == RunState::Failed, "{run:?}");
    let evidence = streams.iter().filter_map(|s| s.evidence.clone()).collect::<Vec<_>>().join("\n");
    ensure!(!evidence.is_empty(), "the run does not say why it failed");
    let told = secrets.iter().any(|(_, value)| evidence.contains(&spoiled(value)));
    ensure!(!told, "a secret stands in the evidence");
    for (name, value) in &secrets {
        world.secrets.set(name, value);
    }
    let (run, _) = world.load().await?;
    ensure!(run.state == RunState::Extracted, "with good credentials again: {run:?}");
    world.equals_the_source().await?;
    Ok(claim("refused credentials fail the run and are not told", evidence))
}

/// Another secret of the same form: a letter in the middle differs.
fn spoiled(value: &str) -> String {
    let middle = value.char_indices().nth(value.chars().count() / 2);
    let Some((place, letter)) = middle else { return "x".into() };
    let other = if letter == 'a' { 'b' } else { 'a' };
    format!("{}{other}{}", &value[..place], &value[place + letter.len_utf8()..])
}
