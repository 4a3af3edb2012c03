//! What a stream's rules came to in a run: what its records told, what tables answered, and examples that show no
//! personal data.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::profile::SensitiveKind;
use forebay_model::rule::{RuleId, RuleOutcome, VersionedRule};
use forebay_ports::PortError;
use forebay_ports::repository::{PeriodQuery, StateKind, StoredState};
use forebay_profiling::{ColumnState, Mask, Screen};
use forebay_rules::{RuleStates, answered};

use crate::engine::Engine;
use crate::measure::{Of, Seen};
use crate::quality::WHOLE;
use crate::tables::{Asked, Before};

/// How many periods tell what of a column is to be masked.
const RUNS_BACK: u32 = 5;

impl Engine {
    /// How these columns' values are shown, by what any state of this run and the newest ones says: whole tables
    /// answer with values of earlier runs, and the few records of one run tell little of what they are. A column of
    /// which nothing is known is not here.
    async fn screens(
        &self,
        of: Of<'_>,
        seen: &Seen<'_>,
        columns: BTreeSet<String>,
    ) -> Result<BTreeMap<String, Screen>, PortError> {
        let own = seen.states.iter().filter(|state| state.kind == StateKind::Column);
        let own: BTreeMap<&str, &StoredState> = own.map(|state| (state.name.as_str(), state)).collect();
        let mut screens = BTreeMap::new();
        for column in columns {
            let query = PeriodQuery {
                source: of.source,
                stream: &seen.schema.stream,
                only: Some((StateKind::Column, &column)),
                since: None,
                until: None,
                with_records: false,
                limit: RUNS_BACK,
            };
            let periods = self.repository.profile_periods(of.tenant, &query).await?;
            let own = own.get(column.as_str()).copied();
            let known = own.into_iter().chain(periods.iter().flat_map(|period| &period.states));
            if let Some(screen) = screen_of(&column, known) {
                screens.insert(column, screen);
            }
        }
        Ok(screens)
    }

    /// What the stream's rules came to in the run, in order of rule: of several versions of a rule the newest.
    pub(crate) async fn outcomes(&self, of: Of<'_>, seen: &Seen<'_>) -> Result<Vec<RuleOutcome>, PortError> {
        let Seen { schema, run, revision, states, rules } = *seen;
        let observed = rule_states(states);
        let stored = self.repository.outcomes_of_run(of.tenant, run, Some(&schema.stream)).await?;
        let before = Before::new(revision, stored.into_iter().map(|stored| stored.outcome));
        let asked = self.ask_tables(of.tenant, of.source, schema, rules, &before).await?;
        let screens = self.screens(of, seen, shown(&observed, &asked, seen)).await?;
        let mask = |column: &str, text: &str| {
            let screen = match screens.get(column) {
                Some(screen) => *screen,
                // Part of a key that no column is known of.
                None if column.is_empty() => Screen::default(),
                None => hidden(),
            };
            Some(screen.show(text).into_owned())
        };
        let observed = observed.finish(run, &schema.key, &mask);
        // In order of version, so that the newest stays.
        let mut all: BTreeMap<RuleId, RuleOutcome> =
            observed.into_iter().map(|outcome| (outcome.rule.clone(), outcome)).collect();
        // What tables answered before stands, until they answer again.
        let known = rules.iter().filter_map(|rule| before.answer_to(rule));
        all.extend(known.map(|outcome| (outcome.rule.clone(), outcome.clone())));
        for (rule, asked) in asked {
            let (id, deferred) = (&rule.rule.id, asked == Asked::Deferred);
            match asked.answer(self.asking_tables) {
                Ok(answer) => {
                    let outcome = answered(rule, run, Ok(answer), &schema.key, &mask);
                    all.insert(id.clone(), RuleOutcome { answered: Some(revision), ..outcome });
                }
                Err(_) if before.answer_to(rule).is_some() => {}
                Err(why) => {
                    // What records alone tell is kept, and that it is not all.
                    let unknown = || answered(rule, run, Err(why.clone()), &schema.key, &mask);
                    let outcome = all.entry(id.clone()).or_insert_with(unknown);
                    outcome.failure.get_or_insert(why);
                    outcome.deferred = deferred;
                }
            }
        }
        Ok(all.into_values().collect())
    }
}

/// The columns that outcomes will show values of, keys included.
fn shown(observed: &RuleStates, asked: &[(&VersionedRule, Asked)], seen: &Seen<'_>) -> BTreeSet<String> {
    let hide = |_: &str, _: &str| Some(String::new());
    let observed = observed.finish(seen.run, &seen.schema.key, &hide);
    let of_records = observed.iter().flat_map(|outcome| &outcome.examples);
    let of_tables = asked.iter().flat_map(|(_, asked)| match asked {
        Asked::Answer(answer) => answer.examples.as_slice(),
        Asked::Failed(_) | Asked::Deferred => &[],
    });
    let examples = of_records.chain(of_tables);
    let mut columns: BTreeSet<String> =
        examples.flat_map(|example| &example.values).map(|(column, _)| column.clone()).collect();
    if !columns.is_empty() {
        columns.extend(seen.schema.key.iter().cloned());
    }
    columns
}

/// How a column's values are shown, by what any of its states says; `None` where there is none.
fn screen_of<'a>(column: &str, states: impl Iterator<Item = &'a StoredState>) -> Option<Screen> {
    let mut known: Option<Screen> = None;
    for state in states {
        let screen = match ColumnState::from_bytes(&state.state) {
            Ok(state) => state.screen(column),
            Err(_) => hidden(),
        };
        let both = known.map_or(screen, |known| known.or(screen));
        if both.masks_all() {
            return Some(both);
        }
        known = Some(both);
    }
    known
}

/// Of what may be anything.
fn hidden() -> Screen {
    Screen::all(Mask::new(SensitiveKind::Address))
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
