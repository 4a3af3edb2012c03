//! What only whole tables know of a stream's rules, within the time that a run has for asking them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use forebay_model::rule::{RuleId, RuleOutcome, SetAnswer, SetQuery, VersionedRule};
use forebay_model::{SourceId, StreamName, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::Slice;
use forebay_rules::set_query;

use crate::engine::Engine;

/// What asking the tables for a rule came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    Answer(SetAnswer),
    /// Why there is no answer.
    Failed(String),
    /// There was no time left to ask.
    Deferred,
}

impl Asked {
    /// As an outcome has it.
    pub fn answer(self, most: Duration) -> Result<SetAnswer, String> {
        match self {
            Asked::Answer(answer) => Ok(answer),
            Asked::Failed(why) => Err(why),
            Asked::Deferred => Err(format!(
                "not checked in time: the stream's other rules used up the {} s that a run has for asking tables; \
                 this one is asked first in the next run",
                most.as_secs()
            )),
        }
    }
}

/// What the tables answered in this run before: measuring was cut short, or a page came late.
#[derive(Debug)]
pub(crate) struct Before {
    /// Of the profile that is measured now.
    revision: u64,
    outcomes: BTreeMap<RuleId, RuleOutcome>,
}

impl Before {
    pub fn new(revision: u64, outcomes: impl Iterator<Item = RuleOutcome>) -> Self {
        let answered = outcomes.filter(|outcome| outcome.answered.is_some());
        Self { revision, outcomes: answered.map(|outcome| (outcome.rule.clone(), outcome)).collect() }
    }

    /// To the rule as it is now.
    pub fn answer_to(&self, rule: &VersionedRule) -> Option<&RuleOutcome> {
        self.outcomes.get(&rule.rule.id).filter(|outcome| outcome.version == rule.version)
    }

    /// Whether nothing came since it was answered.
    fn is_current(&self, rule: &VersionedRule) -> bool {
        self.answer_to(rule).is_some_and(|outcome| outcome.answered >= Some(self.revision))
    }
}

impl Engine {
    /// Asks the tables for each rule that needs them and is not answered, in turn, as long as there is time:
    /// every scan reads the whole table again, and a run's measurement must not wait for them without end. Those that
    /// were answered before the last page came are asked last.
    pub(crate) async fn ask_tables<'a>(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        rules: &'a [VersionedRule],
        before: &Before,
    ) -> Result<Vec<(&'a VersionedRule, Asked)>, PortError> {
        let asks = |rule: &&VersionedRule| rule.rule.expectation.asks_tables() && !before.is_current(rule);
        let asking: Vec<&VersionedRule> = rules.iter().filter(asks).collect();
        let deferred = self.deferred(tenant, source, &schema.stream, &asking).await?;
        let mut asking = in_turn(asking, &deferred);
        asking.sort_by_key(|rule| before.answer_to(rule).is_some());
        let most = i64::try_from(self.asking_tables.as_micros()).unwrap_or(i64::MAX);
        let until = self.clock.now().micros().saturating_add(most);
        let mut all = Vec::with_capacity(asking.len());
        for rule in asking {
            let left = u64::try_from(until.saturating_sub(self.clock.now().micros())).unwrap_or(0);
            let asked = match set_query(&rule.rule) {
                Ok(None) => continue,
                Err(fault) => Asked::Failed(fault.to_string()),
                Ok(Some(_)) if left == 0 => Asked::Deferred,
                Ok(Some(query)) => {
                    let ask = self.ask(tenant, source, schema, &query);
                    match tokio::time::timeout(Duration::from_micros(left), ask).await {
                        Ok(asked) => asked?,
                        Err(_) => Asked::Failed(in_vain(left)),
                    }
                }
            };
            all.push((rule, asked));
        }
        Ok(all)
    }

    async fn ask(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        schema: &StreamSchema,
        query: &SetQuery,
    ) -> Result<Asked, PortError> {
        match self.repository.answer(tenant, source, schema, query).await {
            Ok(answer) => Ok(Asked::Answer(answer)),
            // A table too large to answer in time is never measured by trying again, and its stream's other
            // rules are not to wait for it.
            Err(error @ PortError::Transient { .. }) => Ok(not_computed(&error)),
            Err(error) if error.concerns_one_page() => Ok(not_computed(&error)),
            Err(error) => Err(error),
        }
    }

    /// The rules whose newest outcome says that there was no time for them.
    async fn deferred(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
        rules: &[&VersionedRule],
    ) -> Result<BTreeSet<RuleId>, PortError> {
        let mut deferred = BTreeSet::new();
        if rules.len() < 2 {
            return Ok(deferred);
        }
        for rule in rules.iter().map(|versioned| &versioned.rule.id) {
            let newest = Slice { after: None, limit: 1 };
            let found = self.repository.outcomes_of_rule(tenant, source, stream, rule, newest).await?;
            if found.first().is_some_and(|stored| stored.outcome.deferred) {
                deferred.insert(rule.clone());
            }
        }
        Ok(deferred)
    }
}

