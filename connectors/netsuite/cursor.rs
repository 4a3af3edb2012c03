//! Where a stream stands, and what is read next. Pure.
//!
//! A stream is read in windows (see [`crate::window`]), a window in phases, a phase in pages. The bookmark
//! after a page holds the window, so that one that a later run finishes still ends where it began to be
//! read, and nothing between is skipped.

mod bookmark;

use forebay_model::{ColumnType, Cursor, Instant, StreamSchema};

use self::bookmark::{Bookmark, Open};
pub use self::bookmark::{OpenSet, Part, Phase, Position};
use super::query::{Span, seconds, utc_text};
use super::streams::{Definition, FirstLoad, Untimed};
use crate::window::{Kind, Rules, Window, Windows};

/// How a stream is read: depends on its definition and on what discovery found.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub definition: &'a Definition,
    pub schema: &'a StreamSchema,
    pub rules: Rules,
}

/// The page that is read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    windows: Windows,
    /// Whether the stream has ever had a row.
    pub had: bool,
    pub window: Window,
    pub phase: Phase,
    pub after: Option<Position>,
    pub part: Option<Part>,
    /// A parent whose children began on an earlier page.
    pub set: Option<OpenSet>,
}

/// What a page held, as far as it decides what follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub last: Option<Position>,
    pub more: bool,
    pub rows: bool,
    pub set: Option<OpenSet>,
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    More(Cursor),
    End(Cursor),
}

impl Step {
    /// Whether the first window is being read and has shown no row yet.
    pub fn is_first_without_rows(&self) -> bool {
        self.window.kind == Kind::First && !self.had
    }
}

