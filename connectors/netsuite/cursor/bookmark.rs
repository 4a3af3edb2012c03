//! What a cursor holds.

use forebay_model::{Cursor, Instant};
use serde::{Deserialize, Serialize};

use crate::window::{Kind, Window, Windows};

/// How the rows of a window are found and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// All rows, by key.
    ByKey,
    /// Rows by modification time, then key. Of children, those whose parents did not change.
    Changed,
    /// All rows of changed parents, by key.
    OfChangedParents,
    /// Changed parents without rows, by their key.
    Childless,
    /// Rows without a modification time, by key.
    Untimed,
}

/// The last row read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// `2026-03-02T01:00:00Z`; set in [`Phase::Changed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Values of the key columns; in [`Phase::Childless`] the parent's key.
    pub key: Vec<String>,
}

/// A range of the first key column: from `from`, and below `below`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<i64>,
}

/// A parent whose children do not end on the page where the cursor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSet {
    pub parent: String,
    /// The parent's modification time, as its first child showed it.
    pub modified: Instant,
    /// The row before the set's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Position>,
    /// The bound of the run that began it.
    pub bound: Instant,
}

/// A window half read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Open {
    pub window: Window,
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<OpenSet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bookmark {
    /// Version of this shape.
    pub v: u8,
    #[serde(flatten)]
    pub windows: Windows,
    /// The stream has had rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub had: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
}

const VERSION: u8 = 2;

/// The first shape: one window, of which only a first load is worth going on with. An increment starts
/// its window over, which loses nothing.
#[derive(Deserialize)]
struct Earlier {
    watermark: Option<Instant>,
    open: Option<EarlierOpen>,
}

#[derive(Deserialize)]
struct EarlierOpen {
    bound: Instant,
    phase: Phase,
    after: Option<Position>,
}

#[derive(Deserialize)]
struct Versioned {
    v: u8,
}

impl Bookmark {
    pub fn new() -> Self {
        Self { v: VERSION, windows: Windows::default(), had: false, open: None }
    }

    /// The error says why the cursor is not usable.
    pub fn read(cursor: &Cursor) -> Result<Self, String> {
        let text = cursor.as_str();
        let version: Versioned = serde_json::from_str(text).map_err(|e| e.to_string())?;
        match version.v {
            VERSION => serde_json::from_str(text).map_err(|e| e.to_string()),
            1 => serde_json::from_str::<Earlier>(text).map(Self::of_earlier).map_err(|e| e.to_string()),
            other => Err(format!("it has version {other}, this connector writes {VERSION}")),
        }
    }

    fn of_earlier(earlier: Earlier) -> Self {
        let windows = Windows { watermark: earlier.watermark, settled: None };
        let open = earlier.open.filter(|_| earlier.watermark.is_none()).map(|open| Open {
            window: Window { lower: None, upper: open.bound, kind: Kind::First },
            phase: open.phase,
            after: open.after,
            part: None,
            set: None,
        });
        Self { windows, open, ..Self::new() }
    }

    pub fn cursor(&self) -> Cursor {
        // A struct of texts and numbers always serializes.
        Cursor::new(serde_json::to_string(self).unwrap_or_default())
    }
}
