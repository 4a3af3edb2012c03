//! Where a stream stands, and what is read next. Pure.
//!
//! The first window takes all rows as of its bound, by id. Later windows take what changed, deleted rows
//! included, as [`crate::window`] lays them. An object with formulas is read in full again from time to time.
//! Whatever is half read keeps its own bound, so that a later run finishes it without a gap.

use forebay_model::{Cursor, Instant, StreamSchema};
use serde::{Deserialize, Serialize};

use super::soql::{Rows, is_id};
use crate::window::{Kind, Rules, Window, Windows};

/// The last row read of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub at: Instant,
    pub id: String,
}

/// Ids after one, up to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<String>,
}

/// How a full read goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Not yet known: the rows are counted first.
    Undecided,
    /// Page by page over REST, from the range's `after`.
    Rest,
    /// A Bulk job is to be made; `tries` were lost before.
    BulkCreate {
        tries: u32,
        /// What `COUNT()` said of its rows, where it was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        counted: Option<u64>,
    },
    /// A Bulk job is at work.
    BulkWait {
        job: String,
        polls: u32,
        tries: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        counted: Option<u64>,
    },
    /// Its results are read, part by part.
    Bulk {
        job: String,
        /// Rows that the job says it found.
        total: u64,
        read: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locator: Option<String>,
        tries: u32,
    },
    /// All is read and landed; the job is deleted.
    BulkDelete { job: String, read: u64 },
}

/// A full read of an object, or of a slice of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Full {
    pub bound: Instant,
    pub range: Range,
    pub by: By,
    pub purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    First,
    /// A part of the first window, read beside others.
    Slice,
    /// For what formulas say now.
    Refresh,
}

/// What is being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    Full(Full),
    Changed {
        window: Window,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Place>,
    },
}

/// What a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    v: u8,
    pub windows: Windows,
    /// The bound of the last read in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed: Option<Instant>,
    /// No row of the object has ever been seen, and its first window is still to be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
}

const VERSION: u8 = 1;

impl Bookmark {
    pub fn cursor(&self) -> Cursor {
        // A struct of texts and numbers always serializes.
        Cursor::new(serde_json::to_string(self).unwrap_or_default())
    }

    pub fn with(&self, open: Option<Open>) -> Bookmark {
        Bookmark { open, ..self.clone() }
    }
}

/// How a stream's windows are laid.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub schema: &'a StreamSchema,
    pub rules: Rules,
    /// Seconds between reads in full of an object with formulas; 0 never.
    pub refresh: i64,
}

/// The page that is read now: the bookmark, and its open part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub bookmark: Bookmark,
    pub open: Open,
}

/// What follows once something is read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    More(Bookmark),
    /// Whether the object's formulas are due must be asked first.
    Refresh(Bookmark),
    End(Bookmark),
}

