//! System notes: who changed which field, from what to what.

use anyhow::Result;

use super::{Change, Changed};

/// What a note says about how a value came.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    Create,
    Set,
    Unset,
    Change,
}

/// One field of one record.
pub struct Note<'a> {
    pub record: i64,
    /// See [`crate::generate::note_type`].
    pub kind: i64,
    pub field: &'a str,
    pub old: Option<String>,
    pub new: Option<String>,
    /// `UIF` is the user interface, `SCH` a scheduled script.
    pub context: &'a str,
    pub line: Option<i64>,
}

impl Note<'_> {
    fn act(&self) -> Act {
        match (&self.old, &self.new) {
            (None, _) if self.field.ends_with("NAME") || self.field.ends_with("TRANID") => Act::Create,
            (None, _) => Act::Set,
            (Some(_), None) => Act::Unset,
            (Some(_), Some(_)) => Act::Change,
        }
    }

    pub(super) fn write(&self, change: &Change<'_>, changed: &mut Changed) -> Result<()> {
        let id = change.next_id("systemnote", "id")?;
        let act: i64 = match self.act() {
            Act::Create => 1,
            Act::Set => 2,
            Act::Unset => 3,
            Act::Change => 4,
        };
        let by = change.pick("employee")?;
        change.insert(
            "systemnote",
            &[
                ("id", &id),
                ("recordid", &self.record),
                ("recordtypeid", &self.kind),
                ("field", &self.field),
                ("name", &by),
                ("date", &change.now),
                ("oldvalue", &self.old),
                ("newvalue", &self.new),
                ("type", &act),
                ("context", &self.context),
                ("lineid", &self.line),
            ],
            changed,
        )
    }
}
