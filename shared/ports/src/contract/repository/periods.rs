//! Profiles over time, and rolling them up.

use forebay_model::{RejectedRecord, RunId};

use super::super::assert_error;
use super::super::given::{World, at, record, schema, stream, version};
use super::profiles::{landed, states};
use crate::repository::{
    PeriodKey, PeriodQuery, ProfilePeriod, Profiled, Repository, RollUp, StateKind, StoredState,
};

pub(super) async fn suite(repo: &dyn Repository) {
    periods_come_newest_first(repo).await;
    rolled_up_runs_become_one_period(repo).await;
    a_roll_up_over_something_changed_changes_nothing(repo).await;
    of_roll_ups_at_once_one_wins(repo).await;
    periods_without_records_are_stepped_over_where_asked(repo).await;
}

/// Runs that began a day apart, each with columns `a` and `b` in the state of its number.
async fn profiled(world: &World<'_>, count: u8) {
    for n in 1..=count {
        let id = format!("run-{n}");
        let mut fresh = world.run(&id);
        fresh.started = at(i64::from(n) * 86_400);
        world.repo.open_run(&fresh, &[stream("item")]).await.unwrap();
        let (run, pages) = landed(world, &id, 1).await;
        save(world, &run, 0, &states(&["a", "b"], n), &pages).await;
        world.repo.end_run(&world.tenant, &run, at(1)).await.unwrap();
    }
}

async fn save(
    world: &World<'_>,
    run: &RunId,
    revision: u64,
    states: &[StoredState],
    pages: &[forebay_model::PageId],
) {
    let saved = world.repo.save_profiles(&world.tenant, run, &stream("item"), revision, states, pages).await;
    assert_eq!(saved.unwrap(), Profiled::Saved);
}

async fn read(world: &World<'_>, only: Option<&str>, since: Option<i64>, limit: u32) -> Vec<ProfilePeriod> {
    read_until(world, only, since, None, limit).await
}

/// Whose newest run began from one day on until before another.
async fn read_until(
    world: &World<'_>,
    only: Option<&str>,
    since: Option<i64>,
    until: Option<i64>,
    limit: u32,
) -> Vec<ProfilePeriod> {
    let item = stream("item");
    let query = PeriodQuery {
        source: &world.source,
        stream: &item,
        only: only.map(|name| (StateKind::Column, name)),
        since: since.map(|day| at(day * 86_400)),
        until: until.map(|day| at(day * 86_400)),
        with_records: false,
        limit,
    };
    world.repo.profile_periods(&world.tenant, &query).await.unwrap()
}

type Brief<'p> = (&'p str, bool, u32, Vec<(&'p str, u8)>);

fn brief(periods: &[ProfilePeriod]) -> Vec<Brief<'_>> {
    let mut all = Vec::new();
    for ProfilePeriod { key, runs, states, .. } in periods {
        let states = states.iter().map(|s| (s.name.as_str(), s.state[0])).collect();
        all.push((key.run.as_str(), key.rolled_up, *runs, states));
    }
    all
}

async fn roll(world: &World<'_>, replaced: &[PeriodKey], run: &str, state: u8) -> Profiled {
    let by = RollUp {
        run: RunId::new(run).unwrap(),
        from: at(86_400),
        to: at(2 * 86_400),
        runs: 2,
        states: states(&["a"], state),
    };
    let item = stream("item");
    world.repo.roll_up(&world.tenant, &world.source, &item, replaced, &by).await.unwrap()
}

