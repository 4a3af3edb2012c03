//! A stream's rules, ready to observe its records.

use forebay_model::rule::{RuleId, VersionedRule};
use forebay_model::{RecordKey, StreamSchema, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::check::{Verdict, at};
use crate::compile::{Compiled, Kind, compile};
use crate::family::Family;
use crate::key::Key;
use crate::lists::ReferenceLists;
use crate::state::{RuleState, RuleStates, Unique, cut, shown_value};

/// A failure is told in full up to here.
const SHOWN_FAILURE: usize = 1_000;

/// Rules of one stream, compiled against one version of its schema.
#[derive(Debug)]
pub struct CompiledRules {
    /// By id and version.
    rules: Vec<CompiledRule>,
    /// Names of the schema's columns.
    columns: Vec<String>,
}

#[derive(Debug)]
struct CompiledRule {
    id: RuleId,
    version: u32,
    compiled: Result<Compiled, String>,
}

impl CompiledRules {
    /// Takes rules that are not retired. One that does not fit the schema any more, as after its column went,
    /// stops no other: its state says why. Rules between streams are left to [`set_query`](crate::set_query).
    pub fn new(rules: &[VersionedRule], schema: &StreamSchema, lists: &ReferenceLists) -> Self {
        let mut compiled: Vec<CompiledRule> = rules
            .iter()
            .filter(|versioned| !versioned.retired)
            .map(|versioned| CompiledRule {
                id: versioned.rule.id.clone(),
                version: versioned.version,
                compiled: compile(&versioned.rule.expectation, schema, lists).map_err(|faults| {
                    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    cut(&texts.join("; "), SHOWN_FAILURE).to_owned()
                }),
            })
            .filter(|rule| !matches!(rule.compiled, Ok(Compiled { kind: Kind::Tables, .. })))
            .collect();
        compiled.sort_by(|a, b| (&a.id, a.version).cmp(&(&b.id, b.version)));
        compiled.dedup_by(|a, b| (&a.id, a.version) == (&b.id, b.version));
        Self { rules: compiled, columns: schema.columns.iter().map(|column| column.name.clone()).collect() }
    }

    /// Whether there is nothing to observe.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// States of no records: every rule is in it, so that one that applied to nothing says so.
    pub fn start(&self) -> RuleStates {
        let states = self.rules.iter().map(|rule| {
            let mut state = RuleState::new(rule.id.clone(), rule.version);
            state.failure = rule.compiled.as_ref().err().cloned();
            if let Ok(Compiled { kind: Kind::Unique(_), .. }) = rule.compiled {
                state.unique = Some(Unique::default());
            }
            state
        });
        RuleStates { states: states.collect() }
    }

    /// Takes in one record: its key, and its values in the order of the schema's columns. Columns that the
    /// values are too short for are null. `states` come from [`start`](Self::start); others are joined to it.
    pub fn observe(&self, states: &mut RuleStates, key: &RecordKey, values: &[Value]) {
        for (place, rule) in self.rules.iter().enumerate() {
            let Ok(compiled) = &rule.compiled else { continue };
            let held =
                states.states.get(place).is_some_and(|s| s.version == rule.version && s.rule == rule.id);
            let place = if held { place } else { states.place(&rule.id, rule.version) };
            self.observe_one(compiled, &mut states.states[place], key, values);
        }
    }

    fn observe_one(&self, compiled: &Compiled, state: &mut RuleState, key: &RecordKey, values: &[Value]) {
        match &compiled.kind {
            Kind::Tables => {}
            Kind::Record(check) => match check.verdict(values) {
                Verdict::NotLookedAt => {}
                Verdict::Holds => state.checked += 1,
                Verdict::Broken => {
                    state.checked += 1;
                    state.violations += 1;
                    state.examples.offer(key.as_str(), || self.shown(&compiled.shown, values));
                }
            },
            Kind::Unique(columns) => {
                let Some(value) = tuple_hash(columns, values) else { return };
                state.checked += 1;
                let unique = state.unique.get_or_insert_default();
                unique.observe(value, key.as_str(), || self.shown(&compiled.shown, values));
            }
        }
    }

    fn shown(&self, places: &[usize], values: &[Value]) -> Vec<(String, Option<String>)> {
        places.iter().map(|place| (self.columns[*place].clone(), shown_value(at(values, *place)))).collect()
    }
}

/// `None` where a column has no value: nulls are never equal.
fn tuple_hash(columns: &[(usize, Family)], values: &[Value]) -> Option<u64> {
    let mut bytes = Vec::with_capacity(64);
    for (place, family) in columns {
        Key::of(at(values, *place), *family)?.write(&mut bytes);
    }
    Some(xxh3_64(&bytes))
}
