//! One case: an extraction in which things go wrong, fired until it is whole, and what has to hold then.

use std::time::Duration;

use anyhow::{Result, ensure};
use forebay_model::RunState;
use rand::Rng;
use rand::rngs::StdRng;

use crate::case::{Act, Case};
use crate::held::Held;
use crate::hubs::Deliveries;
use crate::script::Script;
use crate::tally::Tally;
use crate::world::{Fired, World};

/// Firings after which a case that has not come to its end never will.
const MOST_FIRINGS: u32 = 60;
/// Firings after which everything that was taken away is given back.
const PATIENCE: u32 = 12;

/// Tries a case; gives what was tried.
pub(crate) async fn survives(world: &World, case: &Case, chance: &mut StdRng) -> Result<Tally> {
    let mut tally = Tally { cases: 1, ..Tally::default() };
    if let Some((updates, inserts, deletes)) = case.before {
        world.control.change(updates, inserts, deletes).await?;
        world.control.all_visible().await?;
    }
    let script = Script::new(world.control.clone(), case.steps.clone());
    let mut deliveries = Deliveries::of(case, chance.random());
    fires_until_whole(world, case, &script, &mut deliveries, chance, &mut tally).await?;
    script.end();
    world.control.calm().await?;
    let dealt = script.dealt();
    if dealt.iter().any(Act::changes_records) {
        // What changed while it was read is read by the next run.
        world.control.all_visible().await?;
        world.load_whole().await?;
        tally.firings += 1;
    }
    world.settle().await?;
    tally.compared += match world.equals_the_source().await {
        Ok(compared) => compared,
        Err(error) => return Err(error.context(format!("after {}", past(world).await?))),
    };
    world.balances().await?;
    counts(case, &dealt, &mut tally);
    Ok(tally)
}

/// Fires until a run is whole in which nothing was away. What was taken away is given back between two
/// firings or later, so that some runs meet it from beginning to end.
async fn fires_until_whole(
    world: &World,
    case: &Case,
    script: &std::sync::Arc<Script>,
    deliveries: &mut Deliveries,
    chance: &mut StdRng,
    tally: &mut Tally,
) -> Result<()> {
    let budget = case.budget_ms.map(Duration::from_millis);
    let before = world.runs(1).await?.into_iter().next().map(|run| run.id);
    let (mut last, mut lacking, mut held) = (before.clone(), None, Held::default());
    for firing in 0..MOST_FIRINGS {
        let budget = budget.filter(|_| firing == 0);
        let fired = if case.events_beside {
            world.fire_and_deliver(script, budget, deliveries).await?
        } else {
            world.fire(script, budget).await?
        };
        tally.firings += 1;
        world.deliver(deliveries).await?;
        if firing == 0 && case.is_overcome(&script.dealt()) {
            ensure!(fired.is_complete(), "one firing is enough for this: {}", world.why().await);
        }
        if let Fired::Run(run) = &fired
            && run.state != RunState::Extracting
        {
            tally.failed_runs += u32::from(run.state == RunState::Failed);
            if last.as_ref() != Some(&run.id) {
                held.is_told(world, run, before.as_ref()).await?;
            }
        }
        last = world.runs(1).await?.into_iter().next().map(|run| run.id);
        held = Held::now(world, case).await?;
        if !held.is_nothing() {
            lacking.clone_from(&last);
            if chance.random() || firing >= PATIENCE {
                held.give_back(world).await?;
                held = Held::default();
            }
            continue;
        }
        if fired.is_complete() && lacking != last {
            return Ok(());
        }
    }
    anyhow::bail!("no complete run in {MOST_FIRINGS} firings: {}", world.why().await)
}

/// What the last runs met.
pub(crate) async fn past(world: &World) -> Result<String> {
    let mut past = Vec::new();
    for run in world.runs(5).await? {
        let notices = world.repository.notices(&run.tenant, &run.id).await?;
        let notices: Vec<String> = notices
            .into_iter()
            .map(|n| format!("{} {:?}", n.stream.as_ref().map_or("all", |s| s.as_str()), n.kind))
            .collect();
        let streams = world.repository.stream_runs(&run.tenant, &run.id).await?;
        // Streams without rows of their own, such as a log, are compared nowhere else.
        let logs = streams.iter().filter(|s| world.account.table(s.stream.as_str()).is_none());
        let logs: Vec<String> =
            logs.map(|s| format!("{} {:?}: {:?}, {:?}", s.stream, s.state, s.evidence, s.outcome)).collect();
        let (bound, notices, logs) = (run.bound, notices.join(", "), logs.join(", "));
        past.push(format!("run {} to {bound} {:?} ({notices}) {logs}", run.id, run.state));
    }
    past.reverse();
    Ok(past.join("; "))
}

fn counts(case: &Case, dealt: &[Act], tally: &mut Tally) {
    tally.steps = u32::try_from(case.steps.len()).unwrap_or(u32::MAX);
    tally.undealt = tally.steps.saturating_sub(u32::try_from(dealt.len()).unwrap_or(u32::MAX));
    for act in dealt {
        tally.count(act.name());
    }
    let also = [
        ("out_of_time", case.budget_ms.is_some()),
        ("events_lost", case.events_lost > 0),
        ("events_repeated", case.events_repeated.is_some()),
        ("events_beside", case.events_beside),
    ];
    also.into_iter().filter(|(_, is_so)| *is_so).for_each(|(name, _)| tally.count(name));
}
