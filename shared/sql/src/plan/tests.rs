//! Any order and any split of arrivals over pages ends in the same record and the same history.

use forebay_model::{ContentHash, Current, Instant, PageOutcome, RecordVersion, Value};
use proptest::prelude::*;

use super::*;

fn arrival(modified: i64, observed: i64, content: Option<i64>) -> Arrival {
    Arrival {
        key: "k".into(),
        version: RecordVersion {
            modified: Instant::from_micros(modified),
            observed: Instant::from_micros(observed),
            deleted: content.is_none(),
        },
        hash: content.map_or(ContentHash::TOMBSTONE, |c| ContentHash::of(&[Value::Integer(c)])),
        origin: Origin::Record,
        parent: None,
        values: Vec::new(),
    }
}

/// A table of one record: what it holds after some pages.
#[derive(Debug, Default, PartialEq, Clone)]
struct Table {
    current: Option<Current>,
    history: Vec<(Current, Option<Instant>)>,
}

impl Table {
    fn apply(&mut self, page: &[Arrival], keep: Keep) {
        let refs: Vec<&Arrival> = page.iter().collect();
        let needs = RecordPlan::needs_history(self.current, &refs, keep);
        let entries = || self.history.iter().map(|(c, to)| Entry::stored(c.version, c.hash, *to)).collect();
        let mut plan = RecordPlan::start(self.current, needs.then(entries));
        let known = plan.timeline.clone();
        let mut outcome = PageOutcome::default();
        for (i, a) in page.iter().enumerate() {
            plan.take(a, i, keep, &mut outcome);
        }
        if keep == Keep::EveryVersion || needs || self.current.is_none() {
            plan.finish();
            self.store(&known, &plan.timeline);
        }
        assert!(outcome.balances());
        self.current = plan.current;
    }

    /// Only what the plan knew may change: the rest of the history was not read.
    fn store(&mut self, known: &Timeline, planned: &Timeline) {
        let same = |a: &Current, e: &Entry| {
            a.version.modified == e.version.modified
                && a.hash == e.hash
                && a.version.deleted == e.version.deleted
        };
        self.history.retain(|(c, _)| !known.entries().any(|(e, _)| same(c, e)));
        self.history
            .extend(planned.entries().map(|(e, to)| (Current { version: e.version, hash: e.hash }, to)));
        self.history.sort();
    }
}

fn pages() -> impl Strategy<Value = Vec<Arrival>> {
    proptest::collection::vec(
        (0i64..4, 0i64..3, proptest::option::of(0i64..3)).prop_map(|(m, o, c)| arrival(m, o, c)),
        1..8,
    )
}

fn fold(arrivals: &[Arrival], split: usize, keep: Keep) -> Table {
    let mut table = Table::default();
    for page in arrivals.chunks(split) {
        table.apply(page, keep);
    }
    table
}

proptest! {
    #[test]
    fn history_does_not_depend_on_order_repetition_or_paging(
        (straight, mixed) in pages().prop_flat_map(|v| {
            let twice: Vec<_> = v.iter().chain(v.iter()).cloned().collect();
            (Just(v), Just(twice).prop_shuffle())
        }),
        split in 1usize..5,
    ) {
        let one = fold(&straight, 100, Keep::EveryVersion);
        let other = fold(&mixed, split, Keep::EveryVersion);
        prop_assert_eq!(&one, &other);
        let last = one.history.last().map(|(c, to)| (*c, *to));
        prop_assert_eq!(last, one.current.map(|c| (c, None)));
        for pair in one.history.windows(2) {
            prop_assert_eq!(pair[0].1, Some(pair[1].0.version.modified));
        }
    }

    #[test]
    fn a_history_of_changes_ends_with_what_is_current_in_any_order(arrivals in pages(), split in 1usize..5) {
        let table = fold(&arrivals, split, Keep::Changes);
        let last = table.history.last().map(|(c, _)| (c.hash, c.version.deleted));
        prop_assert_eq!(last, table.current.map(|c| (c.hash, c.version.deleted)));
        for pair in table.history.windows(2) {
            prop_assert_eq!(pair[0].1, Some(pair[1].0.version.modified));
        }
        prop_assert_eq!(table.current.map(|c| c.version), arrivals.iter().map(|a| a.as_current()).max().map(|c| c.version));
    }
}

#[test]
fn reading_the_same_again_adds_no_history() {
    let mut table = Table::default();
    for run in 0..5 {
        table.apply(&[arrival(run, run, Some(1))], Keep::Changes);
    }
    assert_eq!(table.history.len(), 1);
    assert_eq!(table.current.map(|c| c.version.modified), Some(Instant::from_micros(4)));
}

#[test]
fn content_that_returned_is_kept_when_what_was_between_comes_late() {
    let mut table = Table::default();
    for (modified, content) in [(1, 1), (3, 1), (2, 2)] {
        table.apply(&[arrival(modified, modified, Some(content))], Keep::Changes);
    }
    let modified: Vec<i64> = table.history.iter().map(|(c, _)| c.version.modified.micros()).collect();
    assert_eq!(modified, [1, 2, 3]);
}
