//! Applying pages.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use forebay_model::{PageOutcome, RejectedRecord, TypedRecord};

use super::super::assert_error;
use super::super::given::{World, all, at, record, schema, unique, version};
use crate::repository::{Applied, DeadLetterFilter, RecordPage, Repository, Slice, StoredRecord};

pub(super) async fn suite(repo: &dyn Repository) {
    a_page_is_accounted_for(repo).await;
    a_page_applied_before_changes_nothing(repo).await;
    history_holds_every_version_with_its_end(repo).await;
    a_key_may_come_twice_in_a_page(repo).await;
    a_stream_read_in_full_gains_no_history_without_changes(repo).await;
    records_are_read_in_slices(repo).await;
    pages_at_once_lose_nothing(repo).await;
    a_cut_page_is_whole_or_not_there(repo).await;
    a_key_no_index_can_hold_costs_its_record_only(repo).await;
    an_unknown_table_is_empty(repo).await;
}

fn names(records: &[StoredRecord]) -> Vec<(String, String)> {
    let text = |r: &StoredRecord| r.values[1].1.to_text().unwrap_or_default();
    records.iter().map(|r| (r.key.as_str().to_owned(), text(r))).collect()
}

async fn a_page_is_accounted_for(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("accounted");
    let first = world.page("run-1", "accounted", 0, "x");
    let records = (1..=4).map(|id| record(id, "old", None, version(5, 10))).collect();
    let applied = repo.apply_page(world.batch(&first, &schema, records)).await.unwrap();
    let expected = PageOutcome { read: 4, inserted: 4, ..PageOutcome::default() };
    assert_eq!(applied, Applied::Now(expected));

    let second = world.page("run-1", "accounted", 1, "x");
    let records = vec![
        record(1, "new", None, version(6, 10)),
        record(2, "old", None, version(5, 11)),
        record(3, "older", None, version(4, 10)),
        record(5, "fifth", None, version(1, 10)),
    ];
    let mut batch = world.batch(&second, &schema, records);
    batch.rejected = vec![RejectedRecord { ordinal: 9, code: "type_mismatch".into(), reason: "why".into() }];
    let outcome = repo.apply_page(batch).await.unwrap().outcome();
    let expected = PageOutcome {
        read: 5,
        inserted: 1,
        updated: 1,
        unchanged: 1,
        superseded: 1,
        dead_lettered: 1,
        deleted: 0,
    };
    assert_eq!(outcome, expected);
    assert!(outcome.balances());
    let found = world.current(&schema).await;
    let expected = [("1", "new"), ("2", "old"), ("3", "old"), ("4", "old"), ("5", "fifth")];
    assert_eq!(names(&found), expected.map(|(k, n)| (k.to_owned(), n.to_owned())));
    assert_eq!(found[1].version, version(5, 11), "an unchanged record moves up to the newer version");
    assert_eq!(world.count(&schema).await, 5);
}

async fn a_page_applied_before_changes_nothing(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("before");
    let page = world.page("run-1", "before", 0, "x");
    let batch = |name: &str| world.batch(&page, &schema, vec![record(1, name, None, version(5, 10))]);
    let outcome = repo.apply_page(batch("a")).await.unwrap().outcome();
    let history = world.history(&schema).await;
    let mut other = batch("b");
    other.records[0].version = version(9, 10);
    other.rejected = vec![RejectedRecord { ordinal: 7, code: "c".into(), reason: "r".into() }];
    assert_eq!(repo.apply_page(other).await.unwrap(), Applied::Before(outcome));
    assert_eq!(world.history(&schema).await, history);
    let filter = DeadLetterFilter::default();
    let letters = repo.dead_letters(&world.tenant, &filter, all());
    assert_eq!(letters.await.unwrap(), []);
}

async fn history_holds_every_version_with_its_end(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("history");
    for (n, modified) in [(0, 1), (1, 5), (2, 3), (3, 9)] {
        let page = world.page("run-1", "history", n, "x");
        let name = format!("v{modified}");
        let records = vec![record(1, &name, None, version(modified, 10))];
        repo.apply_page(world.batch(&page, &schema, records)).await.unwrap();
    }
    let history = world.history(&schema).await;
    let spans: Vec<_> = history.iter().map(|r| (r.version.modified, r.valid_to)).collect();
    let expected = [(at(1), Some(at(3))), (at(3), Some(at(5))), (at(5), Some(at(9))), (at(9), None)];
    assert_eq!(spans, expected, "a late version takes its place");
    assert_eq!(names(&history)[1].1, "v3");
    assert_eq!(names(&world.current(&schema).await)[0].1, "v9");
}

async fn a_key_may_come_twice_in_a_page(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("twice");
    let page = world.page("run-1", "twice", 0, "x");
    let versions = [(3, "c"), (1, "a"), (2, "b"), (3, "c")];
    let records = versions.iter().map(|(m, name)| record(1, name, None, version(*m, 10))).collect();
    let outcome = repo.apply_page(world.batch(&page, &schema, records)).await.unwrap().outcome();
    let expected =
        PageOutcome { read: 4, inserted: 1, superseded: 2, unchanged: 1, ..PageOutcome::default() };
    assert_eq!(outcome, expected);
    assert_eq!(world.current(&schema).await.len(), 1);
    let history: Vec<_> = names(&world.history(&schema).await).into_iter().map(|(_, name)| name).collect();
    assert_eq!(history, ["a", "b", "c"]);
}

