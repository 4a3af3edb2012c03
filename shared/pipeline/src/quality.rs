//! What is observed of a stream's records beside its columns: relations between them, the rules that a tenant
//! made for them, and which records lie at the ends. Their states are saved with those of the columns, so that a page counts once in all.

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::rule::{Expectation, VersionedRule};
use forebay_model::{PageDescriptor, SourceId, StreamName, StreamSchema, TenantId, TypedRecord};
use forebay_ports::PortError;
use forebay_ports::repository::{RuleFilter, Slice, StateKind, StoredState};
use forebay_profiling::{BatchProfile, ColumnState, Ends, MOST_COLUMNS, Relations};
use forebay_rules::{CompiledRules, ReferenceLists, RuleStates};

use crate::engine::Engine;

/// Rules that are read at once.
const SLICE: u32 = 500;

/// A stream has one state of relations and one of rules in a run; this names both.
pub const WHOLE: &str = "stream";

/// What was observed of some pages of one stream.
#[derive(Debug)]
pub(crate) struct Observed {
    pub records: u64,
    columns: BatchProfile,
    relations: Relations,
    rules: RuleStates,
    ends: Ends,
}

impl Observed {
    pub fn nothing() -> Self {
        Self {
            records: 0,
            columns: BatchProfile::new(&[]),
            relations: Relations::default(),
            rules: RuleStates::default(),
            ends: Ends::default(),
        }
    }

    /// Takes in the records of one page. The moment they were observed at is the page's, not the clock's: a page that
    /// is profiled again comes to the same.
    pub fn take_in(
        &mut self,
        page: &PageDescriptor,
        schema: &StreamSchema,
        rules: &CompiledRules,
        records: &[TypedRecord],
    ) {
        let names: Vec<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
        let mut columns = BatchProfile::new(&names).as_of(page.observed);
        let mut relations = Relations::new(&names);
        if names.len() > MOST_COLUMNS {
            tracing::warn!(stream = %schema.stream, page = %page.id, columns = names.len(), profiled = MOST_COLUMNS, "the stream has more columns than are profiled");
        }
        let mut states = rules.start();
        for record in records {
            columns.observe(&record.values);
            relations.observe_row(&record.values);
            rules.observe(&mut states, &record.key, &record.values);
        }
        for (place, name) in names.iter().enumerate() {
            let values = records.iter().filter_map(|record| {
                record.values.get(place).map(|value| (value, record.ordinal, record.key.as_str()))
            });
            self.ends.observe_column(place, name, values, page.id.as_str());
        }
        self.records += records.len() as u64;
        self.columns.merge(columns);
        self.relations.merge(&relations);
        self.rules.merge(&states);
    }

    /// Merges what is stored already, and gives all states as they are to be stored. The error names the state
    /// that cannot be read, and why.
    pub fn merged(self, stored: Vec<StoredState>) -> Result<Vec<StoredState>, String> {
        let mut known: BTreeMap<(StateKind, String), Vec<u8>> =
            stored.into_iter().map(|s| ((s.kind, s.name), s.state)).collect();
        let mut states = Vec::new();
        for (column, mut fresh) in self.columns.into_columns() {
            let key = (StateKind::Column, column);
            if let Some(bytes) = known.remove(&key) {
                let mut state = ColumnState::from_bytes(&bytes).map_err(|e| format!("{}: {e}", key.1))?;
                state.merge(&fresh);
                fresh = state;
            }
            states.push(StoredState { kind: key.0, name: key.1, state: fresh.to_bytes() });
        }
        let mut relations = self.relations;
        if let Some(bytes) = known.remove(&(StateKind::Relations, WHOLE.to_owned())) {
            relations.merge(&Relations::from_bytes(&bytes).map_err(|e| format!("relations: {e}"))?);
        }
        states.push(whole(StateKind::Relations, relations.to_bytes()));
        let mut rules = self.rules;
        if let Some(bytes) = known.remove(&(StateKind::Rules, WHOLE.to_owned())) {
            rules.merge(&RuleStates::from_bytes(&bytes).map_err(|e| format!("rules: {e}"))?);
        }
        if rules.iter().next().is_some() {
            states.push(whole(StateKind::Rules, rules.to_bytes()));
        }
        let mut ends = self.ends;
        if let Some(bytes) = known.remove(&(StateKind::Ends, WHOLE.to_owned())) {
            ends.merge(&Ends::from_bytes(&bytes).map_err(|e| format!("ends: {e}"))?);
        }
        states.push(whole(StateKind::Ends, ends.to_bytes()));
        // Columns that these pages do not have keep what they hold: schemas change within a run.
        states.extend(known.into_iter().map(|((kind, name), state)| StoredState { kind, name, state }));
        Ok(states)
    }
}

fn whole(kind: StateKind, state: Vec<u8>) -> StoredState {
    StoredState { kind, name: WHOLE.to_owned(), state }
}

impl Engine {
    /// The rules of a stream that hold now.
    pub(crate) async fn rules_of(
        &self,
        tenant: &TenantId,
        source: &SourceId,
        stream: &StreamName,
    ) -> Result<Vec<VersionedRule>, PortError> {
        let filter = RuleFilter { source: Some(source.clone()), stream: Some(stream.clone()) };
        let (mut rules, mut after) = (Vec::new(), None);
        loop {
            let more = self.repository.rules(tenant, &filter, Slice { after, limit: SLICE }).await?;
            let is_last = more.len() < SLICE as usize;
            after = more.last().map(|v| format!("{source}/{stream}/{}", v.rule.id.as_str()));
            rules.extend(more.into_iter().filter(|versioned| !versioned.retired));
            if is_last {
                return Ok(rules);
            }
        }
    }

    /// The reference lists that rules name. One that is not there or is retired is left out, which the rule's
    /// outcome says.
    pub(crate) async fn lists_of(
        &self,
        tenant: &TenantId,
        rules: &[VersionedRule],
    ) -> Result<ReferenceLists, PortError> {
        let names: BTreeSet<&str> = rules
            .iter()
            .filter_map(|versioned| match &versioned.rule.expectation {
                Expectation::Reference { list, .. } => Some(list.as_str()),
                _ => None,
            })
            .collect();
        let mut lists = Vec::with_capacity(names.len());
        for name in names {
            let found = self.repository.list(tenant, name, None).await?;
            lists.extend(found.filter(|stored| !stored.retired).map(|stored| stored.list));
        }
        Ok(ReferenceLists::from_iter(lists))
    }

    /// Reads the pages again, all of one stream, and observes their records.
    pub(crate) async fn observe_pages(&self, pages: &[PageDescriptor]) -> Result<Observed, PortError> {
        let mut observed = Observed::nothing();
        let Some(first) = pages.first() else { return Ok(observed) };
        let rules = self.rules_of(&first.tenant, &first.source, &first.stream).await?;
        let lists = self.lists_of(&first.tenant, &rules).await?;
        for page in pages {
            let schema = self.schema_of(page).await?;
            let typed = self.typed_or_rejected(page, &schema).await?;
            let compiled = CompiledRules::new(&rules, &schema, &lists);
            observed.take_in(page, &schema, &compiled, &typed.records);
        }
        Ok(observed)
    }
}
