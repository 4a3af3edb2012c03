//! What the arrivals of one page do to one record.

use forebay_model::{ContentHash, Current, Decision, PageOutcome, RecordVersion, decide};

use super::marks::{Marks, Trace, is_replaced, replaced_after};
use super::timeline::{Entry, Keep, Timeline};
use crate::value::SqlValue;

/// Why a version arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is a record of the page, and is accounted for.
    Record,
    /// A deletion that follows from another stream's record.
    Deletion,
}

/// One version of one record, on its way into a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub key: String,
    pub version: RecordVersion,
    pub hash: ContentHash,
    pub origin: Origin,
    /// The parent's key, where the stream has a parent.
    pub parent: Option<String>,
    /// In the order of the table's columns; empty for a deletion, whose columns are all null.
    pub values: Vec<SqlValue>,
}

impl Arrival {
    pub fn deletion(key: impl Into<String>, version: RecordVersion) -> Self {
        Self {
            key: key.into(),
            version: RecordVersion { deleted: true, ..version },
            hash: ContentHash::TOMBSTONE,
            origin: Origin::Deletion,
            parent: None,
            values: Vec::new(),
        }
    }

    pub fn as_current(&self) -> Current {
        Current { version: self.version, hash: self.hash }
    }
}

/// One record before and after a page.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPlan {
    pub found: Option<Current>,
    pub current: Option<Current>,
    /// The arrival whose values the current table takes; `None` leaves its values.
    pub content: Option<usize>,
    pub timeline: Timeline,
    /// The record is deleted because its parent's children were read without it.
    pub replaced: bool,
    /// The content is written again when the record is read again unchanged: it holds its parent's
    /// modification time, which its hash leaves out.
    pub refreshes: bool,
    pub(super) traces: Vec<Trace>,
}

impl RecordPlan {
    /// Whether the plan needs the record's whole history: some arrival is not simply the newest.
    pub fn needs_history(found: Option<Current>, arrivals: &[&Arrival], keep: Keep) -> bool {
        let Some(found) = found else { return false };
        let mut newest = found;
        for arrival in arrivals {
            let incoming = arrival.as_current();
            if incoming == newest {
                continue;
            }
            let unchanged = decide(Some(newest), incoming) == Decision::Unchanged;
            let simply_newest = match keep {
                // Within the same instant, an entry before the current one may have this content.
                Keep::EveryVersion => incoming.version.modified > found.version.modified || unchanged,
                Keep::Changes => unchanged,
            };
            if incoming < newest || !simply_newest {
                return true;
            }
            newest = incoming;
        }
        false
    }

    /// Without history, the record's current version stands for it.
    pub fn start(found: Option<Current>, history: Option<Vec<Entry>>) -> Self {
        let entries = history
            .unwrap_or_else(|| found.map(|c| Entry::stored(c.version, c.hash, None)).into_iter().collect());
        let timeline = Timeline::new(entries);
        let is_settled = found.as_ref().is_some_and(is_replaced);
        let current = if is_settled { timeline.newest().or(found) } else { found };
        Self {
            found,
            current,
            content: None,
            timeline,
            replaced: false,
            refreshes: false,
            traces: Vec::new(),
        }
    }

    /// Takes one arrival and counts it.
    pub fn take(&mut self, arrival: &Arrival, index: usize, keep: Keep, outcome: &mut PageOutcome) {
        let incoming = arrival.as_current();
        let decision = decide(self.current, incoming);
        let newer = self.current.is_none_or(|current| incoming > current);
        match decision {
            Decision::Insert | Decision::Replace => {
                self.content = Some(index);
                self.current = Some(incoming);
            }
            Decision::Unchanged if newer => {
                // A record that marks had deleted has no content in the table to stay.
                if self.refreshes || self.found.as_ref().is_some_and(is_replaced) {
                    self.content = Some(index);
                }
                self.current = Some(incoming);
            }
            Decision::Unchanged | Decision::Superseded => {}
        }
        let only_seen_again = keep == Keep::Changes && decision == Decision::Unchanged && newer;
        if !only_seen_again {
            self.timeline.insert(incoming, index, keep);
        }
        if arrival.origin == Origin::Record {
            count(outcome, decision);
        }
    }

    /// Without history there is nothing to work out anew: a record whose parent's children were read
    /// without it is deleted right after its own version, so that every later one still wins.
    pub fn settle_current(&mut self, parent: Option<&str>, marks: &Marks) {
        let Some(current) = self.current.filter(|c| !c.version.deleted) else { return };
        if parent.is_some_and(|parent| marks.outdates(parent, current.version)) {
            self.current = Some(replaced_after(current.version));
            self.replaced = true;
        }
    }

    /// After the last arrival: the history ends with what is current.
    pub fn finish(&mut self) {
        if let Some(current) = self.current
            && self.timeline.lacks(&current)
        {
            self.timeline.append_current(current);
        }
    }

    /// How the number of live records changes: -1, 0 or 1.
    pub fn live_change(&self) -> i64 {
        let live = |c: Option<Current>| i64::from(c.is_some_and(|c| !c.version.deleted));
        live(self.current) - live(self.found)
    }
}

fn count(outcome: &mut PageOutcome, decision: Decision) {
    outcome.read += 1;
    match decision {
        Decision::Insert => outcome.inserted += 1,
        Decision::Replace => outcome.updated += 1,
        Decision::Unchanged => outcome.unchanged += 1,
        Decision::Superseded => outcome.superseded += 1,
    }
}
