//! A stream's part of a run, once it has ended and is profiled: what rules came to.

use std::collections::BTreeMap;

use forebay_model::rule::{RuleId, RuleOutcome, SetAnswer, VersionedRule};
use forebay_model::{RunId, SourceId, StreamSchema, TenantId};
use forebay_ports::PortError;
use forebay_ports::repository::{Measurable, StateKind, StoredOutcome, StoredState};
use forebay_profiling::{ColumnState, Mask};
use forebay_rules::{RuleStates, answered, set_query};

use crate::engine::Engine;
use crate::quality::WHOLE;

/// Streams' parts of runs that are measured in one call; the next call takes the rest.
const LIMIT: u32 = 100;

/// Runs that began longer ago are not measured any more: what they would be compared with has gone by.
const MEASURED_BACK_SECONDS: i64 = 7 * 86_400;

/// Whose data it is.
#[derive(Debug, Clone, Copy)]
struct Of<'a> {
    tenant: &'a TenantId,
    source: &'a SourceId,
}

impl Engine {
    /// Measures what of the source's runs has ended, is profiled and is not measured yet, the oldest run first. Gives how many streams' parts these were. Killed at any instruction it is done again whole by the
    /// next call, and comes to the same.
    pub async fn measure(&self, tenant: &TenantId, source: &SourceId) -> Result<usize, PortError> {
        let since = self.clock.now().plus_seconds(-MEASURED_BACK_SECONDS);
        let open = self.repository.measurable(tenant, source, since, LIMIT).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let of = Of { tenant, source };
        let schemas = self.repository.schemas(tenant, source).await?;
        for part in &open {
            let schema = schemas.iter().find(|s| s.schema.stream == part.stream).map(|s| &s.schema);
            if let Some(schema) = schema {
                self.measure_stream(of, schema, part).await?;
            }
            // Last: whatever was not done by now is done again.
            let Measurable { run, stream, revision, .. } = part;
            self.repository.mark_measured(tenant, run, stream, *revision).await?;
        }
        Ok(open.len())
    }

    async fn measure_stream(
        &self,
        of: Of<'_>,
        schema: &StreamSchema,
        part: &Measurable,
    ) -> Result<(), PortError> {
        let (_, states) = self.repository.run_profiles(of.tenant, &part.run, &part.stream).await?;
        let outcomes = self.outcomes(of, schema, &part.run, &states).await?;
        let at = self.clock.now();
        let stored =
            |outcome| StoredOutcome { source: of.source.clone(), stream: part.stream.clone(), at, outcome };
        let outcomes: Vec<StoredOutcome> = outcomes.into_iter().map(stored).collect();
        self.repository.save_outcomes(of.tenant, &outcomes).await
    }

    /// What the stream's rules came to in the run, in order of rule: of several versions of a rule the newest.
    async fn outcomes(
        &self,
        of: Of<'_>,
        schema: &StreamSchema,
        run: &RunId,
        states: &[StoredState],
    ) -> Result<Vec<RuleOutcome>, PortError> {
        let rules = self.rules_of(of.tenant, of.source, &schema.stream).await?;
        let masks = masks(states);
        let mask = |column: &str, text: &str| masks.get(column).map(|mask| mask.apply(text));
        let observed = rule_states(states).finish(run, &schema.key, &mask);
        // In order of version, so that the newest stays.
        let mut all: BTreeMap<RuleId, RuleOutcome> =
            observed.into_iter().map(|outcome| (outcome.rule.clone(), outcome)).collect();
        for rule in &rules {
            let Some(answer) = self.answer(of, schema, rule).await? else { continue };
            // What records alone tell is kept where the tables have no answer.
            if answer.is_ok() || !all.contains_key(&rule.rule.id) {
                let outcome = answered(rule, run, answer, &schema.key, &mask);
                all.insert(rule.rule.id.clone(), outcome);
            }
        }
        Ok(all.into_values().collect())
    }

    /// What the loaded tables say of a rule, or why they cannot; `None` where the rule does not ask them.
    async fn answer(
        &self,
        of: Of<'_>,
        schema: &StreamSchema,
        rule: &VersionedRule,
    ) -> Result<Option<Result<SetAnswer, String>>, PortError> {
        let query = match set_query(&rule.rule) {
            Ok(Some(query)) => query,
            Ok(None) => return Ok(None),
            Err(fault) => return Ok(Some(Err(fault.to_string()))),
        };
        match self.repository.answer(of.tenant, of.source, schema, &query).await {
            Ok(answer) => Ok(Some(Ok(answer))),
            Err(error) if error.concerns_one_page() => Ok(Some(Err(error.to_string()))),
            Err(error) => Err(error),
        }
    }
}

/// How the values of each sensitive column are shown. A state that cannot be read hides its column whole.
fn masks(states: &[StoredState]) -> BTreeMap<&str, Mask> {
    let columns = states.iter().filter(|state| state.kind == StateKind::Column);
    let mask = |state: &StoredState| match ColumnState::from_bytes(&state.state) {
        Ok(column) => Mask::of(&column.finish(&state.name).sensitive),
        Err(_) => Some(Mask::new(forebay_model::profile::SensitiveKind::Address)),
    };
    columns.filter_map(|state| Some((state.name.as_str(), mask(state)?))).collect()
}

/// States that cannot be read are as if nothing had been observed: the rules of a next run are.
fn rule_states(states: &[StoredState]) -> RuleStates {
    let stored = states.iter().find(|state| state.kind == StateKind::Rules && state.name == WHOLE);
    let read = stored.map(|state| RuleStates::from_bytes(&state.state));
    match read {
        Some(Ok(states)) => states,
        Some(Err(error)) => {
            tracing::error!(%error, "the stored states of rules cannot be read");
            RuleStates::default()
        }
        None => RuleStates::default(),
    }
}
