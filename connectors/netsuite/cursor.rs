//! Where a stream stands, and what is read next. Pure.
//!
//! A stream is read in windows. The first window takes all rows that existed at its bound; each later one
//! takes what changed since, from a little before the last one's bound, for rows committed late. A window
//! is read in phases, a phase in pages. The bookmark after a page holds the window's bound, so that a window
//! that a later run finishes still ends where it began to be read, and nothing between is skipped.

use forebay_model::{ColumnType, Cursor, Instant, StreamSchema};
use serde::{Deserialize, Serialize};

use super::query::{Window, seconds, utc_text};
use super::streams::{Definition, FirstLoad, Untimed};

/// How the rows of a window are found and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// All rows, by key.
    ByKey,
    /// Rows by modification time, then key.
    Changed,
    /// Rows whose parent changed and which `Changed` did not find, by key.
    OfChangedParents,
    /// Rows without a modification time, by key.
    Untimed,
}

/// The last row read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// `2026-03-02T01:00:00Z`; set in [`Phase::Changed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Values of the key columns.
    pub key: Vec<String>,
}

/// A window half read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    bound: Instant,
    phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Position>,
}

/// What a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bookmark {
    /// Version of this shape.
    v: u8,
    /// All changes up to here have been read. `None` during the first window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    watermark: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Open>,
}

const VERSION: u8 = 1;

impl Bookmark {
    fn cursor(&self) -> Cursor {
        // A struct of texts and numbers always serializes.
        Cursor::new(serde_json::to_string(self).unwrap_or_default())
    }
}

/// How a stream is read: depends on its definition and on what discovery found.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub definition: &'a Definition,
    pub schema: &'a StreamSchema,
    pub overlap_seconds: i64,
}

/// The page that is read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    watermark: Option<Instant>,
    pub bound: Instant,
    pub phase: Phase,
    pub after: Option<Position>,
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    More(Cursor),
    End(Cursor),
}

impl Step {
    /// Whether this is the first page of the first run.
    pub fn is_very_first(&self) -> bool {
        self.watermark.is_none() && self.after.is_none()
    }
}

impl Plan<'_> {
    /// What the cursor asks for. The error says why the cursor is not usable any more.
    pub fn step(&self, cursor: Option<&Cursor>, bound: Instant) -> Result<Step, String> {
        let Some(cursor) = cursor else { return Ok(self.fresh(None, bound)) };
        let bookmark: Bookmark = serde_json::from_str(cursor.as_str()).map_err(|e| e.to_string())?;
        if bookmark.v != VERSION {
            return Err(format!("it has version {}, this connector writes {VERSION}", bookmark.v));
        }
        let Some(open) = bookmark.open else { return Ok(self.fresh(bookmark.watermark, bound)) };
        if !self.phases(bookmark.watermark).contains(&open.phase) {
            return Err(format!("the stream is no longer read in phase {:?}", open.phase));
        }
        if open.after.as_ref().is_some_and(|after| !self.fits(open.phase, after)) {
            return Err("it does not fit the stream's key".into());
        }
        Ok(Step { watermark: bookmark.watermark, bound: open.bound, phase: open.phase, after: open.after })
    }

    fn fits(&self, phase: Phase, after: &Position) -> bool {
        let timed = after.modified.as_deref().is_some_and(|text| Instant::parse(text).is_some());
        after.key.len() == self.schema.key.len() && timed == (phase == Phase::Changed)
    }

    fn fresh(&self, watermark: Option<Instant>, bound: Instant) -> Step {
        let bound = watermark.map_or(bound, |watermark| watermark.max(bound));
        let phase = self.phases(watermark).first().copied().unwrap_or(Phase::ByKey);
        Step { watermark, bound, phase, after: None }
    }

    fn phases(&self, watermark: Option<Instant>) -> &'static [Phase] {
        match (self.schema.modified.is_some(), watermark, self.definition.untimed) {
            (false, _, _) => &[Phase::ByKey],
            (true, None, _) if self.definition.first_load == FirstLoad::ByKey => &[Phase::ByKey],
            (true, None, _) | (true, Some(_), Untimed::Timed) => &[Phase::Changed],
            (true, Some(_), Untimed::WithParent) => &[Phase::Changed, Phase::OfChangedParents],
            (true, Some(_), Untimed::Always) => &[Phase::Changed, Phase::Untimed],
        }
    }

    /// The instants that a step reads between.
    pub fn window(&self, step: &Step) -> Window {
        let lower = step.watermark.map(|watermark| seconds(watermark.plus_seconds(-self.overlap_seconds)));
        Window { lower, upper: seconds(step.bound) }
    }

    /// What follows a page whose last row is `last`; `more` says whether the phase goes on. `bound` is the
    /// run's: where this window began under an earlier bound, another follows up to this one.
    pub fn next(&self, step: &Step, last: Option<Position>, more: bool, bound: Instant) -> Next {
        let open = |phase, after| Bookmark {
            v: VERSION,
            watermark: step.watermark,
            open: Some(Open { bound: step.bound, phase, after }),
        };
        if more {
            return Next::More(open(step.phase, last).cursor());
        }
        let phases = self.phases(step.watermark);
        let following = phases.iter().skip_while(|phase| **phase != step.phase).nth(1);
        if let Some(phase) = following {
            return Next::More(open(*phase, None).cursor());
        }
        let done = Bookmark { v: VERSION, watermark: Some(step.bound), open: None }.cursor();
        if self.schema.modified.is_some() && step.bound < bound { Next::More(done) } else { Next::End(done) }
    }

    /// The steps still to be read, each to its phase's end.
    pub fn remaining(&self, step: Step, bound: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut now = step;
        loop {
            let next = self.next(&now, None, false, bound);
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
        let window = self.window(step);
        match (window.lower, self.schema.modified.is_some()) {
            (_, false) => "in the whole table".into(),
            (Some(lower), _) => format!("changed from {} to {}", utc_text(lower), utc_text(window.upper)),
            (None, _) => format!("as of {}", utc_text(window.upper)),
        }
    }
}

#[cfg(test)]
mod tests;
