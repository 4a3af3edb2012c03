//! Measurements over time, and what is still to be measured.

use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::{RunId, StreamRunState};

use super::super::assert_error;
use super::super::given::{World, at, schema, stream};
use super::profiles::{landed, states};
use crate::repository::{FailedPage, Mark, PeriodKey, Profiled, Repository, RollUp, StoredPoint, StreamEnd};

pub(super) async fn suite(repo: &dyn Repository) {
    a_series_has_one_point_per_run(repo).await;
    a_stream_gives_all_its_series(repo).await;
    a_mark_stays_with_its_point(repo).await;
    what_has_ended_and_is_profiled_is_measurable_until_it_was_measured(repo).await;
    a_page_that_cannot_be_profiled_is_not_waited_for(repo).await;
    what_was_rolled_up_is_not_measured_again(repo).await;
}

pub(super) fn key(world: &World<'_>, column: Option<&str>, metric: Metric) -> SeriesKey {
    let column = column.map(Into::into);
    SeriesKey { source: world.source.clone(), stream: stream("item"), column, metric }
}

pub(super) fn run(id: &str) -> RunId {
    RunId::new(id).unwrap()
}

pub(super) async fn append(world: &World<'_>, key: &SeriesKey, id: &str, when: i64, value: f64) {
    let points = [(key.clone(), Point { at: at(when), value })];
    world.repo.append_points(&world.tenant, &run(id), &points).await.unwrap();
}

fn brief(points: &[StoredPoint]) -> Vec<(&str, f64, Mark)> {
    points.iter().map(|p| (p.run.as_str(), p.point.value, p.mark)).collect()
}

async fn read(world: &World<'_>, key: &SeriesKey, since: i64, limit: u32) -> Vec<StoredPoint> {
    world.repo.series(&world.tenant, key, at(since), limit).await.unwrap()
}

async fn a_series_has_one_point_per_run(repo: &dyn Repository) {
    let world = World::new(repo);
    let volume = key(&world, None, Metric::Volume);
    for (id, when, value) in [("run-2", 20, -0.5), ("run-1", 10, 1.0 / 3.0), ("run-3", 30, 1e300)] {
        append(&world, &volume, id, when, value).await;
    }
    append(&world, &volume, "run-2", 21, 2.0).await;
    append(&world, &key(&world, Some("name"), Metric::Volume), "run-1", 10, 9.0).await;
    let found = read(&world, &volume, 0, 9).await;
    let none = Mark::None;
    assert_eq!(brief(&found), [("run-1", 1.0 / 3.0, none), ("run-2", 2.0, none), ("run-3", 1e300, none)]);
    assert_eq!(found[1].point.at, at(21));
    assert_eq!(read(&world, &volume, 0, 2).await, found[1..], "the newest, in order of time");
    assert_eq!(read(&world, &volume, 21, 9).await, found[1..]);
    assert_eq!(read(&world, &volume, 0, 0).await, []);
    for wrong in [f64::NAN, f64::INFINITY] {
        let points = [1.0, wrong].map(|value| (volume.clone(), Point { at: at(40), value }));
        assert_error!(repo.append_points(&world.tenant, &run("run-4"), &points).await, Rejected);
    }
    let runs = [run("run-1"), run("run-9")];
    repo.thin_points(&world.tenant, &volume, &runs).await.unwrap();
    assert_eq!(read(&world, &volume, 0, 9).await, found[1..]);
    assert_eq!(read(&world, &key(&world, Some("name"), Metric::Volume), 0, 9).await.len(), 1);
}