async fn periods_come_newest_first(repo: &dyn Repository) {
    let world = World::new(repo);
    profiled(&world, 3).await;
    let both = |n: u8| vec![("a", n), ("b", n)];
    let found = read(&world, None, None, 2).await;
    assert_eq!(brief(&found), [("run-3", false, 1, both(3)), ("run-2", false, 1, both(2))]);
    assert_eq!((found[1].from, found[1].to, found[1].key.revision), (at(2 * 86_400), at(2 * 86_400), 1));
    let found = read(&world, Some("b"), Some(2), 9).await;
    let one = |run, n| (run, false, 1, vec![("b", n)]);
    assert_eq!(brief(&found), [one("run-3", 3), one("run-2", 2)]);
    let found = read_until(&world, None, None, Some(3), 1).await;
    assert_eq!(brief(&found), [("run-2", false, 1, both(2))], "the newest of those before");
    assert_eq!(brief(&read_until(&world, Some("b"), Some(1), Some(2), 9).await), [one("run-1", 1)]);
    assert_eq!(read(&world, Some("c"), None, 9).await, []);
    assert_eq!(read(&world, None, None, 0).await, []);
}

async fn rolled_up_runs_become_one_period(repo: &dyn Repository) {
    let world = World::new(repo);
    profiled(&world, 3).await;
    let keys: Vec<PeriodKey> = read(&world, None, None, 9).await.into_iter().map(|p| p.key).collect();
    assert_eq!(roll(&world, &keys[1..], "run-2", 12).await, Profiled::Saved);
    let found = read(&world, None, None, 9).await;
    let old = ("run-2", true, 2, vec![("a", 12)]);
    assert_eq!(brief(&found), [("run-3", false, 1, vec![("a", 3), ("b", 3)]), old.clone()]);
    assert_eq!((found[1].from, found[1].to), (at(86_400), at(2 * 86_400)));
    assert_eq!(brief(&read(&world, Some("a"), None, 9).await)[1], old);
    assert_eq!(read(&world, Some("a"), Some(3), 9).await.len(), 1, "it ended before");
    assert_eq!(brief(&read_until(&world, Some("a"), None, Some(3), 1).await), vec![old.clone()]);
    assert_eq!(read_until(&world, None, None, Some(2), 9).await, [], "it ends on the second day");

    let run = RunId::new("run-2").unwrap();
    let (revision, states_left) = repo.run_profiles(&world.tenant, &run, &stream("item")).await.unwrap();
    assert_eq!((revision, states_left), (2, Vec::new()), "whoever read the states before finds them changed");
    let late = world.page("run-2", "item", 1, "late");
    world.land(&late).await.unwrap();
    save(&world, &run, 2, &states(&["a"], 77), &[late.id]).await;
    let found = read(&world, None, None, 9).await;
    assert_eq!(brief(&found)[1..], [("run-2", false, 1, vec![("a", 77)]), old]);

    let keys: Vec<PeriodKey> = found.into_iter().map(|p| p.key).collect();
    assert_eq!(roll(&world, &keys[1..2], "run-2", 77).await, Profiled::Changed, "one without the other");
    assert_eq!(roll(&world, &keys[1..], "run-2", 89).await, Profiled::Saved);
    assert_eq!(brief(&read(&world, None, None, 9).await)[1..], [("run-2", true, 2, vec![("a", 89)])]);
}

async fn a_roll_up_over_something_changed_changes_nothing(repo: &dyn Repository) {
    let world = World::new(repo);
    profiled(&world, 2).await;
    let before = read(&world, None, None, 9).await;
    let keys: Vec<PeriodKey> = before.iter().map(|p| p.key.clone()).collect();
    let run = RunId::new("run-1").unwrap();
    let late = world.page("run-1", "item", 1, "late");
    world.land(&late).await.unwrap();
    save(&world, &run, 1, &states(&["a", "b"], 9), &[late.id]).await;
    assert_eq!(roll(&world, &keys, "run-2", 12).await, Profiled::Changed);
    let found = read(&world, None, None, 9).await;
    assert_eq!(brief(&found)[1], ("run-1", false, 1, vec![("a", 9), ("b", 9)]));
    assert_eq!(found[0], before[0]);
    let nothing = PeriodKey { run: RunId::new("run-9").unwrap(), rolled_up: false, revision: 0 };
    assert_eq!(roll(&world, &[keys[0].clone(), nothing], "run-2", 1).await, Profiled::Changed);
    assert_eq!(read(&world, None, None, 9).await, found);
    let by = RollUp { run, from: at(0), to: at(0), runs: 1, states: Vec::new() };
    let item = stream("item");
    assert_error!(repo.roll_up(&world.tenant, &world.source, &item, &keys, &by).await, Rejected);
}

