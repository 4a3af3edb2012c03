//! Streams that keep the current version only, and records that say themselves that they are deleted.

use forebay_model::{HistoryMode, PageOutcome, RecordVersion, StreamSchema};

use super::super::given::{World, at, child_schema, key, record, schema, unique, version};
use crate::repository::{Delete, Repository};

pub(super) async fn suite(repo: &dyn Repository) {
    a_stream_without_history_keeps_what_is_current(repo).await;
    a_stream_without_history_remembers_its_deletions(repo).await;
    parts_without_history_go_with_their_parent(repo).await;
    history_stops_and_starts_again(repo).await;
    a_deleted_record_is_accounted_for_in_any_order(repo).await;
}

fn current_only(name: &str) -> StreamSchema {
    StreamSchema { history: HistoryMode::Current, ..schema(name) }
}

async fn put(
    world: &World<'_>,
    schema: &StreamSchema,
    id: i64,
    parent: Option<i64>,
    version: RecordVersion,
) -> PageOutcome {
    let page = world.page("run-1", schema.stream.as_str(), 0, &unique("content"));
    let records = vec![record(id, &format!("v{}", version.modified), parent, version)];
    world.repo.apply_page(world.batch(&page, schema, records)).await.unwrap().outcome()
}

async fn announce(world: &World<'_>, of: &StreamSchema, id: i64, modified: i64) -> PageOutcome {
    let schema = schema("deletedrecord");
    let page = world.page("run-1", "deletedrecord", 0, &unique("content"));
    let mut batch = world.batch(&page, &schema, Vec::new());
    let version = RecordVersion { deleted: true, ..version(modified, 10) };
    batch.deletes = vec![Delete { stream: of.stream.clone(), key: key(id), version }];
    world.repo.apply_page(batch).await.unwrap().outcome()
}

async fn a_stream_without_history_keeps_what_is_current(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), current_only(&unique("now")));
    assert_eq!(put(&world, &schema, 1, None, version(3, 10)).await.inserted, 1);
    assert_eq!(put(&world, &schema, 1, None, version(5, 10)).await.updated, 1);
    assert_eq!(put(&world, &schema, 1, None, version(4, 10)).await.superseded, 1, "late");
    assert_eq!(put(&world, &schema, 1, None, version(5, 10)).await.unchanged, 1);
    let current = world.current(&schema).await;
    assert_eq!((current.len(), current[0].version), (1, version(5, 10)));
    assert_eq!((world.history(&schema).await, world.count(&schema).await), (Vec::new(), 1));
}

async fn a_stream_without_history_remembers_its_deletions(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), current_only(&unique("gone")));
    repo.save_schema(&world.tenant, &world.source, &schema).await.unwrap();
    put(&world, &schema, 1, None, version(3, 10)).await;
    assert_eq!(announce(&world, &schema, 1, 5).await.deleted, 1);
    assert_eq!(announce(&world, &schema, 2, 5).await.deleted, 0);
    for id in [1, 2] {
        assert_eq!(put(&world, &schema, id, None, version(4, 10)).await.superseded, 1);
    }
    assert_eq!((world.current(&schema).await, world.count(&schema).await), (Vec::new(), 0));
    put(&world, &schema, 2, None, version(6, 10)).await;
    assert_eq!((world.count(&schema).await, world.history(&schema).await), (1, Vec::new()));
}

async fn parts_without_history_go_with_their_parent(repo: &dyn Repository) {
    let world = World::new(repo);
    let parent = current_only(&unique("parent"));
    let child = StreamSchema {
        history: HistoryMode::Current,
        ..child_schema(&unique("child"), parent.stream.as_str())
    };
    for schema in [&parent, &child] {
        repo.save_schema(&world.tenant, &world.source, schema).await.unwrap();
        repo.prepare_table(schema).await.unwrap();
    }
    put(&world, &child, 1, Some(1), version(3, 10)).await;
    put(&world, &child, 2, Some(1), version(9, 10)).await;
    put(&world, &parent, 1, None, version(3, 10)).await;
    assert_eq!(announce(&world, &parent, 1, 5).await.deleted, 2);
    put(&world, &child, 3, Some(1), version(4, 10)).await;
    let live: Vec<_> = world.current(&child).await.into_iter().map(|r| r.key).collect();
    assert_eq!(live, [key(2)], "also a part that came after its parent's deletion");
    assert_eq!(world.history(&child).await, []);
}

async fn history_stops_and_starts_again(repo: &dyn Repository) {
    let world = World::new(repo);
    let full = schema(&unique("switch"));
    let current = StreamSchema { history: HistoryMode::Current, ..full.clone() };
    let switch = async |schema: &StreamSchema| {
        repo.save_schema(&world.tenant, &world.source, schema).await.unwrap();
    };
    switch(&full).await;
    put(&world, &full, 1, None, version(1, 10)).await;
    put(&world, &full, 1, None, version(2, 10)).await;
    let before = world.history(&full).await;
    switch(&current).await;
    put(&world, &current, 1, None, version(4, 10)).await;
    put(&world, &current, 1, None, version(6, 10)).await;
    assert_eq!(world.history(&full).await, before, "kept as it was");
    switch(&full).await;
    put(&world, &full, 1, None, version(8, 10)).await;
    let spans: Vec<_> =
        world.history(&full).await.into_iter().map(|r| (r.version.modified, r.valid_to)).collect();
    let expected = [(at(1), Some(at(2))), (at(2), Some(at(6))), (at(6), Some(at(8))), (at(8), None)];
    assert_eq!(spans, expected, "from the then current version on");
    assert_eq!(world.current(&full).await[0].version, version(8, 10));
}

async fn a_deleted_record_is_accounted_for_in_any_order(repo: &dyn Repository) {
    let schema = schema(&unique("flagged"));
    let gone = RecordVersion { deleted: true, ..version(5, 10) };
    let versions = [version(3, 10), gone, version(4, 10)];
    let mut ends = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let world = World::new(repo);
        let mut total = PageOutcome::default();
        for n in order {
            let outcome = put(&world, &schema, 1, None, versions[n]).await;
            assert!(outcome.balances(), "{outcome:?}");
            total.add(&outcome);
        }
        assert_eq!((total.read, total.inserted, total.deleted), (3, 1, 0));
        assert_eq!(total.updated + total.superseded, 2);
        assert_eq!((world.current(&schema).await, world.count(&schema).await), (Vec::new(), 0));
        assert_eq!(put(&world, &schema, 1, None, gone).await.unchanged, 1, "the same again");
        ends.push(world.history(&schema).await);
    }
    assert_eq!(ends[0].len(), 3);
    assert!(ends[0][2].version.deleted && ends[0][2].values.iter().all(|(_, value)| value.is_null()));
    assert!(ends.iter().all(|end| *end == ends[0]));
    let world = World::new(repo);
    put(&world, &schema, 1, None, gone).await;
    put(&world, &schema, 1, None, version(7, 10)).await;
    assert_eq!(world.count(&schema).await, 1, "a record can return");
}
