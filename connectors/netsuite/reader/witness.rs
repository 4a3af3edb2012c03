//! What an answer without rows is worth.
//!
//! A role that has lost its permission sees what an account sees in which nothing changed: no rows, and no
//! error. So nothing is concluded from the absence of rows (that a window is over, that a transaction has no
//! lines any more, that a set has ended) unless the same tables show some row afterwards.

use bytes::Bytes;
use forebay_model::{ChildSet, Instant};
use forebay_ports::SourceError;

use super::sets::{self, Sets};
use super::{Reader, emptiness, slice, total};
use crate::netsuite::cursor::{OpenSet, Plan, Step};
use crate::netsuite::failure::Failure;
use crate::netsuite::page::{self, Wanted};
use crate::netsuite::query::{self, PARENT_MODIFIED};
use crate::netsuite::tried::Patience;

/// What was seen after an answer without rows. Each says so in words.
pub enum Witness {
    /// The tables show rows.
    Rows(String),
    /// They show none any more, and the record service says the same.
    AllGone(String),
    /// No row was ever seen.
    Never(String),
}

impl Reader<'_> {
    /// Asks the step's tables for any row at all. That there was one and is none is `Forbidden`.
    pub async fn witness(&self, plan: &Plan<'_>, step: &Step) -> Result<Witness, SourceError> {
        let stream = &plan.schema.stream;
        let slice = slice(plan, step);
        if self.shows(&slice.any()).await.map_err(|failure| failure.of_stream(stream))? {
            if step.is_first_without_rows() {
                let counted = self.count_slice(&slice).await.map_err(|failure| failure.of_stream(stream))?;
                emptiness::agree(self.definition, counted)?;
            }
            return Ok(Witness::Rows("the table still shows rows".into()));
        }
        let types = emptiness::ask(self.client, self.definition).await?;
        if !step.had {
            return Ok(Witness::Never(format!("the table shows no row at all; {}", types.words())));
        }
        if types.is_told() {
            return Ok(Witness::AllGone(format!("the table has lost all its rows; {}", types.words())));
        }
        Err(emptiness::vanished(self.definition, &types.words()))
    }

    /// What a page says of whole sets.
    pub async fn replaces(&self, plan: &Plan<'_>, sets: &Sets) -> Result<Vec<ChildSet>, SourceError> {
        let mut replaces = sets.whole.clone();
        if let Some(set) = &sets.ended {
            replaces.extend(self.unchanged(plan, set).await?);
        }
        Ok(replaces)
    }

    /// The mark of a set that was read over several pages, if its parent is still as it was. One that has
    /// changed is read again; one that is gone has a tombstone, unless all parents have become invisible.
    async fn unchanged(&self, plan: &Plan<'_>, set: &OpenSet) -> Result<Option<ChildSet>, SourceError> {
        let read = |body: Bytes| {
            let wanted = Wanted { key: &["id"], modified: Some(PARENT_MODIFIED), parent: None };
            let page = page::parse(&body, wanted)?;
            Ok(page.rows.first().and_then(|row| Instant::parse(row.modified.as_deref()?)))
        };
        let now = self.client.suiteql(&query::parent_now(&set.parent), 1, Patience::Outage, read).await;
        let now = now.map_err(|failure| failure.of_stream(&plan.schema.stream))?;
        if now.is_none() {
            self.see_parents(plan).await?;
        }
        Ok((now == Some(set.modified)).then(|| sets::mark(&set.parent, set.modified)))
    }

    /// That some of the parents can be seen.
    pub async fn see_parents(&self, plan: &Plan<'_>) -> Result<(), SourceError> {
        let stream = &plan.schema.stream;
        match self.shows(query::ANY_PARENT).await.map_err(|failure| failure.of_stream(stream))? {
            true => Ok(()),
            false => Err(emptiness::without_parents(self.definition)),
        }
    }

    async fn shows(&self, sql: &str) -> Result<bool, Failure> {
        self.client.suiteql(sql, 1, Patience::Outage, total).await.map(|(rows, _)| rows > 0)
    }
}