impl Plan<'_> {
    /// What the cursor asks for. The error says why it is not usable any more.
    pub fn step(&self, cursor: Option<&Cursor>, bound: Instant) -> Result<Step, String> {
        let bookmark = match cursor {
            None => self.fresh(),
            Some(cursor) => serde_json::from_str(cursor.as_str()).map_err(|e| e.to_string())?,
        };
        if bookmark.v != VERSION {
            return Err(format!("it has version {}, this connector writes {VERSION}", bookmark.v));
        }
        if !bookmark.ids().all(is_id) {
            return Err("it holds what is no record id".into());
        }
        if matches!(bookmark.open, Some(Open::Changed { .. })) && self.schema.modified.is_none() {
            return Err("the object has no modification time any more".into());
        }
        let open = bookmark.open.clone().unwrap_or_else(|| self.begin(&bookmark, bound));
        Ok(Step { bookmark, open })
    }

    fn begin(&self, bookmark: &Bookmark, bound: Instant) -> Open {
        let full = |purpose| Open::Full(Full { bound, range: Range::default(), by: By::Undecided, purpose });
        if self.schema.modified.is_none() {
            return full(Purpose::First);
        }
        let window = bookmark.windows.begin(bound, self.rules);
        match window.kind {
            Kind::First => full(Purpose::First),
            Kind::Recent | Kind::Second => Open::Changed { window, after: None },
        }
    }

    /// What follows when `step` is read to its end; `bound` is the run's.
    pub fn done(&self, step: &Step, bound: Instant) -> Next {
        let mut bookmark = step.bookmark.with(None);
        match &step.open {
            Open::Full(Full { purpose: Purpose::Slice, .. }) => return Next::End(bookmark),
            Open::Full(Full { purpose: Purpose::Refresh, bound, .. }) => bookmark.refreshed = Some(*bound),
            Open::Full(Full { purpose: Purpose::First, bound, .. }) => {
                bookmark = self.loaded(bookmark, *bound)
            }
            Open::Changed { window, .. } => bookmark.windows = bookmark.windows.done(*window, self.rules),
        }
        if self.schema.modified.is_none() {
            return Next::End(bookmark);
        }
        if let Some(window) = bookmark.windows.next(bound, self.rules) {
            return Next::More(bookmark.with(Some(Open::Changed { window, after: None })));
        }
        if self.due(&bookmark, bound) { Next::Refresh(bookmark) } else { Next::End(bookmark) }
    }

    /// After the first window.
    pub fn loaded(&self, bookmark: Bookmark, bound: Instant) -> Bookmark {
        let first = Window { lower: None, upper: bound, kind: Kind::First };
        Bookmark {
            windows: bookmark.windows.done(first, self.rules),
            refreshed: Some(bound),
            unseen: false,
            open: None,
            ..bookmark
        }
    }

    /// Where a slice of the first window begins.
    pub fn slice(&self, bound: Instant, range: Range) -> Bookmark {
        let full =
            Full { bound, range, by: By::BulkCreate { tries: 0, counted: None }, purpose: Purpose::Slice };
        self.fresh().with(Some(Open::Full(full)))
    }

    pub fn fresh(&self) -> Bookmark {
        Bookmark { v: VERSION, windows: Windows::default(), refreshed: None, unseen: false, open: None }
    }

    /// Where an object stands that has shown no row yet: its first window is not over, so that rows which were
    /// there all the while are read once they show.
    pub fn unseen(&self) -> Bookmark {
        Bookmark { unseen: true, ..self.fresh() }
    }

    /// With a full read for the formulas' sake, or without where there are none.
    pub fn refresh(&self, bookmark: Bookmark, bound: Instant, formulas: bool) -> Next {
        if !formulas {
            return Next::End(Bookmark { refreshed: Some(bound), ..bookmark });
        }
        let full = Full { bound, range: Range::default(), by: By::Undecided, purpose: Purpose::Refresh };
        Next::More(bookmark.with(Some(Open::Full(full))))
    }

    fn due(&self, bookmark: &Bookmark, bound: Instant) -> bool {
        let last = bookmark.refreshed.unwrap_or(Instant::MIN);
        self.refresh > 0 && bound >= last.plus_seconds(self.refresh)
    }

    /// The steps still to be read, each to its end; a refresh that may be due is not among them, because what
    /// it reads was read before.
    pub fn remaining(&self, step: Step, bound: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut now = step;
        loop {
            let next = self.done(&now, bound);
            steps.push(now);
            let Next::More(Bookmark { open: Some(open), .. }) = &next else { return steps };
            let Next::More(bookmark) = &next else { return steps };
            now = Step { bookmark: bookmark.clone(), open: open.clone() };
        }
    }
}

impl Step {
    /// Whether the object has shown rows before: in an earlier run, earlier in this one, or when its slices were
    /// laid.
    pub fn had_rows(&self) -> bool {
        match &self.open {
            Open::Changed { .. } | Open::Full(Full { purpose: Purpose::Slice, .. }) => true,
            Open::Full(full) => self.bookmark.windows.watermark.is_some() || full.range.after.is_some(),
        }
    }
}

impl Bookmark {
    fn ids(&self) -> impl Iterator<Item = &str> {
        let ids: Vec<&str> = match &self.open {
            Some(Open::Full(full)) => {
                full.range.after.iter().chain(&full.range.upto).map(String::as_str).collect()
            }
            Some(Open::Changed { after, .. }) => after.iter().map(|place| place.id.as_str()).collect(),
            None => Vec::new(),
        };
        ids.into_iter()
    }
}

impl Open {
    /// Its rows, those read already left out where that can be said.
    pub fn rows(&self) -> Rows {
        match self {
            Self::Full(full) => Rows::Full { bound: full.bound, range: full.range.clone() },
            Self::Changed { window, after } => {
                Rows::Changed { lower: window.lower, upper: window.upper, after: after.clone() }
            }
        }
    }

    /// In words, for proofs.
    pub fn describe(&self) -> String {
        match self {
            Self::Full(Full { bound, range: Range { after: None, upto: None }, .. }) => {
                format!("as of {bound}")
            }
            Self::Full(Full { bound, range, .. }) => format!(
                "as of {bound}, ids after {} to {}",
                range.after.as_deref().unwrap_or("the first"),
                range.upto.as_deref().unwrap_or("the last")
            ),
            Self::Changed { window, .. } => match window.lower {
                Some(lower) => format!("changed from {lower} to {}", window.upper),
                None => format!("changed up to {}", window.upper),
            },
        }
    }
}

#[cfg(test)]
mod tests;
