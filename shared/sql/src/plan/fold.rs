//! A child that is read again, unchanged, because its parent changed, adds no history.
//!
//! Its version moves on with its parent's, so each reading is a version of its own, and the laws of loading
//! need every one of them. From the history without them, and from what is current, they cannot be known:
//! contents A at 1, 3 and 5 would leave the same (A since 1, now as of 5) as A at 1 and 5 alone. When B at 2
//! then comes late, A is back as of 3 in the first case and as of 5 in the second.
//!
//! But the parent's marks hold what is missing, once for all of its children: a child that a mark did not end
//! was read with it. So a version that a mark stands for is folded into the version before it, with the same
//! content, and unfolded again before anything is decided. In between, plans see every version, and what they
//! decide does not depend on folding. A version that no mark stands for (a child that changed after its
//! parent, a set that was not completed) is kept.

use forebay_model::{ContentHash, Instant};

use super::marks::Marks;
use super::record::Arrival;
use super::timeline::{Entry, Timeline};

/// The version whose content an unfolded one has: its `modified`, and its content's hash.
pub type Likeness = (Instant, ContentHash);

/// All versions of a record, from those that its history holds and the marks under which they were folded.
pub fn unfold(mut entries: Vec<Entry>, marks: &Marks) -> Vec<Entry> {
    entries.sort_by_key(Entry::as_current);
    let mut unfolded: Vec<Entry> = Vec::with_capacity(entries.len());
    for (place, entry) in entries.iter().enumerate() {
        unfolded.push(entry.clone());
        let Some(parent) = entry.parent.as_deref().filter(|_| !entry.version.deleted) else { continue };
        let before = entries.get(place + 1).map(|next| next.version.modified);
        for (modified, observed) in marks.after(parent, entry.version) {
            if before.is_some_and(|before| modified >= before) {
                break;
            }
            let mut again = entry.clone();
            again.version.modified = modified;
            again.version.observed = observed;
            again.stored = None;
            again.like = Some((entry.version.modified, entry.hash));
            unfolded.push(again);
        }
    }
    unfolded
}

impl Timeline {
    /// After all else: takes out the versions that a mark stands for.
    pub fn fold(&mut self, marks: &Marks, arrivals: &[Arrival]) {
        let all = std::mem::take(&mut self.entries);
        let folded: Vec<bool> = (0..all.len()).map(|place| is_told(&all, place, marks, arrivals)).collect();
        for (entry, folded) in all.into_iter().zip(folded) {
            match (folded, entry.stored.is_some()) {
                (false, _) => self.entries.push(entry),
                (true, true) => self.removed.push(entry),
                (true, false) => {}
            }
        }
    }
}

/// Whether the version before this one and a mark tell all that this one does. One that ends at once, or
/// begins where the one before it does, is kept: the order of such versions is not the marks'.
fn is_told(all: &[Entry], place: usize, marks: &Marks, arrivals: &[Arrival]) -> bool {
    let (Some(before), Some(entry)) = (place.checked_sub(1).and_then(|i| all.get(i)), all.get(place)) else {
        return false;
    };
    let live = !before.version.deleted && !entry.version.deleted;
    let ends_at_once = all.get(place + 1).is_some_and(|n| n.version.modified == entry.version.modified);
    if !live || ends_at_once || before.hash != entry.hash || before.version.modified == entry.version.modified
    {
        return false;
    }
    let Some(parent) = entry.parent_in(arrivals) else { return false };
    before.parent_in(arrivals) == Some(parent)
        && marks.observed(parent, entry.version.modified) == Some(entry.version.observed)
}
