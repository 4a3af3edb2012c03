//! Cases of the fault suite: generated from a seed, so that each can be had again.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::account::Offer;

/// Where a process is when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Request,
    BeforePut,
    AfterPut,
    BeforePublish,
    AfterPublish,
    /// So many microseconds after a page was announced: before its cursor is written, while it is, or soon
    /// after.
    Landing(u64),
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// The process is gone, with all that it remembered.
    Kill(Place),
    /// `POST /_control/faults`.
    Fault(Value),
    /// Records change.
    Change { updates: u32, inserts: u32, deletes: u32 },
    /// Records change as only this vendor's do.
    OwnChange(Value),
}

impl Act {
    /// What it is counted as.
    pub fn name(&self) -> String {
        match self {
            Act::Kill(Place::Request) => "kill".into(),
            Act::Kill(_) => "kill at a write".into(),
            Act::Change { .. } => "changes".into(),
            Act::OwnChange(_) => "own changes".into(),
            Act::Fault(order) => {
                order.as_object().and_then(|o| o.keys().next()).map_or_else(String::new, Clone::clone)
            }
        }
    }

    pub fn changes_records(&self) -> bool {
        match self {
            Act::Change { .. } | Act::OwnChange(_) => true,
            // Changes that go on beside the answers.
            Act::Fault(order) => order.get("churn").is_some() || order.get("formula_shift").is_some(),
            Act::Kill(_) => false,
        }
    }
}

/// Something that happens before the request that follows so many.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub after: u32,
    pub act: Act,
}

/// What happens before and during one extraction.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Changes between the last run and this one: updates, inserts, deletes.
    pub before: Option<(u32, u32, u32)>,
    pub steps: Vec<Step>,
    /// Milliseconds after which a firing has to stop, at the first firing.
    pub budget_ms: Option<u64>,
    /// Of a hundred batches of events, how many their function dies over.
    pub events_lost: u32,
    /// Of a hundred batches of events, how many come again, all in no order between partitions; `None` where
    /// each comes once and in order.
    pub events_repeated: Option<u32>,
    /// Events come to their functions while the source is still read.
    pub events_beside: bool,
}

/// Sorts of faults; each case takes one to four of them, and with them each of the vendor's own.
type Sort = fn(&mut StdRng, &Offer) -> Option<Act>;

const SORTS: &[Sort] = &[
    |r, _| Some(fault("throttle", r.random_range(1..6))),
    |r, _| {
        let wait = r.random_range(0..2);
        Some(order(json!({ "throttle": r.random_range(1..4), "throttle_retry_after": wait })))
    },
    |r, _| Some(fault("server_errors", r.random_range(1..9))),
    |r, _| Some(fault("cut_connections", r.random_range(1..4))),
    |r, _| Some(fault("truncate", r.random_range(1..3))),
    |r, _| Some(fault("invalid_json", r.random_range(1..3))),
    |r, _| Some(fault("slow_ms", r.random_range(2..12))),
    |_, _| Some(order(json!({ "expire_tokens": true }))),
    |r, offer| offer.deniable.choose(r).map(|table| order(json!({ "deny_table": table }))),
    |r, offer| offer.silenceable.choose(r).map(|table| order(json!({ "silence_table": table }))),
    |r, offer| offer.rejectable.choose(r).map(|column| order(json!({ "reject_column": column }))),
    |r, offer| offer.changes.choose(r).map(|own| Act::OwnChange(own.clone())),
    |_, _| Some(Act::Kill(Place::Request)),
    |r, _| Some(Act::Kill(at_a_write(r))),
    |r, _| Some(changes(r.random_range(1..40), r.random_range(0..15), r.random_range(0..10))),
    // Many records that share one moment, more than a page holds.
    |r, _| Some(changes(r.random_range(150..400), 0, 0)),
];

fn order(order: Value) -> Act {
    Act::Fault(order)
}

fn fault(name: &str, count: u32) -> Act {
    order(json!({ name: count }))
}

fn changes(updates: u32, inserts: u32, deletes: u32) -> Act {
    Act::Change { updates, inserts, deletes }
}

fn at_a_write(r: &mut StdRng) -> Place {
    match r.random_range(0..6) {
        0 => Place::BeforePut,
        1 => Place::AfterPut,
        2 => Place::BeforePublish,
        3 => Place::AfterPublish,
        _ => Place::Landing(r.random_range(0..3_000)),
    }
}

/// Sorts of faults, shuffled: each is taken once before any is taken again, so that no sort is left to luck.
#[derive(Debug, Default)]
pub struct Deck(Vec<usize>);

impl Deck {
    fn act(card: usize, r: &mut StdRng, offer: &Offer) -> Option<Act> {
        match SORTS.get(card) {
            Some(sort) => sort(r, offer),
            None => offer.faults.get(card - SORTS.len()).map(|own| order(own.clone())),
        }
    }

