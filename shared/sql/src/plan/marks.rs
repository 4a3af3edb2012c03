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
        self.after(parent, version).next().is_some()
    }

    /// The marks that a child's version is older than, the first one first.
    pub(super) fn after(
        &self,
        parent: &str,
        version: RecordVersion,
    ) -> impl Iterator<Item = (Instant, Instant)> {
        let of_parent = self.by_parent.get(parent).into_iter();
        let marks = of_parent.flat_map(move |marks| marks.range(version.modified..)).map(|(m, o)| (*m, *o));
        marks.filter(move |mark| *mark > (version.modified, version.observed))
    }

    /// The last run that read the children whole as of this modification of the parent.
    pub(super) fn observed(&self, parent: &str, modified: Instant) -> Option<Instant> {
        self.by_parent.get(parent)?.get(&modified).copied()
    }
}

/// A mark that is known from what followed from it in one record's history: it may have been pruned since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    parent: String,
    modified: Instant,
    observed: Instant,
}

impl Trace {
    fn after(&self, parent: &str, version: RecordVersion) -> Option<(Instant, Instant)> {
        let mark = (self.modified, self.observed);
        (self.parent == parent && mark > (version.modified, version.observed)).then_some(mark)
    }
}

/// The end that a mark puts to a version before it.
fn end_at((modified, observed): (Instant, Instant)) -> Current {
    let observed = Instant::from_micros(observed.micros() - 1);
    Current { version: RecordVersion { modified, observed, deleted: true }, hash: *REPLACED }
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

    /// The marks that what the history holds followed from.
    fn traces(&self) -> Vec<Trace> {
        let pairs = self.entries.iter().zip(self.entries.iter().skip(1));
        let trace = |(before, end): (&Entry, &Entry)| {
            let parent = before.parent.clone().filter(|_| is_replaced(&end.as_current()))?;
            let observed = Instant::from_micros(end.version.observed.micros() + 1);
            Some(Trace { parent, modified: end.version.modified, observed })
        };
        pairs.filter_map(trace).collect()
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
                like: None,
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
        self.traces = self.timeline.traces();
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
        let parent = entry.parent_in(arrivals)?;
        let version = version.map_or(entry.version, |v| v.max(entry.version));
        let pruned = self.traces.iter().filter(|t| marks.observed(parent, t.modified).is_none());
        let pruned = pruned.filter_map(|trace| trace.after(parent, version)).min();
        let replaced = end_at(marks.after(parent, version).next().into_iter().chain(pruned).min()?);
        let next = self.timeline.entries.get(place + 1);
        let is_seamless = next.is_some_and(|next| next.version.modified <= replaced.version.modified);
        (!is_seamless).then_some(replaced)
    }
}