async fn a_stream_read_in_full_gains_no_history_without_changes(repo: &dyn Repository) {
    let world = World::new(repo);
    let mut schema = schema("full");
    schema.modified = None;
    let full = |name: &str, run: i64| {
        let mut record = record(1, name, None, version(0, 0));
        record.version = version(run, run);
        record
    };
    for (n, name) in [(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "b"), (6, "a")] {
        let page = world.page(&format!("run-{n}"), "full", 0, "x");
        repo.apply_page(world.batch(&page, &schema, vec![full(name, n)])).await.unwrap();
    }
    let history = world.history(&schema).await;
    let spans: Vec<_> = history.iter().map(|r| (r.version.modified, r.valid_to)).collect();
    assert_eq!(spans, [(at(1), Some(at(4))), (at(4), Some(at(6))), (at(6), None)]);
    assert_eq!(world.current(&schema).await[0].version, version(6, 6));
}

async fn records_are_read_in_slices(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("slices");
    for n in 0..4u32 {
        let page = world.page("run-1", "slices", n, "x");
        let version = version(i64::from(n), 10);
        let records = (0..7).map(|id| record(id, &format!("v{n}"), None, version)).collect();
        repo.apply_page(world.batch(&page, &schema, records)).await.unwrap();
    }
    for (page, expected) in [(RecordPage::Current, 7), (RecordPage::History, 28)] {
        let mut found: Vec<StoredRecord> = Vec::new();
        loop {
            let slice = Slice { after: found.last().map(|r| r.key.as_str().to_owned()), limit: 3 };
            let slice = repo.records(&world.tenant, &world.source, &schema, page, slice).await.unwrap();
            if slice.is_empty() {
                break;
            }
            found.extend(slice);
        }
        assert_eq!(found.len(), expected, "a key's versions are not parted");
        assert!(found.windows(2).all(|w| (&w[0].key, w[0].version) < (&w[1].key, w[1].version)));
    }
}

fn crowd(n: i64) -> Vec<TypedRecord> {
    (0..40).map(|id| record(id, &format!("v{n}"), None, version((n * 7 + id) % 13, 10 + n))).collect()
}

async fn pages_at_once_lose_nothing(repo: &dyn Repository) {
    let (one, other) = (World::new(repo), World::new(repo));
    let schema = schema("crowd");
    let pages: Vec<_> = (0..6).map(|n| one.page("run-1", "crowd", n, "x")).collect();
    let apply = |n: i64| {
        let page = &pages[usize::try_from(n).unwrap()];
        repo.apply_page(one.batch(page, &schema, crowd(n)))
    };
    let (a, b, c, d, e, f) = tokio::join!(apply(0), apply(1), apply(2), apply(3), apply(4), apply(5));
    let mut total = PageOutcome::default();
    for result in [a, b, c, d, e, f] {
        total.add(&result.unwrap().outcome());
    }
    assert!(total.balances());
    assert_eq!((total.read, total.inserted), (240, 40));
    for n in 0..6 {
        let page = other.page("run-1", "crowd", u32::try_from(n).unwrap(), "x");
        repo.apply_page(other.batch(&page, &schema, crowd(n))).await.unwrap();
    }
    assert_eq!(one.current(&schema).await, other.current(&schema).await);
    assert_eq!(one.history(&schema).await, other.history(&schema).await);
}

/// Polls at most `polls` times, then drops the future: what a killed caller leaves.
async fn cut<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn a_cut_page_is_whole_or_not_there(repo: &dyn Repository) {
    let schema = schema("cut");
    repo.prepare_table(&schema).await.unwrap();
    let mut finished = 0;
    for polls in 1..200 {
        let world = World::new(repo);
        let page = world.page("run-1", "cut", 0, "x");
        let records = || (0..5).map(|id| record(id, "a", None, version(1, 1))).collect::<Vec<_>>();
        let done = cut(repo.apply_page(world.batch(&page, &schema, records())), polls).await;
        let found = (world.current(&schema).await.len(), world.history(&schema).await.len());
        assert!(found == (0, 0) || found == (5, 5), "after {polls} polls: {found:?}");
        let applied = repo.apply_page(world.batch(&page, &schema, records())).await.unwrap();
        assert_eq!(applied.outcome().inserted, 5);
        assert_eq!((world.count(&schema).await, world.history(&schema).await.len()), (5, 5));
        finished = if done.is_some() { finished + 1 } else { 0 };
        if finished == 3 {
            return;
        }
    }
    panic!("apply_page never ended");
}

async fn a_key_no_index_can_hold_costs_its_record_only(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("longkey");
    let page = world.page("run-1", "longkey", 0, "x");
    let mut long = record(1, "long", None, version(1, 1));
    long.key = forebay_model::RecordKey::from_text("k".repeat(451));
    let mut fits = record(2, "fits", None, version(1, 1));
    fits.key = forebay_model::RecordKey::from_text("ä".repeat(450));
    let outcome = repo.apply_page(world.batch(&page, &schema, vec![long, fits])).await.unwrap().outcome();
    assert_eq!((outcome.read, outcome.inserted, outcome.dead_lettered), (2, 1, 1));
    let filter = DeadLetterFilter::default();
    let letters = repo.dead_letters(&world.tenant, &filter, all());
    assert_eq!(letters.await.unwrap()[0].code, "key_too_long");
}

async fn an_unknown_table_is_empty(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema(&unique("nowhere"));
    assert_eq!(world.current(&schema).await, []);
    assert_eq!(world.count(&schema).await, 0);
    let page = world.page("run-1", "nowhere", 0, "x");
    assert_error!(repo.replay_records(world.batch(&page, &schema, Vec::new())).await, NotFound);
}