impl Plan<'_> {
    /// What the cursor asks for. The error says why the cursor is not usable any more.
    pub fn step(&self, cursor: Option<&Cursor>, bound: Instant) -> Result<Step, String> {
        let Some(cursor) = cursor else { return Ok(self.fresh(Bookmark::new(), bound)) };
        let mut bookmark = Bookmark::read(cursor)?;
        let Some(open) = bookmark.open.take() else { return Ok(self.fresh(bookmark, bound)) };
        if !self.phases(open.window.kind).contains(&open.phase) {
            return Err(format!("the stream is no longer read in phase {:?}", open.phase));
        }
        let mut places = open.after.iter().chain(open.set.iter().filter_map(|set| set.before.as_ref()));
        if !places.all(|place| self.fits(open.phase, place)) {
            return Err("it does not fit the stream's key".into());
        }
        let torn = open.set.as_ref().filter(|set| set.bound != bound).cloned();
        let (after, set) = match torn {
            // Its first rows were observed by another run, whose versions are older than this run's mark.
            Some(set) => (set.before, None),
            None => (open.after, open.set),
        };
        Ok(Step {
            windows: bookmark.windows,
            // Only a table with rows is read in parts.
            had: bookmark.had || open.part.is_some(),
            window: open.window,
            phase: open.phase,
            after,
            part: open.part,
            set,
        })
    }

    fn fits(&self, phase: Phase, after: &Position) -> bool {
        let timed = after.modified.as_deref().is_some_and(|text| Instant::parse(text).is_some());
        let length = if phase == Phase::Childless { 1 } else { self.schema.key.len() };
        after.key.len() == length && timed == (phase == Phase::Changed)
    }

    fn fresh(&self, bookmark: Bookmark, bound: Instant) -> Step {
        let window = bookmark.windows.begin(bound, self.rules());
        self.begin(&bookmark, window)
    }

    fn begin(&self, bookmark: &Bookmark, window: Window) -> Step {
        let phase = self.phases(window.kind).first().copied().unwrap_or(Phase::ByKey);
        let (windows, had) = (bookmark.windows, bookmark.had);
        Step { windows, had, window, phase, after: None, part: None, set: None }
    }

    /// What is read in full each time needs no second reading.
    fn rules(&self) -> Rules {
        if self.is_timed() { self.rules } else { Rules { overlap: 0, delay: 0 } }
    }

    fn is_timed(&self) -> bool {
        self.schema.modified.is_some() || self.parents_timed()
    }

    /// Whether children come as sets of their parents.
    pub fn parents_timed(&self) -> bool {
        self.schema.parent.as_ref().is_some_and(|parent| parent.modified.is_some())
    }

    fn phases(&self, kind: Kind) -> &'static [Phase] {
        let first = kind == Kind::First;
        if self.definition.record_type.is_some() {
            return &[Phase::ByKey];
        }
        match (self.schema.modified.is_some(), self.definition.untimed) {
            (false, _) if self.parents_timed() && !first => &[Phase::OfChangedParents, Phase::Childless],
            (_, _) if self.parents_timed() && !first => {
                &[Phase::OfChangedParents, Phase::Childless, Phase::Changed]
            }
            (false, _) => &[Phase::ByKey],
            (true, _) if first && self.definition.first_load == FirstLoad::ByKey => &[Phase::ByKey],
            (true, Untimed::Always) if !first => &[Phase::Changed, Phase::Untimed],
            (true, _) => &[Phase::Changed],
        }
    }

    /// The instants that a step reads between, as queries spell them.
    pub fn span(&self, step: &Step) -> Span {
        Span { lower: step.window.lower.map(seconds), upper: seconds(step.window.upper) }
    }

    /// What follows a page. `bound` is the run's: where this window began under an earlier bound, others
    /// follow up to this one.
    pub fn next(&self, step: &Step, seen: Seen, bound: Instant) -> Next {
        let mut bookmark = Bookmark { windows: step.windows, had: step.had || seen.rows, ..Bookmark::new() };
        let open = |phase, after, set| {
            Some(Open { window: step.window, phase, after, part: step.part.clone(), set })
        };
        if seen.more {
            bookmark.open = open(step.phase, seen.last, seen.set);
            return Next::More(bookmark.cursor());
        }
        let phases = self.phases(step.window.kind);
        if let Some(phase) = phases.iter().skip_while(|phase| **phase != step.phase).nth(1) {
            bookmark.open = open(*phase, None, None);
            return Next::More(bookmark.cursor());
        }
        bookmark.windows = step.windows.done(step.window, self.rules());
        if step.part.is_some() {
            return Next::End(bookmark.cursor());
        }
        match bookmark.windows.next(bound, self.rules()).filter(|_| self.is_timed()) {
            Some(window) => {
                let begun = self.begin(&bookmark, window);
                bookmark.open = Some(Open { window, phase: begun.phase, after: None, part: None, set: None });
                Next::More(bookmark.cursor())
            }
            None => Next::End(bookmark.cursor()),
        }
    }

    /// Where a stream stands of which no row was ever seen: its first window is read again, since what is
    /// hidden from the role now may be shown to it later.
    pub fn beginning(&self) -> Cursor {
        Bookmark::new().cursor()
    }

    /// Where parts of the first window begin, and where the stream goes on when all have ended.
    pub fn parts(&self, parts: Vec<Part>, bound: Instant) -> (Vec<Cursor>, Cursor) {
        let first = self.fresh(Bookmark::new(), bound);
        let begin = parts.into_iter().map(|part| {
            let open =
                Open { window: first.window, phase: first.phase, after: None, part: Some(part), set: None };
            Bookmark { open: Some(open), ..Bookmark::new() }.cursor()
        });
        let windows = Windows::default().done(first.window, self.rules());
        (begin.collect(), Bookmark { windows, had: true, ..Bookmark::new() }.cursor())
    }

    /// The steps still to be read, each to its phase's end.
    pub fn remaining(&self, step: Step, bound: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut now = step;
        loop {
            let next = self.next(&now, Seen::default(), bound);
            steps.push(now);
            let Next::More(cursor) = next else { return steps };
            match self.step(Some(&cursor), bound) {
                Ok(step) => now = step,
                Err(_) => return steps,
            }
        }
    }

    /// Whether `next` comes after `previous` in the order of the phase; `None` where texts are compared,
    /// whose order is the account's own.
    pub fn advances(&self, phase: Phase, previous: &Position, next: &Position) -> Option<bool> {
        if phase == Phase::Changed && previous.modified != next.modified {
            return Some(previous.modified < next.modified);
        }
        for (key, (a, b)) in self.schema.key.iter().zip(previous.key.iter().zip(&next.key)) {
            if a == b {
                continue;
            }
            let integer = self.schema.column(key).is_some_and(|c| c.column_type == ColumnType::Integer);
            return match (a.parse::<i128>(), b.parse::<i128>()) {
                (Ok(a), Ok(b)) if integer => Some(a < b),
                _ => None,
            };
        }
        Some(false)
    }

    /// A position in words: `2026-03-02T01:00:00Z/id 123`.
    pub fn place(&self, position: &Position) -> String {
        let keys = self.schema.key.iter().zip(&position.key).map(|(name, value)| format!("{name} {value}"));
        let keys = keys.collect::<Vec<_>>().join(", ");
        match &position.modified {
            Some(modified) => format!("{modified}/{keys}"),
            None => keys,
        }
    }

    /// A window in words.
    pub fn describe(&self, step: &Step) -> String {
        let span = self.span(step);
        let again = if step.window.kind == Kind::Second { "for the second time " } else { "" };
        match (span.lower, self.is_timed()) {
            (_, false) => "in the whole table".into(),
            (Some(lower), _) => {
                format!("{again}changed from {} to {}", utc_text(lower), utc_text(span.upper))
            }
            (None, _) => format!("as of {}", utc_text(span.upper)),
        }
    }
}

#[cfg(test)]
mod tests;
