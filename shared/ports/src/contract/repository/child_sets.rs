//! Parents whose children are replaced as a set.

use std::collections::BTreeMap;

use forebay_model::{
    ChildSet, ContentHash, HistoryMode, Instant, PageDescriptor, PageOutcome, RecordVersion, StreamSchema,
    TypedRecord, Value,
};

use super::super::given::{World, at, child_schema, key, record, schema, stream, unique, version};
use super::super::shuffle::Random;
use super::commutativity::check_history;
use crate::repository::{Delete, Repository, StoredRecord};

const ROUNDS: u64 = 12;

pub(super) async fn suite(repo: &dyn Repository) {
    children_that_were_not_read_with_their_parent_are_gone(repo).await;
    a_child_that_is_read_with_its_parent_lives_in_any_order(repo).await;
    a_late_child_is_applied_and_deleted(repo).await;
    a_child_that_returns_has_its_content_again(repo).await;
    children_read_in_full_are_replaced_too(repo).await;
    the_last_complete_sets_are_what_lives_in_any_order(repo).await;
    deletions_and_sets_meet_in_any_order(repo).await;
}

/// A page of children: run, parts of it, and the parents that it completes.
#[derive(Debug, Clone)]
struct Page {
    content: String,
    observed: i64,
    children: Vec<TypedRecord>,
    complete: Vec<(i64, i64)>,
    deletes: Vec<Delete>,
}

fn page(content: &str, observed: i64, children: &[(i64, i64, i64)], complete: &[(i64, i64)]) -> Page {
    let child = |(id, parent, modified): &(i64, i64, i64)| {
        record(*id, &format!("c{id}"), Some(*parent), version(*modified, observed))
    };
    Page {
        content: content.into(),
        observed,
        children: children.iter().map(child).collect(),
        complete: complete.to_vec(),
        deletes: Vec::new(),
    }
}

async fn apply(world: &World<'_>, schema: &StreamSchema, page: &Page) -> PageOutcome {
    let mut descriptor: PageDescriptor = world.page("run-1", schema.stream.as_str(), 0, &page.content);
    descriptor.observed = at(page.observed);
    let set = |(parent, modified): &(i64, i64)| ChildSet { parent: key(*parent), modified: at(*modified) };
    descriptor.replaces = page.complete.iter().map(set).collect();
    let mut batch = world.batch(&descriptor, schema, page.children.clone());
    batch.deletes.clone_from(&page.deletes);
    let outcome = world.repo.apply_page(batch).await.unwrap().outcome();
    assert!(outcome.balances(), "{outcome:?}");
    outcome
}

fn keys(records: &[StoredRecord]) -> Vec<&str> {
    records.iter().map(|r| r.key.as_str()).collect()
}

fn spans(history: &[StoredRecord]) -> Vec<(&str, Instant, bool, Option<Instant>)> {
    history.iter().map(|r| (r.key.as_str(), r.version.modified, r.version.deleted, r.valid_to)).collect()
}

fn lines() -> StreamSchema {
    child_schema(&unique("lines"), "whole")
}

async fn children_that_were_not_read_with_their_parent_are_gone(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), lines());
    let first = page("1", 10, &[(1, 1, 1), (2, 1, 1), (9, 2, 1)], &[(1, 1), (2, 1)]);
    assert_eq!(apply(&world, &schema, &first).await.deleted, 0);
    let outcome = apply(&world, &schema, &page("2", 20, &[(1, 1, 5), (3, 1, 5)], &[(1, 5)])).await;
    assert_eq!((outcome.read, outcome.inserted, outcome.deleted), (2, 1, 1));
    assert_eq!(keys(&world.current(&schema).await), ["1", "3", "9"]);
    assert_eq!(world.count(&schema).await, 3);
    let history = world.history(&schema).await;
    let expected = [
        ("1", at(1), false, Some(at(5))),
        ("1", at(5), false, None),
        ("2", at(1), false, Some(at(5))),
        ("2", at(5), true, None),
        ("3", at(5), false, None),
        ("9", at(1), false, None),
    ];
    assert_eq!(spans(&history), expected, "a child that stays was never deleted in between");
    assert!(history[3].values.iter().all(|(_, value)| value.is_null()));
    let nothing_left = apply(&world, &schema, &page("3", 30, &[], &[(1, 9)])).await;
    assert_eq!((nothing_left.read, nothing_left.deleted), (0, 2));
    assert_eq!(keys(&world.current(&schema).await), ["9"]);
}

