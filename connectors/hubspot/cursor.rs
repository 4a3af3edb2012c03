//! Where a stream stands, and what is read next. Pure.

use forebay_model::{Cursor, Instant};
use serde::{Deserialize, Serialize};

use super::search::Place;
use crate::window::{Rules, Window, Windows};

/// What is being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// All living records in the order of their ids.
    Live { window: Window, after: Option<String> },
    /// A window of changes.
    Search { window: Window, place: Place },
    /// All archived records in the order of their ids.
    Archived { bound: Instant, after: Option<String> },
}

/// What a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Version of this shape.
    v: u8,
    #[serde(default)]
    pub windows: Windows,
    /// Bound of the last reading of archived records, or of all associations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Open>,
}

const VERSION: u8 = 1;

/// What is read besides changes, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// The archived records after the windows, every so many seconds.
    Archived { every: i64 },
    /// Everything instead of the windows, every so many seconds.
    Everything { every: i64 },
    /// Everything in each run, then the archived ones: there is nothing else to ask.
    Always,
}

#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub rules: Rules,
    pub scan: Scan,
}

/// What a page is read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub bookmark: Bookmark,
    pub open: Open,
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    More(Cursor),
    End(Cursor),
}

/// Milliseconds since 1970.
pub fn millis(at: Instant) -> i64 {
    at.micros().div_euclid(1_000)
}

impl Bookmark {
    fn cursor(&self) -> Cursor {
        // A struct of texts and numbers always serializes.
        Cursor::new(serde_json::to_string(self).unwrap_or_default())
    }
}

fn opened(window: Window) -> Open {
    match window.lower {
        None => Open::Live { window, after: None },
        Some(lower) => Open::Search { window, place: Place::From(millis(lower)) },
    }
}

impl Plan {
    /// What the cursor asks for. The error says why the cursor is not usable any more.
    pub fn step(&self, cursor: Option<&Cursor>, bound: Instant) -> Result<Step, String> {
        let bookmark = match cursor {
            None => Bookmark { v: VERSION, windows: Windows::default(), scanned: None, open: None },
            Some(cursor) => serde_json::from_str(cursor.as_str()).map_err(|e| e.to_string())?,
        };
        if bookmark.v != VERSION {
            return Err(format!("it has version {}, this connector writes {VERSION}", bookmark.v));
        }
        let open = bookmark.open.clone().unwrap_or_else(|| self.begin(&bookmark, bound));
        Ok(Step { bookmark: Bookmark { open: None, ..bookmark }, open })
    }

    fn begin(&self, bookmark: &Bookmark, bound: Instant) -> Open {
        let whole = match self.scan {
            Scan::Archived { .. } => false,
            Scan::Always => true,
            Scan::Everything { every } => is_due(bookmark.scanned, every, bound),
        };
        let windows = if whole { Windows::default() } else { bookmark.windows };
        opened(windows.begin(bound, self.rules))
    }

    /// The same reading, from another place.
    pub fn onward(&self, step: &Step, open: Open) -> Next {
        Next::More(Bookmark { open: Some(open), ..step.bookmark.clone() }.cursor())
    }

    /// What follows when `step`'s reading is over. `bound` is the run's.
    pub fn done(&self, step: &Step, bound: Instant) -> Next {
        let mut bookmark = step.bookmark.clone();
        match &step.open {
            Open::Archived { bound, .. } => bookmark.scanned = Some(*bound),
            Open::Live { window, .. } => {
                bookmark.windows = Windows::default().done(*window, self.rules);
                if matches!(self.scan, Scan::Everything { .. }) {
                    bookmark.scanned = Some(window.upper);
                }
            }
            Open::Search { window, .. } => bookmark.windows = bookmark.windows.done(*window, self.rules),
        }
        let archived = matches!(step.open, Open::Archived { .. });
        let window = match self.scan {
            Scan::Always => None,
            _ if archived => None,
            _ => bookmark.windows.next(bound, self.rules),
        };
        let scan = match self.scan {
            Scan::Archived { every } => !archived && is_due(bookmark.scanned, every, bound),
            Scan::Always => !archived,
            Scan::Everything { .. } => false,
        };
        bookmark.open = match window {
            Some(window) => Some(opened(window)),
            None if scan => Some(Open::Archived { bound, after: None }),
            None => None,
        };
        if bookmark.open.is_some() { Next::More(bookmark.cursor()) } else { Next::End(bookmark.cursor()) }
    }

