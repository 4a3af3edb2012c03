//! What rules met so far: counts and examples that merge.

mod examples;
mod stored;
mod unique;

use forebay_model::RunId;
use forebay_model::rule::{RuleId, RuleOutcome};

use crate::mask::{Mask, masked};

pub(crate) use examples::{Examples, cut, shown_key, shown_value};
pub(crate) use unique::Unique;

/// What one version of one rule met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleState {
    pub(crate) rule: RuleId,
    pub(crate) version: u32,
    pub(crate) checked: u64,
    /// Counted one by one; 0 for uniqueness, where `unique` knows.
    pub(crate) violations: u64,
    pub(crate) examples: Examples,
    pub(crate) unique: Option<Unique>,
    /// Why the rule could not be checked.
    pub(crate) failure: Option<String>,
}

impl RuleState {
    pub(crate) fn new(rule: RuleId, version: u32) -> Self {
        Self {
            rule,
            version,
            checked: 0,
            violations: 0,
            examples: Examples::default(),
            unique: None,
            failure: None,
        }
    }

    pub fn rule(&self) -> &RuleId {
        &self.rule
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    /// Records that the rule applied to.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// Becomes the state of both. A rule that failed once failed: of two reasons the first by code point stays.
    fn merge(&mut self, other: &RuleState) {
        self.checked = self.checked.saturating_add(other.checked);
        self.violations = self.violations.saturating_add(other.violations);
        self.examples.merge(&other.examples);
        match (&mut self.unique, &other.unique) {
            (Some(ours), Some(theirs)) => ours.merge(theirs),
            (ours @ None, Some(theirs)) => *ours = Some(theirs.clone()),
            (_, None) => {}
        }
        self.failure = match (self.failure.take(), other.failure.clone()) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
    }

    fn finish(&self, run: &RunId, key_columns: &[String], mask: &Mask<'_>) -> RuleOutcome {
        let mut outcome = RuleOutcome {
            rule: self.rule.clone(),
            version: self.version,
            run: run.clone(),
            checked: 0,
            violations: 0,
            margin: 0,
            examples: Vec::new(),
            failure: self.failure.clone(),
            deferred: false,
            answered: None,
        };
        if self.failure.is_some() {
            return outcome;
        }
        outcome.checked = self.checked;
        let examples = match &self.unique {
            None => {
                outcome.violations = self.violations;
                self.examples.list()
            }
            Some(unique) => {
                let found = unique.finish(self.checked);
                (outcome.violations, outcome.margin) = (found.violations, found.margin);
                found.examples
            }
        };
        outcome.examples = examples.into_iter().map(|e| masked(e, key_columns, mask)).collect();
        outcome
    }
}

/// What the rules of one stream met, each rule and version once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleStates {
    /// By rule and version.
    pub(crate) states: Vec<RuleState>,
}

impl RuleStates {
    pub fn iter(&self) -> impl Iterator<Item = &RuleState> {
        self.states.iter()
    }

    /// Becomes the states of both sides' records. Commutative and associative to the byte. Rules and versions that
    /// only one side has are kept as they are there.
    pub fn merge(&mut self, other: &RuleStates) {
        for theirs in &other.states {
            let at = self.place(&theirs.rule, theirs.version);
            self.states[at].merge(theirs);
        }
    }

    /// Where a rule's state is; made where there is none.
    pub(crate) fn place(&mut self, rule: &RuleId, version: u32) -> usize {
        let key = (rule, version);
        self.states.binary_search_by(|state| (&state.rule, state.version).cmp(&key)).unwrap_or_else(|at| {
            self.states.insert(at, RuleState::new(rule.clone(), version));
            at
        })
    }

    /// One outcome per rule and version. `key_columns` are those of the stream's schema, in its order; `mask`
    /// is asked for every value and every part of a key that an example shows.
    pub fn finish(&self, run: &RunId, key_columns: &[String], mask: &Mask<'_>) -> Vec<RuleOutcome> {
        self.states.iter().map(|state| state.finish(run, key_columns, mask)).collect()
    }
}
