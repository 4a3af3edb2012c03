//! Child sets: a parent's children were read whole at a mark, and those that were not read with it are gone.
//!
//! What follows from marks is not a version that anything brought: it is worked out anew from the versions
//! that were, and from all marks of the parent, each time one of them is added. So it does not depend on
//! the order in which they came. Such an entry is known by its hash, and its version is the last one before
//! the mark: a child that was read with the set, at the mark, is newer.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use forebay_model::{ContentHash, Current, Instant, RecordVersion};

use super::record::{Arrival, RecordPlan};
use super::timeline::{Entry, Keep, Timeline};

/// The hash of an entry that follows from a mark; no content has it.
pub const REPLACED_HEX: &str = "00000000000000000000000000000001";

static REPLACED: LazyLock<ContentHash> =
    LazyLock::new(|| ContentHash::from_hex(REPLACED_HEX).unwrap_or(ContentHash::TOMBSTONE));

pub fn is_replaced(current: &Current) -> bool {
    current.version.deleted && current.hash == *REPLACED
}

pub(super) fn replaced_after(version: RecordVersion) -> Current {
    Current { version: RecordVersion { deleted: true, ..version }, hash: *REPLACED }
}

/// The marks of parents: for each modification, the last run that read the children whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    by_parent: HashMap<String, BTreeMap<Instant, Instant>>,
}

impl Marks {
    pub fn add(&mut self, parent: String, modified: Instant, observed: Instant) {
        let known = self.by_parent.entry(parent).or_default().entry(modified).or_insert(observed);
        *known = observed.max(*known);
    }

    pub fn is_empty(&self) -> bool {
        self.by_parent.is_empty()
    }

    /// Whether a child of this version is older than a mark of its parent.
    pub(super) fn outdates(&self, parent: &str, version: RecordVersion) -> bool {
        self.after(parent, version).is_some()
    }

    /// The first mark that a child's version is older than.
    fn after(&self, parent: &str, version: RecordVersion) -> Option<Current> {
        let marks = self.by_parent.get(parent)?.range(version.modified..);
        let mark = marks.map(|(m, o)| (*m, *o)).find(|mark| *mark > (version.modified, version.observed));
        mark.map(|(modified, observed)| {
            let observed = Instant::from_micros(observed.micros() - 1);
            Current { version: RecordVersion { modified, observed, deleted: true }, hash: *REPLACED }
        })
    }
}

/// How what follows from marks is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// The history has every version: all of it anew.
    Everything,
    /// The history has changes only: whether a record was there between two of them is not known, so only
    /// the end is worked out.
    End,
    /// Deletions from elsewhere: nothing new follows, but what they made untrue goes.
    Prune,
}

impl Settling {
    pub fn of(keep: Option<Keep>) -> Self {
        match keep {
            Some(Keep::EveryVersion) => Self::Everything,
            Some(Keep::Changes) => Self::End,
            None => Self::Prune,
        }
    }
}

impl Timeline {
    /// The newest version that something brought.
    pub(super) fn newest(&self) -> Option<Current> {
        self.entries.iter().rev().map(Entry::as_current).find(|c| !is_replaced(c))
    }

    fn take_out(&mut self, goes: impl Fn(usize, &[Entry]) -> bool) {
        let entries = std::mem::take(&mut self.entries);
        let goes: Vec<bool> =
            (0..entries.len()).map(|i| is_replaced(&entries[i].as_current()) && goes(i, &entries)).collect();
        for (entry, goes) in entries.into_iter().zip(goes) {
            match (goes, entry.stored.is_some()) {
                (false, _) => self.entries.push(entry),
                (true, true) => self.removed.push(entry),
                (true, false) => {}
            }
        }
    }

    /// Puts in what follows from a mark; where the table has it, it stays there.
    fn put_in(&mut self, replaced: Current) {
        let same =
            |e: &Entry| is_replaced(&e.as_current()) && e.version.modified == replaced.version.modified;
        let entry = match self.removed.iter().position(same) {
            Some(place) => Entry { version: replaced.version, ..self.removed.remove(place) },
            None => Entry {
                version: replaced.version,
                hash: replaced.hash,
                stored: None,
                arrival: None,
                parent: None,
            },
        };
        let place = self.entries.partition_point(|e| e.as_current() <= replaced);
        self.entries.insert(place, entry);
    }
}

impl RecordPlan {
    /// Before the arrivals: takes out what is worked out anew.
    pub fn unsettle(&mut self, settling: Settling, arrivals: &[&Arrival]) {
        match settling {
            Settling::Everything => self.timeline.take_out(|_, _| true),
            Settling::End => {
                // What came back later than the mark was really gone in between.
                let Some(end) = self.found.filter(is_replaced) else { return };
                if arrivals.iter().any(|a| a.version.modified <= end.version.modified) {
                    self.timeline.take_out(|i, all| i + 1 == all.len());
                } else if !arrivals.is_empty() {
                    self.current = self.found;
                }
            }
            Settling::Prune => {}
        }
    }

    /// After the arrivals, and after [`RecordPlan::finish`].
    pub fn settle(&mut self, settling: Settling, marks: &Marks, arrivals: &[Arrival]) {
        match settling {
            Settling::Everything => {
                let entries = &self.timeline.entries;
                let follows: Vec<Current> =
                    (0..entries.len()).filter_map(|i| self.follows(i, None, marks, arrivals)).collect();
                follows.into_iter().for_each(|replaced| self.timeline.put_in(replaced));
            }
            Settling::End => {
                let last = self.timeline.entries.len().checked_sub(1);
                let version = self.current.map(|c| c.version);
                if let Some(replaced) = last.and_then(|i| self.follows(i, version, marks, arrivals)) {
                    // The current table's content goes with it and cannot be copied any more.
                    self.timeline.entries.retain(|e| e.stored.is_some() || e.arrival.is_some());
                    self.timeline.put_in(replaced);
                }
            }
            Settling::Prune => self.timeline.take_out(|i, all| {
                let follows_a_deletion = i.checked_sub(1).is_none_or(|before| all[before].version.deleted);
                let ends_at_once =
                    all.get(i + 1).is_some_and(|next| next.version.modified == all[i].version.modified);
                follows_a_deletion || ends_at_once
            }),
        }
        if let Some(last) = self.timeline.entries.last().map(Entry::as_current).filter(is_replaced) {
            self.current = Some(last);
            self.replaced = true;
        }
    }

    /// What follows from marks after the entry, as of the version where that is newer than the entry's.
    fn follows(
        &self,
        place: usize,
        version: Option<RecordVersion>,
        marks: &Marks,
        arrivals: &[Arrival],
    ) -> Option<Current> {
        let entry = self.timeline.entries.get(place).filter(|e| !e.version.deleted)?;
        let of_arrival = || entry.arrival.and_then(|i| arrivals.get(i)?.parent.as_deref());
        let parent = entry.parent.as_deref().or_else(of_arrival)?;
        let version = version.map_or(entry.version, |v| v.max(entry.version));
        let replaced = marks.after(parent, version)?;
        let next = self.timeline.entries.get(place + 1);
        let is_seamless = next.is_some_and(|next| next.version.modified <= replaced.version.modified);
        (!is_seamless).then_some(replaced)
    }
}