async fn of_roll_ups_at_once_one_wins(repo: &dyn Repository) {
    let world = World::new(repo);
    profiled(&world, 2).await;
    let keys: Vec<PeriodKey> = read(&world, None, None, 9).await.into_iter().map(|p| p.key).collect();
    let roll = |state| roll(&world, &keys, "run-2", state);
    let (a, b, c) = tokio::join!(roll(1), roll(2), roll(3));
    assert_eq!([a, b, c].iter().filter(|r| **r == Profiled::Saved).count(), 1);
    assert_eq!(read(&world, None, None, 9).await.len(), 1);
}

/// Applies a run's page as one that brought this: a record, one that was dead-lettered, or nothing at all.
async fn apply(world: &World<'_>, run: &str, records: usize, dead_lettered: u32) {
    let (schema, page) = (schema("item"), world.page(run, "item", 0, "x"));
    let mut batch = world.batch(&page, &schema, vec![record(1, "a", None, version(0, 0)); records]);
    let rejected = |n| RejectedRecord { ordinal: 7 + n, code: "type_mismatch".into(), reason: "why".into() };
    batch.rejected = (0..dead_lettered).map(rejected).collect();
    world.repo.apply_page(batch).await.unwrap();
}

async fn periods_without_records_are_stepped_over_where_asked(repo: &dyn Repository) {
    let world = World::new(repo);
    profiled(&world, 4).await;
    for (run, records, dead_lettered) in [("run-1", 1, 1), ("run-2", 0, 0), ("run-3", 0, 2), ("run-4", 1, 0)]
    {
        apply(&world, run, records, dead_lettered).await;
    }
    let item = stream("item");
    let read = async |only: Option<&str>, until: i64, limit: u32| {
        let query = PeriodQuery {
            source: &world.source,
            stream: &item,
            only: only.map(|name| (StateKind::Column, name)),
            since: None,
            until: Some(at(until * 86_400)),
            with_records: true,
            limit,
        };
        world.repo.profile_periods(&world.tenant, &query).await.unwrap()
    };
    let both = |n: u8| vec![("a", n), ("b", n)];
    assert_eq!(brief(&read(None, 4, 1).await), [("run-1", false, 1, both(1))], "one read finds it");
    assert_eq!(brief(&read(None, 9, 9).await), [("run-4", false, 1, both(4)), ("run-1", false, 1, both(1))]);
    assert_eq!(brief(&read(Some("b"), 4, 9).await), [("run-1", false, 1, vec![("b", 1)])]);
    let keys: Vec<PeriodKey> =
        read_until(&world, None, None, Some(3), 9).await.into_iter().map(|p| p.key).collect();
    assert_eq!(roll(&world, &keys, "run-2", 12).await, Profiled::Saved);
    let old = ("run-2", true, 2, vec![("a", 12)]);
    assert_eq!(brief(&read(None, 4, 1).await), [old], "one of its runs had some");
    let keys: Vec<PeriodKey> =
        read_until(&world, None, Some(3), None, 9).await.into_iter().map(|p| p.key).collect();
    let (newest, item) = (RunId::new("run-3").unwrap(), stream("item"));
    let by =
        RollUp { run: newest, from: at(3 * 86_400), to: at(3 * 86_400), runs: 1, states: states(&["a"], 3) };
    let rolled = world.repo.roll_up(&world.tenant, &world.source, &item, &keys[1..], &by).await;
    assert_eq!(rolled.unwrap(), Profiled::Saved);
    assert_eq!(read_until(&world, None, Some(3), Some(4), 9).await.len(), 1);
    assert_eq!(brief(&read(None, 4, 9).await)[0].0, "run-2", "what was rolled up of nothing is nothing");
}
