//! What of a stream's past its tables hold.

use forebay_model::{HistoryMode, StreamSchema};
use forebay_ports::PortError;

use super::super::schemas;
use super::PageWork;
use crate::plan::Keep;
use crate::typed::Layout;

#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) history: HistoryMode,
    pub(super) keep: Keep,
    /// The column with the parent's modification time, which is no part of a record's content.
    pub(super) parent_modified: Option<String>,
}

impl Policy {
    pub(super) fn of(schema: &StreamSchema) -> Self {
        let parent_modified = schema.parent.as_ref().and_then(|parent| parent.modified.clone());
        // Versions are the source's own: the record's time, or its parent's.
        let says_when_it_changed = schema.modified.is_some() || parent_modified.is_some();
        let keep = if says_when_it_changed { Keep::EveryVersion } else { Keep::Changes };
        Self { history: schema.history, keep, parent_modified }
    }

    /// Of a stream that has no schema yet: only deletions of its records came.
    fn unknown() -> Self {
        Self { history: HistoryMode::Full, keep: Keep::EveryVersion, parent_modified: None }
    }
}

impl PageWork<'_> {
    /// The policy of the stream of this table. For another stream than the page's, its newest schema says it.
    pub(super) async fn policy(&mut self, layout: &Layout, is_own: bool) -> Result<Policy, PortError> {
        if is_own {
            return Ok(self.policy.clone());
        }
        let Some((_, stream)) = layout.owner.split_once('/') else { return Ok(Policy::unknown()) };
        let params = [(&self.page.tenant).into(), (&self.page.source).into(), stream.into()];
        let rows = self.tx.query(&self.repository.text(schemas::NEWEST), &params).await?;
        let Some(row) = rows.first() else { return Ok(Policy::unknown()) };
        let mut reader = row.reader();
        reader.small()?;
        Ok(Policy::of(&reader.json::<StreamSchema>()?))
    }
}