async fn a_child_that_is_read_with_its_parent_lives_in_any_order(repo: &dyn Repository) {
    let (first, second) = (World::new(repo), World::new(repo));
    let schema = lines();
    let old = page("old", 10, &[(1, 1, 1), (2, 1, 1)], &[(1, 1)]);
    let early = page("early", 20, &[(1, 1, 5)], &[]);
    let last = page("last", 20, &[(3, 1, 5)], &[(1, 5)]);
    for page in [&old, &early, &last] {
        apply(&first, &schema, page).await;
    }
    for page in [&last, &old, &early, &last] {
        apply(&second, &schema, page).await;
    }
    for world in [&first, &second] {
        assert_eq!(keys(&world.current(&schema).await), ["1", "3"]);
    }
    assert_eq!(first.history(&schema).await, second.history(&schema).await);
}

async fn a_late_child_is_applied_and_deleted(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), lines());
    apply(&world, &schema, &page("set", 20, &[], &[(1, 5)])).await;
    apply(&world, &schema, &page("later", 30, &[], &[(1, 8)])).await;
    let outcome = apply(&world, &schema, &page("late", 10, &[(1, 1, 3), (2, 1, 9), (3, 7, 3)], &[])).await;
    assert_eq!((outcome.inserted, outcome.deleted), (3, 0));
    assert_eq!(keys(&world.current(&schema).await), ["2", "3"], "of another parent, or newer");
    let history = world.history(&schema).await;
    assert_eq!(spans(&history)[..2], [("1", at(3), false, Some(at(5))), ("1", at(5), true, None)]);
    assert_eq!(world.count(&schema).await, 2);
}

async fn a_child_that_returns_has_its_content_again(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), lines());
    for page in [
        page("1", 10, &[(1, 1, 1)], &[(1, 1)]),
        page("2", 20, &[], &[(1, 5)]),
        page("3", 30, &[(1, 1, 8)], &[(1, 8)]),
    ] {
        apply(&world, &schema, &page).await;
    }
    let current = world.current(&schema).await;
    assert_eq!((current[0].version, current[0].values[1].1.to_text()), (version(8, 30), Some("c1".into())));
    let expected =
        [("1", at(1), false, Some(at(5))), ("1", at(5), true, Some(at(8))), ("1", at(8), false, None)];
    assert_eq!(spans(&world.history(&schema).await), expected);
}

/// Without a time of their own, children are as new as the run that read them.
async fn children_read_in_full_are_replaced_too(repo: &dyn Repository) {
    let (world, mut schema) = (World::new(repo), lines());
    schema.modified = None;
    for mut page in [
        page("1", 10, &[(1, 1, 10), (2, 1, 10)], &[(1, 10)]),
        page("2", 20, &[(1, 1, 20)], &[(1, 20)]),
        page("3 late", 30, &[], &[(1, 30)]),
        page("3", 30, &[(1, 1, 30)], &[]),
        page("4", 40, &[(1, 1, 40), (2, 1, 40)], &[(1, 40)]),
    ] {
        for child in &mut page.children {
            // The same content in every run.
            child.values[3] = Value::Null;
            child.hash = ContentHash::of(&child.values);
        }
        apply(&world, &schema, &page).await;
    }
    let current = world.current(&schema).await;
    assert_eq!(keys(&current), ["1", "2"]);
    assert_eq!(current[0].values[1].1.to_text(), Some("c1".into()), "its content is there again");
    assert_eq!(current[0].version, version(40, 40));
    let history = world.history(&schema).await;
    let expected = [
        ("1", at(10), false, None),
        ("2", at(10), false, Some(at(20))),
        ("2", at(20), true, Some(at(40))),
        ("2", at(40), false, None),
    ];
    assert_eq!(spans(&history), expected);
}

