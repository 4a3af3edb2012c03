//! Folding loses nothing: what is folded unfolds to what would be without it, after any pages in any order.

use forebay_model::{ContentHash, Current, Instant, PageOutcome, RecordVersion, Value};
use proptest::prelude::*;

use super::*;

/// What a page brings of one record: a version of it, or a mark of a parent.
#[derive(Debug, Clone)]
enum Item {
    Read(Arrival),
    Complete { parent: String, modified: Instant, observed: Instant },
}

fn at(n: i64) -> Instant {
    Instant::from_micros(n * 10)
}

fn read(modified: i64, observed: i64, parent: i64, content: Option<i64>) -> Item {
    let deleted = content.is_none();
    let version = RecordVersion { modified: at(modified), observed: at(observed), deleted };
    let hash = |c| ContentHash::of(&[Value::Integer(c), Value::Integer(parent)]);
    Item::Read(Arrival {
        key: "k".into(),
        version,
        hash: content.map_or(ContentHash::TOMBSTONE, hash),
        origin: Origin::Record,
        parent: (!deleted).then(|| parent.to_string()),
        values: Vec::new(),
    })
}

fn complete(parent: i64, modified: i64, observed: i64) -> Item {
    Item::Complete { parent: parent.to_string(), modified: at(modified), observed: at(observed) }
}

/// The tables of one record, as `repository::records` keeps them.
#[derive(Debug, Default, Clone, PartialEq)]
struct Tables {
    folds: bool,
    current: Option<Current>,
    history: Vec<Entry>,
    marks: Marks,
}

impl Tables {
    fn of(items: &[Item], split: usize, folds: bool) -> Self {
        let mut tables = Self { folds, ..Self::default() };
        items.chunks(split).for_each(|page| tables.apply(page));
        tables
    }

    fn apply(&mut self, page: &[Item]) {
        let mut after = self.marks.clone();
        let mut arrivals = Vec::new();
        for item in page {
            match item {
                Item::Read(arrival) => arrivals.push(arrival.clone()),
                Item::Complete { parent, modified, observed } => {
                    after.add(parent.clone(), *modified, *observed);
                }
            }
        }
        let history = self.history.clone();
        let history = if self.folds { unfold(history, &self.marks) } else { history };
        let mut plan = RecordPlan::start(self.current, Some(history));
        plan.unsettle(Settling::Everything, &arrivals.iter().collect::<Vec<_>>());
        let mut outcome = PageOutcome::default();
        for (i, arrival) in arrivals.iter().enumerate() {
            plan.take(arrival, i, Keep::EveryVersion, &mut outcome);
        }
        assert!(outcome.balances());
        if self.current.is_some() || !arrivals.is_empty() {
            plan.finish();
            plan.settle(Settling::Everything, &after, &arrivals);
        }
        if self.folds {
            plan.timeline.fold(&after, &arrivals);
        }
        let stored = |(entry, valid_to): (&Entry, Option<Instant>)| {
            let parent = entry.parent.clone().or_else(|| arrivals[entry.arrival?].parent.clone());
            Entry::stored(entry.version, entry.hash, valid_to).of_parent(parent)
        };
        self.history = plan.timeline.entries().map(stored).collect();
        self.current = plan.current;
        self.marks = after;
    }

