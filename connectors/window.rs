//! Which windows of time a stream's increments read. Pure.
//!
//! A window is read at or after its upper end. So what a source commits late, or shows late because its
//! search lags behind, may be missing from the window's youngest part. Each increment therefore starts a
//! little before the last one's end (the overlap), and what lies further back than the delay is read once
//! more, unless some window has already read it that late. The second pass costs what changed, and no more:
//! every instant is read a second time once.
//!
//! A connector keeps [`Windows`] in its cursor, and the [`Window`] it is reading while it is half read:
//!
//! ```
//! use forebay_connectors::window::{Kind, Rules, Windows};
//! use forebay_model::Instant;
//!
//! let rules = Rules { overlap: 300, delay: 3_600 };
//! let (monday, tuesday) = (Instant::EPOCH, Instant::EPOCH.plus_seconds(86_400));
//! let first = Windows::default().begin(monday, rules);
//! assert_eq!((first.kind, first.lower), (Kind::First, None));
//! let mut windows = Windows::default().done(first, rules);
//! assert_eq!(windows.next(monday, rules), None);
//! while let Some(window) = windows.next(tuesday, rules) {
//!     // Read all rows from `window.lower` to `window.upper`, both included.
//!     windows = windows.done(window, rules);
//! }
//! assert_eq!(windows.watermark, Some(tuesday));
//! ```

use forebay_model::Instant;
use serde::{Deserialize, Serialize};

/// How windows are laid. Both in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How far before its watermark an increment starts.
    pub overlap: i64,
    /// How long after an instant it is read a second time; 0 never does.
    pub delay: i64,
}

/// What a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// All there is, up to the first run's bound.
    First,
    /// What changed since the watermark.
    Recent,
    /// What changed earlier, read once more.
    Second,
}

/// A stretch of time to read. Both ends belong to it: sources round their times, so a reader that leaves out
/// `lower` may lose rows of the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// `None` from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<Instant>,
    pub upper: Instant,
    pub kind: Kind,
}

/// How far a stream has been read. Goes into its cursor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Everything up to here has been read. `None` until the first window is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Instant>,
    /// Everything up to here has been read the delay or more after it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Instant>,
}

impl Windows {
    /// The window with which a run starts: there is always one, so that a run asks the source at least once,
    /// also where its clock went back.
    pub fn begin(&self, bound: Instant, rules: Rules) -> Window {
        self.next(bound, rules).unwrap_or_else(|| self.recent(bound, rules))
    }

    /// The window that is read next up to `bound`, the run's; `None` where nothing is left. What is due for
    /// its second reading comes before what is new.
    pub fn next(&self, bound: Instant, rules: Rules) -> Option<Window> {
        let Some(watermark) = self.watermark else { return Some(self.recent(bound, rules)) };
        if let Some(window) = self.second(watermark, bound, rules) {
            return Some(window);
        }
        (watermark < bound).then(|| self.recent(bound, rules))
    }

    /// What is known once `window` has been read to its end. Windows may be done by a later run than began
    /// them.
    #[must_use]
    pub fn done(self, window: Window, rules: Rules) -> Windows {
        let late = window.upper.plus_seconds(-rules.delay);
        let settled = match window.kind {
            Kind::First => Some(late),
            Kind::Second => self.settled(rules).max(Some(window.upper)),
            // What it read is settled as far as it is old enough, if it began within what was settled.
            Kind::Recent => match (self.settled(rules), window.lower) {
                (Some(settled), Some(lower)) if lower <= settled => Some(settled.max(late)),
                (settled, _) => settled,
            },
        };
        let watermark = match window.kind {
            Kind::Second => self.watermark,
            Kind::First | Kind::Recent => self.watermark.max(Some(window.upper)),
        };
        Windows { watermark, settled: settled.filter(|_| rules.delay > 0) }
    }

    fn recent(&self, bound: Instant, rules: Rules) -> Window {
        match self.watermark {
            None => Window { lower: None, upper: bound, kind: Kind::First },
            Some(watermark) => Window {
                lower: Some(watermark.plus_seconds(-rules.overlap)),
                upper: bound.max(watermark),
                kind: Kind::Recent,
            },
        }
    }

    /// What lies further back than the delay and will not be read by the recent window anyway.
    fn second(&self, watermark: Instant, bound: Instant, rules: Rules) -> Option<Window> {
        let settled = self.settled(rules)?;
        let due = bound.plus_seconds(-rules.delay).min(watermark.plus_seconds(-rules.overlap));
        (due > settled).then_some(Window { lower: Some(settled), upper: due, kind: Kind::Second })
    }

    /// A cursor from before there was a second pass, or from when it was off, is settled as its last window
    /// can have been at best.
    fn settled(&self, rules: Rules) -> Option<Instant> {
        let watermark = self.watermark.filter(|_| rules.delay > 0)?;
        Some(self.settled.unwrap_or_else(|| watermark.plus_seconds(-rules.delay)))
    }
}

#[cfg(test)]
mod tests;