/// Runs that each read some parents, whose children change, shrink, grow and move.
fn runs(random: &mut Random) -> Vec<Page> {
    let mut pages = Vec::new();
    for run in 0..5i64 {
        for parent in 0..3i64 {
            if random.below(3) == 0 {
                continue;
            }
            let (modified, observed) = (run * 10 + parent, run * 10 + 100);
            let mut children = Vec::new();
            for id in 0..6i64 {
                // Most children stay with their parent; the last two move.
                let belongs = id % 3 == parent || id > 3;
                if belongs && random.below(3) > 0 {
                    children.push((id, parent, modified));
                }
            }
            let cut = random.below(children.len() + 1);
            let name = |part| format!("{run} {parent} {part}");
            pages.push(page(&name("first"), observed, &children[..cut], &[]));
            pages.push(page(&name("last"), observed, &children[cut..], &[(parent, modified)]));
        }
    }
    pages
}

/// The children of each parent's last complete set that no other parent has got since.
fn expected(pages: &[Page]) -> Vec<String> {
    let mut last_set: BTreeMap<i64, i64> = BTreeMap::new();
    let mut newest: BTreeMap<String, (RecordVersion, i64)> = BTreeMap::new();
    for page in pages {
        for (parent, modified) in &page.complete {
            let known = last_set.entry(*parent).or_insert(*modified);
            *known = (*modified).max(*known);
        }
        for child in &page.children {
            let parent = child.values[2].to_text().unwrap().parse().unwrap();
            let known = newest.entry(child.key.as_str().to_owned()).or_insert((child.version, parent));
            *known = (child.version, parent).max(*known);
        }
    }
    let lives = |(version, parent): &(RecordVersion, i64)| version.modified == at(last_set[parent]);
    newest.into_iter().filter(|(_, newest)| lives(newest)).map(|(key, _)| key).collect()
}

type End = (Vec<StoredRecord>, Vec<StoredRecord>);

async fn end_of(repo: &dyn Repository, schema: &StreamSchema, pages: &[Page]) -> End {
    let world = World::new(repo);
    for page in pages {
        apply(&world, schema, page).await;
    }
    let (current, history) = (world.current(schema).await, world.history(schema).await);
    if schema.history.is_full() {
        check_history(&current, &history);
    } else {
        assert_eq!(history, []);
    }
    assert_eq!(world.count(schema).await, current.len() as u64);
    (current, history)
}

async fn the_last_complete_sets_are_what_lives_in_any_order(repo: &dyn Repository) {
    let full = lines();
    let current = StreamSchema { history: HistoryMode::Current, ..lines() };
    for (round, schema) in (0..ROUNDS).flat_map(|round| [(round, &full), (round, &current)]) {
        let mut random = Random::new(round);
        let pages = runs(&mut random);
        let straight = end_of(repo, schema, &pages).await;
        assert_eq!(keys(&straight.0), expected(&pages), "round {round}");
        let mut mixed = [pages.clone(), pages].concat();
        random.shuffle(&mut mixed);
        assert_eq!(end_of(repo, schema, &mixed).await, straight, "round {round}");
    }
}

/// Deletions of parents and of children, at times that meet those of the sets.
async fn deletions_and_sets_meet_in_any_order(repo: &dyn Repository) {
    let (whole, schema) = (schema("whole"), lines());
    repo.prepare_table(&whole).await.unwrap();
    repo.prepare_table(&schema).await.unwrap();
    for round in 0..ROUNDS {
        let mut random = Random::new(100 + round);
        let mut pages = runs(&mut random);
        for page in &mut pages {
            let modified = i64::try_from(random.below(50)).unwrap_or(0);
            let deleted = RecordVersion { deleted: true, ..version(modified, page.observed) };
            let id = i64::try_from(random.below(6)).unwrap_or(0);
            let of = match random.below(6) {
                0 => stream("whole"),
                1 => schema.stream.clone(),
                _ => continue,
            };
            page.deletes.push(Delete { stream: of, key: key(id), version: deleted });
        }
        let straight = end_of(repo, &schema, &pages).await;
        let mut mixed = [pages.clone(), pages].concat();
        random.shuffle(&mut mixed);
        assert_eq!(end_of(repo, &schema, &mixed).await, straight, "round {round}");
    }
}