    /// Every sort that is offered, by name.
    pub fn names(offer: &Offer) -> BTreeSet<String> {
        let mut chance = StdRng::seed_from_u64(0);
        let cards = 0..SORTS.len() + offer.faults.len();
        cards.filter_map(|card| Self::act(card, &mut chance, offer)).map(|act| act.name()).collect()
    }

    /// The next sort that is offered; one that is not waits until it is.
    fn draw(&mut self, r: &mut StdRng, offer: &Offer) -> Act {
        loop {
            let offered = |card: &usize| Self::act(*card, &mut StdRng::seed_from_u64(0), offer).is_some();
            if let Some(place) = self.0.iter().rposition(offered)
                && let Some(act) = Self::act(self.0.remove(place), r, offer)
            {
                return act;
            }
            let mut fresh: Vec<usize> = (0..SORTS.len() + offer.faults.len()).collect();
            fresh.shuffle(r);
            // What waited stays on top.
            self.0.splice(0..0, fresh);
        }
    }
}

impl Case {
    /// The case of a seed. `requests` is about how many a calm run makes.
    pub fn generate(seed: u64, requests: u32, offer: &Offer, deck: &mut Deck) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let r = &mut chance;
        let before =
            r.random_bool(0.8).then(|| (r.random_range(0..40), r.random_range(0..15), r.random_range(0..10)));
        let steps = (0..r.random_range(1..=4)).map(|_| {
            let after = r.random_range(0..requests.max(2));
            Step { after, act: deck.draw(r, offer) }
        });
        let steps = steps.collect();
        let budget_ms = r.random_bool(0.2).then(|| r.random_range(1..300));
        let events_lost = if r.random_bool(0.3) { r.random_range(1..60) } else { 0 };
        let events_repeated = r.random_bool(0.5).then(|| r.random_range(0..40));
        let events_beside = r.random_bool(0.3);
        Self { before, steps, budget_ms, events_lost, events_repeated, events_beside }
    }

    /// Whether sending again gets over everything that was dealt, so that one run is enough: no request can
    /// meet more failures than it is sent again, and what cannot be read or is not let in is met once.
    pub fn is_overcome(&self, dealt: &[Act]) -> bool {
        let (mut failures, mut unreadable, mut sessions) = (0, 0, 0);
        for act in dealt {
            let Act::Fault(Value::Object(order)) = act else { return false };
            for (name, count) in order {
                match name.as_str() {
                    "throttle" | "server_errors" | "cut_connections" => {
                        failures += count.as_u64().unwrap_or(1)
                    }
                    "truncate" | "invalid_json" => unreadable += count.as_u64().unwrap_or(1),
                    "expire_tokens" => sessions += 1,
                    "throttle_retry_after" | "slow_ms" => {}
                    _ => return false,
                }
            }
        }
        self.budget_ms.is_none() && failures < RETRIES && unreadable <= 1 && sessions <= 1
    }
}

/// How often every connector sends a request again at least.
const RETRIES: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer {
            deniable: vec!["a"],
            silenceable: vec!["a"],
            rejectable: vec!["a.b"],
            faults: vec![json!({ "own_fault": 1 })],
            changes: vec![json!({ "own": 1 })],
        }
    }

    fn generate(seed: u64) -> Case {
        Case::generate(seed, 50, &offer(), &mut Deck::default())
    }

    #[test]
    fn a_seed_gives_the_same_case_again_and_seeds_differ() {
        assert_eq!(generate(7), generate(7));
        assert_ne!(generate(7), generate(8));
    }

    #[test]
    fn no_sort_of_fault_is_left_to_luck() {
        let mut deck = Deck::default();
        let bare = offer().without_discovery();
        let offer_of = |seed: u64| if seed < 10 { bare.clone() } else { offer() };
        let cases = (0..20).map(|seed| Case::generate(seed, 50, &offer_of(seed), &mut deck));
        let names: BTreeSet<String> = cases.flat_map(|case| case.steps).map(|step| step.act.name()).collect();
        assert_eq!(names, Deck::names(&offer()));
        let expected = ["deny_table", "kill", "kill at a write", "own changes", "own_fault", "throttle"];
        assert!(expected.iter().all(|name| names.contains(*name)), "{names:?}");
    }

    #[test]
    fn what_sending_again_gets_over_is_known() {
        let case = Case { budget_ms: None, ..generate(1) };
        let fine = [fault("throttle", 2), fault("cut_connections", 1), fault("truncate", 1)];
        assert!(case.is_overcome(&fine) && case.is_overcome(&[]));
        assert!(!Case { budget_ms: Some(1), ..case.clone() }.is_overcome(&fine));
        for act in [Act::Kill(Place::Request), fault("server_errors", 4), order(json!({ "deny_table": "a" }))]
        {
            assert!(!case.is_overcome(&[act]));
        }
    }
}
