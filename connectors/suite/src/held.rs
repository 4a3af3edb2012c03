//! What an account has taken away, and what a run has to say of it.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use forebay_model::{NoticeKind, Run, RunId, StreamName, StreamRun, StreamRunState};
use serde_json::{Value, json};

use crate::case::{Act, Case};
use crate::world::World;

/// A shorter evidence says nothing.
const TELLS: usize = 10;

/// What is away now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Held {
    denied: BTreeSet<String>,
    silenced: BTreeSet<String>,
    /// As `table.column`.
    rejected: BTreeSet<String>,
}

impl Held {
    /// Asks the account, where the case takes anything away at all.
    pub async fn now(world: &World, case: &Case) -> Result<Self> {
        let takes = |order: &Value| {
            ["deny_table", "silence_table", "reject_column"].iter().any(|name| order.get(name).is_some())
        };
        if !case.steps.iter().any(|step| matches!(&step.act, Act::Fault(order) if takes(order))) {
            return Ok(Self::default());
        }
        let held = world.control.ask("faults").await?;
        let list = |name: &str| {
            let names = held[name].as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
        };
        Ok(Self { denied: list("denied"), silenced: list("silenced"), rejected: list("rejected") })
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    pub async fn give_back(&self, world: &World) -> Result<()> {
        for table in self.denied.iter().chain(&self.silenced) {
            world.control.order("faults", &json!({ "allow_table": table })).await?;
        }
        for column in &self.rejected {
            world.control.order("faults", &json!({ "allow_column": column })).await?;
        }
        Ok(())
    }

    /// What was away from the beginning of a run to its end is told: a stream that may not be read did not
    /// end well, and a column that is missed stands in a notice. `since` is the last run before the case.
    pub async fn is_told(&self, world: &World, run: &Run, since: Option<&RunId>) -> Result<()> {
        let streams = world.repository.stream_runs(&run.tenant, &run.id).await?;
        if streams.iter().any(|stream| stream.stream == StreamName::whole_source()) {
            return Ok(());
        }
        let expected = world.expected.iter().flatten();
        for stream in expected {
            let Some(table) = world.account.table(stream.as_str()) else { continue };
            let mine = streams.iter().find(|s| s.stream == *stream);
            if self.denied.contains(&table) {
                refusal_is_told(world, stream, mine).await?;
            }
            let columns = self.rejected.iter().filter_map(|column| column.split_once('.'));
            let mut missed = columns.filter(|(of, _)| *of == table).map(|(_, column)| column);
            let Some(column) = missed.next() else { continue };
            if mine.is_some_and(|s| s.state == StreamRunState::Ended)
                && was_known(world, stream, column).await?
            {
                let told = noted(world, stream, NoticeKind::RejectedColumns, since).await?;
                ensure!(
                    told,
                    "{stream} was read without a column of {:?}, and no notice says so",
                    self.rejected
                );
            }
        }
        Ok(())
    }
}

async fn refusal_is_told(world: &World, stream: &StreamName, mine: Option<&StreamRun>) -> Result<()> {
    let Some(mine) = mine else {
        let told =
            noted(world, stream, NoticeKind::Forbidden, None).await? || !was_loaded(world, stream).await?;
        ensure!(told, "{stream} was loaded, may not be read, is not offered any more, and no notice says so");
        return Ok(());
    };
    let told = mine.evidence.as_ref().is_some_and(|evidence| evidence.len() > TELLS);
    ensure!(told, "{stream} may not be read: {:?}, {:?}", mine.state, mine.evidence);
    match mine.state {
        StreamRunState::Failed => Ok(()),
        StreamRunState::Skipped => {
            let loaded = was_loaded(world, stream).await?;
            ensure!(!loaded, "{stream} was loaded, may not be read, and was skipped: {:?}", mine.evidence);
            Ok(())
        }
        state => anyhow::bail!("{stream} is {state:?} though it may not be read: {:?}", mine.evidence),
    }
}

/// Whether the column was found before it was hidden: one that a first load never saw is missed by nobody.
async fn was_known(world: &World, stream: &StreamName, column: &str) -> Result<bool> {
    let (tenant, source) = (&world.source.tenant, &world.source.id);
    for version in 1.. {
        let Some(stored) = world.repository.schema(tenant, source, stream, version).await? else { break };
        let is_it = |field: &str| field.rsplit('.').next().is_some_and(|f| f.eq_ignore_ascii_case(column));
        if stored.schema.columns.iter().any(|c| is_it(&c.source_field)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a run has ended that read the stream.
async fn was_loaded(world: &World, stream: &StreamName) -> Result<bool> {
    for run in world.runs(1_000).await? {
        let streams = world.repository.stream_runs(&run.tenant, &run.id).await.context("streams")?;
        if streams.iter().any(|s| s.stream == *stream && s.state == StreamRunState::Ended) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a run after `since` has a notice of this kind about the stream.
async fn noted(world: &World, stream: &StreamName, kind: NoticeKind, since: Option<&RunId>) -> Result<bool> {
    for run in world.runs(1_000).await? {
        if Some(&run.id) == since {
            return Ok(false);
        }
        let notices = world.repository.notices(&run.tenant, &run.id).await?;
        if notices.iter().any(|n| n.kind == kind && n.stream.as_ref() == Some(stream)) {
            return Ok(true);
        }
    }
    Ok(false)
}
