//! The history of one record: its versions in order, each valid until the next one.

use forebay_model::{ContentHash, Current, Instant, RecordVersion};

use super::fold::Likeness;
use super::record::Arrival;

/// Which versions a stream's history keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The source says when a record changed: one entry for each `(modified, deleted, hash)`, with the
    /// latest `observed`. A union, so it does not depend on the order of arrival.
    EveryVersion,
    /// Every reading of the source makes a new version: only those whose content differs from the one
    /// before.
    Changes,
}

/// What the table holds of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub observed: Instant,
    pub valid_to: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub version: RecordVersion,
    pub hash: ContentHash,
    /// `None` for an entry that is not in the table yet.
    pub stored: Option<Stored>,
    /// The arrival that brought an entry which is not in the table yet, or that saw it again later than the
    /// table knows of.
    pub arrival: Option<usize>,
    /// The stored entry of which an unfolded one is a later reading.
    pub like: Option<Likeness>,
    /// The parent's key of a stored entry; that of another is its arrival's.
    pub parent: Option<String>,
}

impl Entry {
    pub fn stored(version: RecordVersion, hash: ContentHash, valid_to: Option<Instant>) -> Self {
        let stored = Stored { observed: version.observed, valid_to };
        Self { version, hash, stored: Some(stored), arrival: None, like: None, parent: None }
    }

    pub fn of_parent(self, parent: Option<String>) -> Self {
        Self { parent, ..self }
    }

    pub fn as_current(&self) -> Current {
        Current { version: self.version, hash: self.hash }
    }

    /// The parent's key, where it is known.
    pub(super) fn parent_in<'e>(&'e self, arrivals: &'e [Arrival]) -> Option<&'e str> {
        let of_arrival = || self.arrival.and_then(|i| arrivals.get(i)?.parent.as_deref());
        self.parent.as_deref().or_else(of_arrival)
    }

    fn same_content(&self, other: &Current) -> bool {
        self.hash == other.hash && self.version.deleted == other.version.deleted
    }
}

/// A record's entries, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    pub(super) entries: Vec<Entry>,
    /// Stored entries that must leave the table.
    pub removed: Vec<Entry>,
}

impl Timeline {
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(Entry::as_current);
        Self { entries, removed: Vec::new() }
    }

    /// Each entry with the instant it is valid to: the next one's `modified`.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, Option<Instant>)> {
        let ends = self.entries.iter().skip(1).map(|e| Some(e.version.modified)).chain([None]);
        self.entries.iter().zip(ends)
    }

    /// Takes a version into its place.
    pub fn insert(&mut self, incoming: Current, arrival: usize, keep: Keep) {
        match keep {
            Keep::EveryVersion => self.insert_version(incoming, arrival),
            Keep::Changes => self.insert_change(incoming, arrival),
        }
    }

    fn insert_version(&mut self, incoming: Current, arrival: usize) {
        let known = self
            .entries
            .iter_mut()
            .find(|e| e.version.modified == incoming.version.modified && e.same_content(&incoming));
        match known {
            Some(entry) if entry.version.observed >= incoming.version.observed => return,
            Some(entry) => {
                entry.version.observed = incoming.version.observed;
                entry.arrival = Some(arrival);
            }
            None => self.entries.push(fresh(incoming, arrival)),
        }
        self.entries.sort_by_key(Entry::as_current);
    }

    fn insert_change(&mut self, incoming: Current, arrival: usize) {
        let place = self.entries.partition_point(|e| e.as_current() <= incoming);
        let before = place.checked_sub(1).and_then(|i| self.entries.get(i));
        if before.is_some_and(|e| e.same_content(&incoming)) {
            return;
        }
        if self.entries.get(place).is_some_and(|e| e.same_content(&incoming)) {
            let later = self.entries.remove(place);
            if later.stored.is_some() {
                self.removed.push(later);
            }
        }
        self.entries.insert(place, fresh(incoming, arrival));
    }

    /// Whether the current version's content is missing at the end: it had returned to what it was before
    /// a version that came late, and was not kept for that.
    pub fn lacks(&self, current: &Current) -> bool {
        self.entries.last().is_none_or(|e| !e.same_content(current))
    }

    /// Puts the current version at the end, its content to be copied from the current table.
    pub fn append_current(&mut self, current: Current) {
        self.entries.push(Entry {
            version: current.version,
            hash: current.hash,
            stored: None,
            arrival: None,
            like: None,
            parent: None,
        });
    }
}

fn fresh(incoming: Current, arrival: usize) -> Entry {
    Entry {
        version: incoming.version,
        hash: incoming.hash,
        stored: None,
        arrival: Some(arrival),
        like: None,
        parent: None,
    }
}