    fn unfolded(&self) -> Vec<(Current, Option<String>)> {
        let all = unfold(self.history.clone(), &self.marks);
        all.iter().map(|e| (e.as_current(), e.parent.clone())).collect()
    }
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let any = (0i64..6, 0i64..4, 0i64..2, proptest::option::weighted(0.9, 0i64..2));
    let any_read = any.prop_map(|(m, o, p, c)| read(m, o, p, c));
    let any_mark = (0i64..2, 0i64..6, 0i64..4).prop_map(|(p, m, o)| complete(p, m, o));
    // Most sets are as a source gives them: a child read with the mark.
    let set = (0i64..6, 0i64..4, 0i64..2, 0i64..2)
        .prop_map(|(m, o, p, c)| vec![read(m, o, p, Some(c)), complete(p, m, o)]);
    let one = prop_oneof![2 => any_read, 1 => any_mark].prop_map(|item| vec![item]);
    proptest::collection::vec(prop_oneof![2 => set, 1 => one], 1..7).prop_map(|sets| sets.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_folded_unfolds_to_what_would_be_without_folding(items in items(), split in 1usize..5) {
        let (folded, all) = (Tables::of(&items, split, true), Tables::of(&items, split, false));
        prop_assert_eq!(folded.current, all.current);
        prop_assert_eq!(folded.unfolded(), all.unfolded());
        let kept: Vec<Current> = all.history.iter().map(Entry::as_current).collect();
        prop_assert!(folded.history.iter().all(|e| kept.contains(&e.as_current())));
    }

    #[test]
    fn a_folded_history_does_not_depend_on_order_repetition_or_paging(
        (straight, mixed) in items().prop_flat_map(|v| {
            let twice: Vec<_> = v.iter().chain(v.iter()).cloned().collect();
            (Just(v), Just(twice).prop_shuffle())
        }),
        split in 1usize..5,
    ) {
        prop_assert_eq!(Tables::of(&straight, 100, true), Tables::of(&mixed, split, true));
    }
}

fn spans(tables: &Tables) -> Vec<(i64, bool)> {
    tables.history.iter().map(|e| (e.version.modified.micros() / 10, e.version.deleted)).collect()
}

#[test]
fn a_parents_changes_add_nothing_to_an_unchanged_child() {
    let sets: Vec<Item> = (0..50).flat_map(|n| [read(n, n, 1, Some(7)), complete(1, n, n)]).collect();
    let tables = Tables::of(&sets, 2, true);
    assert_eq!(spans(&tables), [(0, false)]);
    assert_eq!(tables.current.map(|c| c.version.modified), Some(at(49)));
}

/// The example of the module's documentation: what only current and history could not know.
#[test]
fn content_is_back_as_of_the_first_set_that_had_it_again() {
    let set = |n, content| [read(n, n, 1, Some(content)), complete(1, n, n)];
    let late = |sets: &[i64]| {
        let mut items: Vec<Item> = sets.iter().flat_map(|n| set(*n, 7)).collect();
        assert_eq!(spans(&Tables::of(&items, 1, true)), [(1, false)]);
        items.extend(set(2, 8));
        spans(&Tables::of(&items, 1, true))
    };
    assert_eq!(late(&[1, 3, 5]), [(1, false), (2, false), (3, false)]);
    assert_eq!(late(&[1, 5]), [(1, false), (2, false), (5, false)]);
}

#[test]
fn a_version_that_no_mark_stands_for_is_kept() {
    let items = [read(1, 1, 1, Some(7)), complete(1, 1, 1), read(3, 3, 1, Some(7)), read(5, 5, 1, Some(7))];
    assert_eq!(spans(&Tables::of(&items, 1, true)), [(1, false), (3, false), (5, false)]);
    let completed = [items.as_slice(), &[complete(1, 3, 3), complete(1, 5, 5)]].concat();
    assert_eq!(spans(&Tables::of(&completed, 1, true)), [(1, false)]);
}

/// A child ends where the set was read again without it, also after the mark had stood for it.
#[test]
fn a_set_read_again_without_the_child_ends_it() {
    let items = [
        read(1, 1, 1, Some(7)),
        complete(1, 1, 1),
        read(3, 3, 1, Some(7)),
        complete(1, 3, 3),
        complete(1, 3, 4),
    ];
    assert_eq!(spans(&Tables::of(&items, 1, true)), [(1, false), (3, false), (3, true)]);
    let returned = [items.as_slice(), &[read(3, 4, 1, Some(7))]].concat();
    assert_eq!(spans(&Tables::of(&returned, 1, true)), [(1, false)]);
}