    /// The readings still to come, each from its start, but for the first.
    pub fn remaining(&self, step: Step, bound: Instant) -> Vec<Step> {
        let (mut steps, mut now) = (Vec::new(), step);
        loop {
            let next = self.done(&now, bound);
            steps.push(now);
            let Next::More(cursor) = next else { return steps };
            match self.step(Some(&cursor), bound) {
                Ok(step) => now = step,
                Err(_) => return steps,
            }
        }
    }
}

fn is_due(last: Option<Instant>, every: i64, bound: Instant) -> bool {
    last.is_none_or(|last| last.plus_seconds(every) <= bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubspot::testing::at;

    const RULES: Rules = Rules { overlap: 300, delay: 3_600 };

    /// What one run reads, in words, and where it ends.
    fn run(plan: Plan, cursor: Option<&Cursor>, bound: Instant) -> (Vec<String>, Cursor) {
        let mut cursor = cursor.cloned();
        let mut read = Vec::new();
        loop {
            let step = plan.step(cursor.as_ref(), bound).unwrap();
            read.push(match &step.open {
                Open::Live { .. } => "live".to_owned(),
                Open::Archived { .. } => "archived".to_owned(),
                Open::Search { window, .. } => format!("{:?}", window.kind).to_lowercase(),
            });
            match plan.done(&step, bound) {
                Next::More(next) => cursor = Some(next),
                Next::End(end) => return (read, end),
            }
        }
    }

    #[test]
    fn records_are_read_by_windows_and_archived_ones_by_the_clock() {
        let plan = Plan { rules: RULES, scan: Scan::Archived { every: 3_600 } };
        let (read, end) = run(plan, None, at(0));
        assert_eq!(read, ["live", "archived"]);
        let (read, end) = run(plan, Some(&end), at(600));
        assert_eq!(read, ["second", "recent"]);
        let (read, end) = run(plan, Some(&end), at(7_200));
        assert_eq!(read, ["second", "recent", "archived"]);
        let (read, _) = run(plan, Some(&end), at(7_200));
        assert_eq!(read, ["recent"]);
    }

    #[test]
    fn associations_are_read_whole_once_a_day() {
        let plan = Plan { rules: RULES, scan: Scan::Everything { every: 86_400 } };
        let (read, end) = run(plan, None, at(0));
        assert_eq!(read, ["live"]);
        let (read, end) = run(plan, Some(&end), at(600));
        assert_eq!(read, ["second", "recent"]);
        let (read, end) = run(plan, Some(&end), at(86_400));
        assert_eq!(read, ["live"]);
        assert_eq!(run(plan, Some(&end), at(86_500)).0, ["second", "recent"]);
    }

    #[test]
    fn owners_are_read_whole_each_time() {
        let plan = Plan { rules: RULES, scan: Scan::Always };
        let (read, end) = run(plan, None, at(0));
        assert_eq!(read, ["live", "archived"]);
        assert_eq!(run(plan, Some(&end), at(10)).0, ["live", "archived"]);
    }

    #[test]
    fn a_first_load_that_another_run_finishes_is_followed_by_what_changed_meanwhile() {
        let plan = Plan { rules: RULES, scan: Scan::Archived { every: 0 } };
        let step = plan.step(None, at(0)).unwrap();
        let Open::Live { window, .. } = step.open.clone() else { panic!() };
        let Next::More(half) = plan.onward(&step, Open::Live { window, after: Some("7".into()) }) else {
            panic!()
        };
        let (read, _) = run(plan, Some(&half), at(900));
        assert_eq!(read, ["live", "second", "recent", "archived"]);
        assert!(plan.step(Some(&Cursor::new("{\"v\":9}")), at(0)).is_err());
        assert!(plan.step(Some(&Cursor::new("nonsense")), at(0)).is_err());
    }
}
