//! Children that are read again, unchanged, because their parent changed.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::{ChildSet, ContentHash, PageOutcome, RecordVersion, StreamSchema, TypedRecord, Value};

use super::super::given::{World, at, child_schema, key, record, stream, unique, version};
use super::super::shuffle::Random;
use crate::repository::{Delete, Repository, StoredRecord};

const ROUNDS: u64 = 16;

pub(super) async fn suite(repo: &dyn Repository) {
    a_change_of_the_parent_adds_no_history_to_its_children(repo).await;
    a_late_change_is_found_between_readings_that_history_left_out(repo).await;
    any_order_of_sets_ends_in_the_same_history(repo).await;
}

/// Children as new as their parent, whose time is no part of their content.
fn lines() -> StreamSchema {
    let mut schema = child_schema(&unique("lines"), "whole");
    schema.modified = None;
    if let Some(parent) = &mut schema.parent {
        parent.modified = Some("lastmodified".into());
    }
    schema
}

fn child(id: i64, parent: i64, name: &str, version: RecordVersion) -> TypedRecord {
    let mut child = record(id, name, Some(parent), version);
    let mut content = child.values.clone();
    content[3] = Value::Null;
    if !version.deleted {
        child.hash = ContentHash::of(&content);
    }
    child
}

#[derive(Debug, Clone, Default)]
struct Page {
    observed: i64,
    children: Vec<TypedRecord>,
    /// Parents and their modifications.
    complete: Vec<(i64, i64)>,
    deletes: Vec<Delete>,
}

async fn apply(world: &World<'_>, schema: &StreamSchema, page: &Page) -> PageOutcome {
    let mut descriptor = world.page("run-1", schema.stream.as_str(), 0, &format!("{page:?}"));
    descriptor.observed = at(page.observed);
    let set = |(parent, modified): &(i64, i64)| ChildSet { parent: key(*parent), modified: at(*modified) };
    descriptor.replaces = page.complete.iter().map(set).collect();
    let mut batch = world.batch(&descriptor, schema, page.children.clone());
    batch.deletes.clone_from(&page.deletes);
    let outcome = world.repo.apply_page(batch).await.unwrap().outcome();
    assert!(outcome.balances(), "{outcome:?}");
    outcome
}

/// All children of parent 1, read as of its modification.
fn set(modified: i64, children: &[(i64, &str)]) -> Page {
    let observed = modified + 100;
    let of = |(id, name): &(i64, &str)| child(*id, 1, name, version(modified, observed));
    let children = children.iter().map(of).collect();
    Page { observed, children, complete: vec![(1, modified)], deletes: Vec::new() }
}

fn spans(history: &[StoredRecord]) -> Vec<(&str, i64, bool, Option<i64>)> {
    let seconds = |instant: forebay_model::Instant| (instant.micros() - at(0).micros()) / 1_000_000;
    let span = |r: &StoredRecord| (seconds(r.version.modified), r.version.deleted, r.valid_to.map(seconds));
    history.iter().map(|r| (r.key.as_str(), span(r))).map(|(k, (m, d, to))| (k, m, d, to)).collect()
}

async fn a_change_of_the_parent_adds_no_history_to_its_children(repo: &dyn Repository) {
    let (world, schema) = (World::new(repo), lines());
    for modified in 1..6 {
        let outcome = apply(&world, &schema, &set(modified, &[(1, "a"), (2, "b"), (3, "c")])).await;
        assert_eq!(outcome.unchanged, if modified == 1 { 0 } else { 3 });
        assert_eq!(outcome.deleted, 0);
    }
    assert_eq!(world.history(&schema).await.len(), 3);
    let current = world.current(&schema).await;
    assert!(current.iter().all(|r| r.version == version(5, 105)), "its version moved on");
    assert!(current.iter().all(|r| r.values[3].1 == Value::Timestamp(at(5))), "with its parent's time");
    let outcome = apply(&world, &schema, &set(6, &[(1, "a"), (2, "new")])).await;
    assert_eq!((outcome.unchanged, outcome.updated, outcome.deleted), (1, 1, 1));
    let expected = [
        ("1", 1, false, None),
        ("2", 1, false, Some(6)),
        ("2", 6, false, None),
        ("3", 1, false, Some(6)),
        ("3", 6, true, None),
    ];
    assert_eq!(spans(&world.history(&schema).await), expected);
}

async fn a_late_change_is_found_between_readings_that_history_left_out(repo: &dyn Repository) {
    let schema = lines();
    let sets = [set(1, &[(1, "a")]), set(3, &[(1, "a")]), set(5, &[(1, "a")]), set(2, &[(1, "b")])];
    let mut ends = Vec::new();
    for order in [[0, 1, 2, 3], [0, 3, 1, 2], [2, 1, 0, 3], [3, 2, 1, 0]] {
        let world = World::new(repo);
        for n in order {
            apply(&world, &schema, &sets[n]).await;
        }
        let history = world.history(&schema).await;
        let expected = [("1", 1, false, Some(2)), ("1", 2, false, Some(3)), ("1", 3, false, None)];
        assert_eq!(spans(&history), expected, "{order:?}");
        assert_eq!(history[2].values[3].1, Value::Timestamp(at(3)), "{order:?}");
        ends.push((world.current(&schema).await, history));
    }
    assert!(ends.iter().all(|end| *end == ends[0]));
}

