//! Whole sets of children: which parents' children does a page complete? Pure.

use forebay_model::{ChildSet, Instant, RecordKey};

use crate::netsuite::cursor::{OpenSet, Position};

/// A row as far as sets go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    pub parent: String,
    pub modified: Instant,
    pub place: Position,
}

/// What a page says about sets.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// Begun and ended on this page.
    pub whole: Vec<ChildSet>,
    /// Begun on an earlier page and ended on this one; its parent may have changed in between.
    pub ended: Option<OpenSet>,
    /// Not yet ended.
    pub open: Option<OpenSet>,
}

pub fn mark(parent: &str, modified: Instant) -> ChildSet {
    ChildSet { parent: RecordKey::from_text(parent), modified }
}

/// Groups the rows of a page, which come in the order of their parents. `before` is the row before the
/// page, `open` the set that it did not end, `bound` the run's.
pub fn of_page(
    children: &[Child],
    before: Option<&Position>,
    open: Option<&OpenSet>,
    more: bool,
    bound: Instant,
) -> Sets {
    let mut sets = Sets::default();
    let mut previous = before.cloned();
    let mut carried = open.cloned();
    let groups: Vec<&[Child]> = children.chunk_by(|a, b| a.parent == b.parent).collect();
    // Rows of the parent before the page, of which nothing is remembered, prove no whole set.
    let unknown = before.filter(|_| open.is_none()).and_then(|position| position.key.first().cloned());
    if groups.first().is_none_or(|group| carried.as_ref().is_some_and(|set| set.parent != group[0].parent)) {
        sets.ended = carried.take_if(|_| !groups.is_empty() || !more);
    }
    for (ordinal, group) in groups.iter().enumerate() {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let one = group.iter().all(|child| child.modified == first.modified);
        let ends = ordinal + 1 < groups.len() || !more;
        match carried.take().filter(|set| set.parent == first.parent) {
            Some(set) if one && set.modified == first.modified => {
                if ends {
                    sets.ended = Some(set);
                } else {
                    sets.open = Some(set);
                }
            }
            // The parent changed while its children were read; the next run reads them again.
            Some(_) => {}
            None if !one || unknown.as_ref() == Some(&first.parent) => {}
            None if ends => sets.whole.push(mark(&first.parent, first.modified)),
            None => {
                let (parent, modified) = (first.parent.clone(), first.modified);
                sets.open = Some(OpenSet { parent, modified, before: previous.clone(), bound });
            }
        }
        previous = Some(last.place.clone());
    }
    if groups.is_empty() && more {
        sets.open = carried;
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::EPOCH.plus_seconds(seconds)
    }

    fn place(parent: &str, line: usize) -> Position {
        Position { modified: None, key: vec![parent.to_owned(), line.to_string()] }
    }

    fn rows(text: &str) -> Vec<Child> {
        let row = |(line, parent): (usize, char)| Child {
            parent: parent.to_string(),
            modified: at(i64::from(parent.is_uppercase())),
            place: place(&parent.to_string(), line),
        };
        text.chars().enumerate().map(row).collect()
    }

    fn whole(sets: &Sets) -> String {
        sets.whole.iter().map(|set| set.parent.as_str()).collect()
    }

    #[test]
    fn a_set_is_whole_when_something_follows_it_or_the_phase_ends() {
        let sets = of_page(&rows("aab"), None, None, true, at(9));
        assert_eq!(whole(&sets), "a");
        let open = sets.open.unwrap();
        assert_eq!((open.parent.as_str(), open.before, open.bound), ("b", Some(place("a", 1)), at(9)));
        assert_eq!(whole(&of_page(&rows("aab"), None, None, false, at(9))), "ab");
    }

    #[test]
    fn a_set_over_pages_ends_when_its_end_is_seen() {
        let set = of_page(&rows("bb"), None, None, true, at(9)).open.unwrap();
        let before = place("b", 1);
        let middle = of_page(&rows("bb"), Some(&before), Some(&set), true, at(9));
        assert_eq!((&middle.open, &middle.ended, whole(&middle).as_str()), (&Some(set.clone()), &None, ""));
        let end = of_page(&rows("bbc"), Some(&before), Some(&set), false, at(9));
        assert_eq!((end.ended.as_ref(), whole(&end).as_str()), (Some(&set), "c"));
        let follows = of_page(&rows("c"), Some(&before), Some(&set), true, at(9));
        assert_eq!(follows.ended.as_ref(), Some(&set));
        let nothing = of_page(&[], Some(&before), Some(&set), false, at(9));
        assert_eq!(nothing.ended.as_ref(), Some(&set));
    }

    #[test]
    fn a_parent_that_changed_on_the_way_gives_no_mark() {
        let set = of_page(&rows("b"), None, None, true, at(9)).open.unwrap();
        let mut changed = rows("bb");
        changed.iter_mut().for_each(|child| child.modified = at(7));
        let sets = of_page(&changed, Some(&place("b", 1)), Some(&set), false, at(9));
        assert_eq!(sets, Sets::default());
        // Nor does one whose beginning is not remembered.
        assert_eq!(whole(&of_page(&rows("bc"), Some(&place("b", 1)), None, false, at(9))), "c");
    }
}