async fn a_stream_gives_all_its_series(repo: &dyn Repository) {
    let world = World::new(repo);
    let keys = [
        key(&world, None, Metric::Volume),
        key(&world, None, Metric::Freshness),
        key(&world, Some("name"), Metric::NullShare),
        key(&world, Some("Name"), Metric::NullShare),
        key(&world, Some("name"), Metric::Distinct),
    ];
    for (n, id) in ["run-1", "run-2", "run-3"].into_iter().enumerate() {
        let when = i64::try_from(n).unwrap() * 10;
        let points: Vec<_> = keys.iter().map(|k| (k.clone(), Point { at: at(when), value: 0.0 })).collect();
        repo.append_points(&world.tenant, &run(id), &points).await.unwrap();
    }
    let mut expected = keys.to_vec();
    expected.sort();
    let (tenant, source, item) = (&world.tenant, &world.source, stream("item"));
    assert_eq!(repo.series_keys(tenant, source, &item).await.unwrap(), expected);
    let columns = ["", "name", "Name"];
    let found = repo.stream_series(tenant, source, &item, &columns, at(10), 9).await.unwrap();
    assert_eq!(found.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>(), expected);
    for (key, points) in &found {
        assert_eq!(*points, read(&world, key, 10, 9).await);
        assert_eq!(points.len(), 2);
    }
    let newest = repo.stream_series(tenant, source, &item, &columns, at(0), 1).await.unwrap();
    assert!(newest.iter().all(|(_, points)| points.len() == 1 && points[0].run == run("run-3")));
    let of = async |columns: &[&str]| {
        let found = repo.stream_series(tenant, source, &item, columns, at(10), 9).await.unwrap();
        found.into_iter().map(|(key, _)| key.column.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["Name", "none"]).await, ["Name"]);
    assert_eq!(of(&[""]).await, ["", ""]);
    assert!(of(&[]).await.is_empty());
    let other = stream("other");
    assert_eq!(repo.stream_series(tenant, source, &other, &columns, at(0), 9).await.unwrap(), []);
}

async fn a_mark_stays_with_its_point(repo: &dyn Repository) {
    let world = World::new(repo);
    let volume = key(&world, None, Metric::Volume);
    append(&world, &volume, "run-1", 10, 1.0).await;
    append(&world, &volume, "run-2", 20, 2.0).await;
    let mark = |id, mark| {
        let (tenant, volume) = (&world.tenant, &volume);
        async move { repo.mark_point(tenant, volume, &run(id), mark).await }
    };
    mark("run-1", Mark::FalseAlarm).await.unwrap();
    append(&world, &volume, "run-1", 10, 3.0).await;
    let found = read(&world, &volume, 0, 9).await;
    assert_eq!(brief(&found), [("run-1", 3.0, Mark::FalseAlarm), ("run-2", 2.0, Mark::None)]);
    mark("run-1", Mark::None).await.unwrap();
    assert_eq!(read(&world, &volume, 0, 9).await[0].mark, Mark::None);
    assert_error!(mark("run-9", Mark::FalseAlarm).await, NotFound);
}

async fn measurable(world: &World<'_>, since: i64) -> Vec<(String, String, u64)> {
    let found = world.repo.measurable(&world.tenant, &world.source, at(since), 9).await.unwrap();
    found.into_iter().map(|m| (m.run.to_string(), m.stream.to_string(), m.revision)).collect()
}

async fn end(world: &World<'_>, id: &str, stream_name: &str, state: StreamRunState) {
    let (run, stream) = (run(id), stream(stream_name));
    let end = StreamEnd {
        run: &run,
        stream: &stream,
        state,
        evidence: "the end",
        cursor: None,
        expected: None,
        ended: at(50),
    };
    world.repo.end_stream(&world.tenant, end).await.unwrap();
}

async fn save(world: &World<'_>, id: &str, revision: u64, page: &forebay_model::PageId) {
    let pages = [page.clone()];
    let states = states(&["a"], 1);
    let saved =
        world.repo.save_profiles(&world.tenant, &run(id), &stream("item"), revision, &states, &pages).await;
    assert_eq!(saved.unwrap(), Profiled::Saved);
}