/// Runs that read sets of which most children are as before; some sets span two pages, some are not
/// completed, some are read again later as of the same modification; some children and parents are deleted.
fn pages(random: &mut Random, schema: &StreamSchema) -> Vec<Page> {
    let mut pages = Vec::new();
    for run in 0..6i64 {
        for parent in 0..2i64 {
            let observed = run * 10 + 100;
            let modified = if random.below(4) == 0 { (run - 1).max(0) * 10 } else { run * 10 };
            let mut children = Vec::new();
            for id in (0..4i64).filter(|id| id % 2 == parent || *id == 3) {
                if random.below(6) == 0 {
                    continue;
                }
                let name = if random.below(5) == 0 { "other" } else { "same" };
                // A child may be newer than its parent.
                let own = modified + if random.below(6) == 0 { 5 } else { 0 };
                children.push(child(id, parent, name, version(own, observed)));
            }
            let rest = children.split_off(random.below(children.len() + 1));
            let complete = if random.below(8) == 0 { Vec::new() } else { vec![(parent, modified)] };
            pages.push(Page { observed, children, ..Page::default() });
            let deletes = deletes(random, schema, observed);
            pages.push(Page { observed, children: rest, complete, deletes });
        }
    }
    pages
}

fn deletes(random: &mut Random, schema: &StreamSchema, observed: i64) -> Vec<Delete> {
    let any = |random: &mut Random, bound| i64::try_from(random.below(bound)).unwrap_or(0);
    let of = match random.below(12) {
        0 => stream("whole"),
        1 => schema.stream.clone(),
        _ => return Vec::new(),
    };
    let version = RecordVersion { deleted: true, ..version(any(random, 60), observed) };
    vec![Delete { stream: of, key: key(any(random, 4)), version }]
}

async fn any_order_of_sets_ends_in_the_same_history(repo: &dyn Repository) {
    let schema = lines();
    repo.prepare_table(&super::super::given::schema("whole")).await.unwrap();
    repo.prepare_table(&schema).await.unwrap();
    let mut left_out = 0;
    for round in 0..ROUNDS {
        let mut random = Random::new(1_000 + round);
        let pages = pages(&mut random, &schema);
        let straight = end_of(repo, &schema, &pages).await;
        left_out += check(&pages, &straight.0, &straight.1);
        let mut mixed = [pages.clone(), pages].concat();
        random.shuffle(&mut mixed);
        assert_eq!(end_of(repo, &schema, &mixed).await, straight, "round {round}");
    }
    assert!(left_out > 60, "{left_out}");
}

type End = (Vec<StoredRecord>, Vec<StoredRecord>);

async fn end_of(repo: &dyn Repository, schema: &StreamSchema, pages: &[Page]) -> End {
    let world = World::new(repo);
    for page in pages {
        apply(&world, schema, page).await;
    }
    let (current, history) = (world.current(schema).await, world.history(schema).await);
    assert_eq!(world.count(schema).await, current.len() as u64);
    (current, history)
}

/// Says of each child at each time what the pages say, worked out from all of them: its newest version by then,
/// unless a mark of its parent is newer, or a deletion of it or of a parent that it had. Gives how many versions
/// the history did without.
fn check(pages: &[Page], current: &[StoredRecord], history: &[StoredRecord]) -> usize {
    let mut versions: BTreeMap<&str, BTreeSet<(RecordVersion, ContentHash, i64, String)>> = BTreeMap::new();
    let mut marks: BTreeSet<(i64, RecordVersion)> = BTreeSet::new();
    let (mut gone, mut parents_gone) = (BTreeSet::new(), BTreeSet::new());
    for page in pages {
        for c in &page.children {
            let parent: i64 = c.values[2].to_text().unwrap().parse().unwrap();
            let name = c.values[1].to_text().unwrap();
            versions.entry(c.key.as_str()).or_default().insert((c.version, c.hash, parent, name));
        }
        marks.extend(page.complete.iter().map(|(p, m)| (*p, version(*m, page.observed))));
        for d in &page.deletes {
            let kept = if d.stream.as_str() == "whole" { &mut parents_gone } else { &mut gone };
            kept.insert((d.key.as_str().to_owned(), d.version));
        }
    }
    for (key, versions) in &versions {
        for second in 0..70 {
            let newest = versions.iter().rfind(|(v, ..)| v.modified <= at(second));
            let told = newest.filter(|(v, _, parent, _)| {
                let later = |other: &RecordVersion| other.modified <= at(second) && other > v;
                let mut marks = marks.iter().filter(|(p, _)| p == parent).map(|(_, m)| m);
                let mut gone = gone.iter().filter(|(k, _)| k == key).map(|(_, d)| d);
                let had = |p: &str, d: &RecordVersion| {
                    versions.iter().any(|(v, _, q, _)| v < d && p == q.to_string())
                };
                let of_parent = |(k, d): &&(String, RecordVersion)| had(k, d);
                let mut parents_gone = parents_gone.iter().filter(of_parent).map(|(_, d)| d);
                !marks.any(later) && !gone.any(later) && !parents_gone.any(later)
            });
            let is_there = |r: &&StoredRecord| {
                r.key.as_str() == *key
                    && r.version.modified <= at(second)
                    && r.valid_to.is_none_or(|to| to > at(second))
            };
            let held = history.iter().find(is_there).filter(|r| !r.version.deleted);
            let held = held.map(|r| r.values[1].1.to_text().unwrap());
            assert_eq!(
                held.as_ref(),
                told.map(|(.., name)| name),
                "{key} at {second}: {versions:?} {marks:?} {gone:?} {parents_gone:?}"
            );
            if second == 69 {
                let now = current.iter().find(|r| r.key.as_str() == *key);
                assert_eq!(now.map(|r| r.version), told.map(|(v, ..)| *v), "{key}");
            }
        }
    }
    let seen: usize = versions.values().map(BTreeSet::len).sum();
    seen.saturating_sub(history.iter().filter(|r| !r.version.deleted).count())
}