fn not_computed(error: &PortError) -> Asked {
    Asked::Failed(format!("could not be computed: {error}"))
}

fn in_vain(micros: u64) -> String {
    format!(
        "not checked in time: the tables gave no answer within {} s, which is what was left of the time that a run has \
         for asking them",
        micros.div_ceil(1_000_000)
    )
}

/// The rules from the first deferred one on, and then round. What was deferred is one stretch of that circle,
/// so each rule gets its turn however little time there is: those at its end are the next ones to be deferred.
fn in_turn<'a>(rules: Vec<&'a VersionedRule>, deferred: &BTreeSet<RuleId>) -> Vec<&'a VersionedRule> {
    let is_deferred = |at: usize| deferred.contains(&rules[at].rule.id);
    let before = |at: usize| at.checked_sub(1).unwrap_or(rules.len() - 1);
    let first = (0..rules.len()).find(|at| is_deferred(*at) && !is_deferred(before(*at))).unwrap_or(0);
    rules[first..].iter().chain(&rules[..first]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Instant;
    use forebay_model::rule::{Expectation, Rule, Severity};

    fn rules(ids: &[&str]) -> Vec<VersionedRule> {
        let rule = |id: &&str| VersionedRule {
            rule: Rule {
                id: RuleId::new(*id),
                source: SourceId::new("erp").unwrap(),
                stream: StreamName::new("item").unwrap(),
                description: String::new(),
                severity: Severity::Info,
                expectation: Expectation::Unique { columns: vec!["id".into()] },
                tolerated_share: 0.0,
            },
            version: 1,
            since: Instant::EPOCH,
            author: "ann".into(),
            retired: false,
        };
        ids.iter().map(rule).collect()
    }

    fn order(rules: &[VersionedRule], deferred: &BTreeSet<RuleId>) -> Vec<RuleId> {
        in_turn(rules.iter().collect(), deferred).into_iter().map(|rule| rule.rule.id.clone()).collect()
    }

    #[test]
    fn each_rule_gets_its_turn_however_little_time_there_is() {
        let rules = rules(&["a", "b", "c", "d", "e"]);
        for at_once in 1..=5 {
            let mut deferred = BTreeSet::new();
            let mut asked = Vec::new();
            for _ in 0..5 {
                let order = order(&rules, &deferred);
                asked.extend_from_slice(&order[..at_once]);
                deferred = order[at_once..].iter().cloned().collect();
            }
            for rule in &rules {
                let turns = asked.iter().filter(|id| **id == rule.rule.id).count();
                assert_eq!(turns, at_once, "{:?} of {at_once} at once", rule.rule.id);
            }
        }
    }

    #[test]
    fn what_was_answered_at_this_revision_is_not_asked_again() {
        let rule = rules(&["a"]).remove(0);
        let outcome = |version, answered| RuleOutcome {
            rule: RuleId::new("a"),
            version,
            run: forebay_model::RunId::new("r").unwrap(),
            checked: 1,
            violations: 0,
            margin: 0,
            examples: Vec::new(),
            failure: None,
            deferred: false,
            answered,
        };
        let is_known = |version, answered| {
            let before = Before::new(7, std::iter::once(outcome(version, answered)));
            (before.answer_to(&rule).is_some(), before.is_current(&rule))
        };
        assert_eq!(is_known(1, Some(7)), (true, true));
        assert_eq!(is_known(1, Some(6)), (true, false), "a page came late");
        assert_eq!(is_known(1, None), (false, false), "its records alone");
        assert_eq!(is_known(2, Some(7)), (false, false), "another version of the rule");
    }

    #[test]
    fn a_rule_that_came_since_waits_for_no_more_than_the_others() {
        let deferred = ["b", "d"].map(RuleId::new).into();
        assert_eq!(order(&rules(&["a", "b", "c", "d"]), &deferred), ["b", "c", "d", "a"].map(RuleId::new));
        assert!(order(&[], &deferred).is_empty());
    }
}
