//! Cases of the fault suite: generated from a seed, so that each can be had again.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::account::Offer;

/// Something that happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// The process is gone, with all that it remembered.
    Kill,
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
            Act::Kill => "kill".into(),
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
            Act::Kill => false,
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
    /// Of the events announced, how many in a hundred their function loses.
    pub events_lost: u32,
}

/// Sorts of faults; each case takes one to four of them.
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
    |r, offer| offer.faults.choose(r).map(|own| order(own.clone())),
    |r, offer| offer.changes.choose(r).map(|own| Act::OwnChange(own.clone())),
    |_, _| Some(Act::Kill),
    |_, _| Some(Act::Kill),
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

impl Case {
    /// The case of a seed. `requests` is about how many a calm run makes.
    pub fn generate(seed: u64, requests: u32, offer: &Offer) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let r = &mut chance;
        let before =
            r.random_bool(0.8).then(|| (r.random_range(0..40), r.random_range(0..15), r.random_range(0..10)));
        let steps = (0..r.random_range(1..=4)).map(|_| {
            let after = r.random_range(0..requests.max(2));
            let act = SORTS.choose(r).and_then(|sort| sort(r, offer));
            Step { after, act: act.unwrap_or_else(|| fault("throttle", 1)) }
        });
        let steps = steps.collect();
        let budget_ms = r.random_bool(0.2).then(|| r.random_range(1..300));
        let events_lost = if r.random_bool(0.3) { r.random_range(1..60) } else { 0 };
        Self { before, steps, budget_ms, events_lost }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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

    #[test]
    fn a_seed_gives_the_same_case_again_and_seeds_differ() {
        assert_eq!(Case::generate(7, 50, &offer()), Case::generate(7, 50, &offer()));
        assert_ne!(Case::generate(7, 50, &offer()), Case::generate(8, 50, &offer()));
    }

    #[test]
    fn two_hundred_cases_have_every_sort_of_fault() {
        let acts = (0..200).flat_map(|seed| Case::generate(seed, 50, &offer()).steps);
        let names: BTreeSet<String> = acts.map(|step| step.act.name()).collect();
        let expected = [
            "throttle",
            "server_errors",
            "cut_connections",
            "truncate",
            "invalid_json",
            "slow_ms",
            "expire_tokens",
            "deny_table",
            "kill",
            "changes",
            "own changes",
            "silence_table",
            "reject_column",
            "own_fault",
        ];
        assert!(expected.iter().all(|name| names.contains(*name)), "{names:?}");
    }
}