async fn what_has_ended_and_is_profiled_is_measurable_until_it_was_measured(repo: &dyn Repository) {
    let world = World::new(repo);
    world.open("run-1", &["empty", "failed", "item"]).await;
    let (_, pages) = landed(&world, "run-1", 3).await;
    let page = world.page("run-1", "item", 2, "x");
    let failed = FailedPage { page: &page, code: "rejected", reason: "why", at: at(40) };
    repo.fail_page(failed).await.unwrap();
    save(&world, "run-1", 0, &pages[0]).await;
    assert_eq!(measurable(&world, 0).await, [], "nothing has ended");
    end(&world, "run-1", "empty", StreamRunState::Ended).await;
    end(&world, "run-1", "failed", StreamRunState::Failed).await;
    end(&world, "run-1", "item", StreamRunState::Ended).await;
    let of = |stream: &str, revision| ("run-1".to_owned(), stream.to_owned(), revision);
    assert_eq!(measurable(&world, 0).await, [of("empty", 0)], "a page is to be profiled yet");
    save(&world, "run-1", 1, &pages[1]).await;
    assert_eq!(measurable(&world, 0).await, [of("empty", 0), of("item", 2)]);
    assert_eq!(measurable(&world, 1).await, [], "the run began before");
    let mark = |name: &'static str, revision| {
        let tenant = &world.tenant;
        async move { repo.mark_measured(tenant, &run("run-1"), &stream(name), revision).await.unwrap() }
    };
    mark("empty", 0).await;
    mark("item", 1).await;
    assert_eq!(measurable(&world, 0).await, [of("item", 2)], "it was measured before its last page");
    mark("item", 2).await;
    mark("item", 1).await;
    assert_eq!(measurable(&world, 0).await, []);
    save(&world, "run-1", 2, &pages[2]).await;
    assert_eq!(measurable(&world, 0).await, [of("item", 3)], "it could be applied after all");
}

async fn a_page_that_cannot_be_profiled_is_not_waited_for(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run_id, pages) = landed(&world, "run-1", 3).await;
    let schema = schema("item");
    for n in [0, 1] {
        let page = world.page("run-1", "item", n, "x");
        repo.apply_page(world.batch(&page, &schema, Vec::new())).await.unwrap();
    }
    end(&world, "run-1", "item", StreamRunState::Ended).await;
    let give_up = async || repo.fail_profiles(&world.tenant, &pages, "why", at(60)).await.unwrap();
    save(&world, "run-1", 0, &pages[0]).await;
    assert_eq!(give_up().await, 1, "one is profiled, and one not applied");
    assert_eq!(give_up().await, 0, "this is known");
    assert_eq!(measurable(&world, 0).await, [], "one is to be applied yet");
    let last = world.page("run-1", "item", 2, "x");
    repo.fail_page(FailedPage { page: &last, code: "rejected", reason: "why", at: at(61) }).await.unwrap();
    assert_eq!(measurable(&world, 0).await, [("run-1".to_owned(), "item".to_owned(), 1)]);
    let counts = async || {
        let stream = repo.stream_runs(&world.tenant, &run_id).await.unwrap().remove(0);
        assert!(stream.is_settled() && !stream.is_complete());
        let of = [stream.pages_applied, stream.pages_profiled];
        (of, stream.pages_unappliable, stream.pages_unprofilable)
    };
    assert_eq!(counts().await, ([2, 1], 1, 1), "that it is applied is not forgotten");
    let unfinished = repo.unfinished_pages(&world.tenant, &world.source, at(999), 9).await.unwrap();
    assert_eq!(unfinished, [], "none is announced again");
    save(&world, "run-1", 1, &pages[1]).await;
    assert_eq!(counts().await, ([2, 2], 1, 0), "after a fix");
}

async fn what_was_rolled_up_is_not_measured_again(repo: &dyn Repository) {
    let world = World::new(repo);
    let (run_id, pages) = landed(&world, "run-1", 2).await;
    save(&world, "run-1", 0, &pages[0]).await;
    end(&world, "run-1", "item", StreamRunState::Ended).await;
    let key = PeriodKey { run: run_id.clone(), rolled_up: false, revision: 1 };
    let by = RollUp { run: run_id, from: at(0), to: at(0), runs: 1, states: states(&["a"], 1) };
    let rolled = repo.roll_up(&world.tenant, &world.source, &stream("item"), &[key], &by).await.unwrap();
    assert_eq!(rolled, Profiled::Saved);
    save(&world, "run-1", 2, &pages[1]).await;
    assert_eq!(measurable(&world, 0).await, [], "a late page is not the whole run");
}
