//! Deletions that other streams announce, and what goes with a parent.

use forebay_model::PageOutcome;

use super::super::given::{World, child_schema, key, record, schema, stream, version};
use crate::repository::{Delete, Repository};

pub(super) async fn suite(repo: &dyn Repository) {
    a_deletion_takes_the_record_and_stays_in_history(repo).await;
    a_deletion_before_its_record_is_remembered(repo).await;
    a_newer_version_outlives_a_deletion(repo).await;
    parts_go_with_their_parent_in_either_order(repo).await;
    parts_of_parts_go_too(repo).await;
    a_record_can_say_that_it_is_deleted(repo).await;
}

fn delete(name: &str, id: i64, modified: i64) -> Delete {
    let version = forebay_model::RecordVersion { deleted: true, ..version(modified, 10) };
    Delete { stream: stream(name), key: key(id), version }
}

/// Applies a page of the stream of deletions.
async fn announce(world: &World<'_>, sequence: u32, deletes: Vec<Delete>) -> PageOutcome {
    let schema = schema("deletedrecord");
    let page = world.page("run-1", "deletedrecord", sequence, "x");
    let records = vec![record(i64::from(sequence), "deletion", None, version(1, 10))];
    let mut batch = world.batch(&page, &schema, records);
    batch.deletes = deletes;
    world.repo.apply_page(batch).await.unwrap().outcome()
}

async fn put(
    world: &World<'_>,
    schema: &forebay_model::StreamSchema,
    n: u32,
    id: i64,
    parent: Option<i64>,
    modified: i64,
) -> PageOutcome {
    let page = world.page("run-1", schema.stream.as_str(), n, "x");
    let records = vec![record(id, &format!("v{modified}"), parent, version(modified, 10))];
    world.repo.apply_page(world.batch(&page, schema, records)).await.unwrap().outcome()
}

async fn a_deletion_takes_the_record_and_stays_in_history(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("deleted");
    put(&world, &schema, 0, 1, None, 3).await;
    put(&world, &schema, 1, 2, None, 3).await;
    let outcome = announce(&world, 0, vec![delete("deleted", 1, 5)]).await;
    assert_eq!((outcome.read, outcome.inserted, outcome.deleted), (1, 1, 1));
    assert!(outcome.balances(), "deletions of other streams are no records of this page");
    let live: Vec<_> = world.current(&schema).await.into_iter().map(|r| r.key).collect();
    assert_eq!((live, world.count(&schema).await), (vec![key(2)], 1));
    let history = world.history(&schema).await;
    assert_eq!(history.len(), 3);
    assert!(history[1].version.deleted && history[1].values.iter().all(|(_, v)| v.is_null()));
    assert_eq!(history[0].valid_to, Some(history[1].version.modified));
    let again = announce(&world, 1, vec![delete("deleted", 1, 5)]).await;
    assert_eq!(again.deleted, 0, "deleted once");
}

async fn a_deletion_before_its_record_is_remembered(repo: &dyn Repository) {
    let world = World::new(repo);
    let name = super::super::given::unique("unseen");
    let schema = schema(&name);
    let outcome = announce(&world, 0, vec![delete(&name, 1, 5)]).await;
    assert_eq!(outcome.deleted, 0, "there was nothing to delete");
    let outcome = put(&world, &schema, 0, 1, None, 3).await;
    assert_eq!(outcome.superseded, 1);
    assert_eq!((world.current(&schema).await.len(), world.history(&schema).await.len()), (0, 2));
}

async fn a_newer_version_outlives_a_deletion(repo: &dyn Repository) {
    let world = World::new(repo);
    let schema = schema("outlives");
    put(&world, &schema, 0, 1, None, 7).await;
    assert_eq!(announce(&world, 0, vec![delete("outlives", 1, 5)]).await.deleted, 0);
    assert_eq!(world.count(&schema).await, 1);
    assert_eq!(announce(&world, 1, vec![delete("outlives", 1, 8)]).await.deleted, 1);
    put(&world, &schema, 1, 1, None, 9).await;
    assert_eq!(world.count(&schema).await, 1, "a record can return");
}

async fn parts_go_with_their_parent_in_either_order(repo: &dyn Repository) {
    let (parent, child) = (schema("parent"), child_schema("child", "parent"));
    repo.prepare_table(&parent).await.unwrap();
    repo.prepare_table(&child).await.unwrap();
    let (before, after) = (World::new(repo), World::new(repo));
    for (n, (id, of, modified)) in [(1, 1, 3), (2, 1, 9), (3, 2, 3)].into_iter().enumerate() {
        put(&before, &child, u32::try_from(n).unwrap(), id, Some(of), modified).await;
    }
    put(&before, &parent, 0, 1, None, 2).await;
    let outcome = announce(&before, 0, vec![delete("parent", 1, 5)]).await;
    assert_eq!(outcome.deleted, 2, "the parent and its part that is not newer");

    announce(&after, 0, vec![delete("parent", 1, 5)]).await;
    put(&after, &parent, 0, 1, None, 2).await;
    for (n, (id, of, modified)) in [(3, 2, 3), (2, 1, 9), (1, 1, 3)].into_iter().enumerate() {
        put(&after, &child, u32::try_from(n).unwrap(), id, Some(of), modified).await;
    }
    let live: Vec<_> = before.current(&child).await.into_iter().map(|r| r.key).collect();
    assert_eq!(live, [key(2), key(3)]);
    for schema in [&parent, &child] {
        assert_eq!(before.current(schema).await, after.current(schema).await);
        assert_eq!(before.history(schema).await, after.history(schema).await);
        assert_eq!(before.count(schema).await, after.count(schema).await);
    }
}

async fn parts_of_parts_go_too(repo: &dyn Repository) {
    let world = World::new(repo);
    let (top, middle, bottom) =
        (schema("top"), child_schema("middle", "top"), child_schema("bottom", "middle"));
    for (schema, id, of) in [(&top, 1, None), (&middle, 2, Some(1)), (&bottom, 3, Some(2))] {
        put(&world, schema, 0, id, of, 3).await;
    }
    assert_eq!(announce(&world, 0, vec![delete("top", 1, 5)]).await.deleted, 3);
    for schema in [&top, &middle, &bottom] {
        assert_eq!(world.current(schema).await, []);
        assert_eq!(world.history(schema).await.len(), 2);
    }
    let late = put(&world, &middle, 1, 4, Some(1), 4).await;
    assert_eq!((late.inserted, late.superseded), (0, 1));
    put(&world, &bottom, 1, 5, Some(4), 4).await;
    assert_eq!(world.current(&bottom).await, [], "the part of a late part is deleted as well");
}

async fn a_record_can_say_that_it_is_deleted(repo: &dyn Repository) {
    let world = World::new(repo);
    let (parent, child) = (schema("parent"), child_schema("child", "parent"));
    put(&world, &parent, 0, 1, None, 3).await;
    put(&world, &child, 0, 7, Some(1), 3).await;
    let page = world.page("run-1", "parent", 1, "x");
    let mut gone = record(1, "gone", None, version(5, 10));
    gone.version.deleted = true;
    let outcome = repo.apply_page(world.batch(&page, &parent, vec![gone])).await.unwrap().outcome();
    assert_eq!((outcome.updated, outcome.deleted), (1, 1));
    assert_eq!((world.count(&parent).await, world.count(&child).await), (0, 0));
}
