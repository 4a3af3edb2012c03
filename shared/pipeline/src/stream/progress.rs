//! Where a stream stands while parts of it are read side by side. Pure.
//!
//! The stream's cursor is then ours: it holds the cursors of the parts and the connector's cursor that
//! follows when all have ended. It is saved after every page, like any cursor.

use forebay_model::Cursor;
use forebay_ports::{NextPage, Slices};
use serde::{Deserialize, Serialize};

/// What is still to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// One page after the other.
    Whole(Option<Cursor>),
    Sliced(Sliced),
}

/// The shape of our cursor. Its one field, which no connector's cursor has, tells it from theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    forebay_slices: Sliced,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sliced {
    parts: Vec<Part>,
    then: Cursor,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    begin: Cursor,
    /// `None` when it has ended.
    at: Option<Cursor>,
}

/// What a page's arrival makes of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Advance {
    More(Progress),
    End { cursor: Cursor, proof: String },
}

impl Progress {
    pub fn read(cursor: Option<&Cursor>) -> Self {
        let Some(cursor) = cursor else { return Progress::Whole(None) };
        match serde_json::from_str::<Envelope>(cursor.as_str()) {
            Ok(envelope) => Progress::Sliced(envelope.forebay_slices),
            Err(_) => Progress::Whole(Some(cursor.clone())),
        }
    }

    pub fn of_slices(slices: Slices) -> Self {
        let part = |begin: Cursor| Part { at: Some(begin.clone()), begin };
        Progress::Sliced(Sliced { parts: slices.begin.into_iter().map(part).collect(), then: slices.then })
    }

    /// The cursor to save.
    pub fn cursor(&self) -> Option<Cursor> {
        match self {
            Progress::Whole(cursor) => cursor.clone(),
            Progress::Sliced(sliced) => {
                let envelope = Envelope { forebay_slices: sliced.clone() };
                // Texts in a list always serialize.
                Some(Cursor::new(serde_json::to_string(&envelope).unwrap_or_default()))
            }
        }
    }

    /// The parts that have pages left: number, and where each goes on.
    pub fn open(&self) -> Vec<(usize, Option<Cursor>)> {
        match self {
            Progress::Whole(cursor) => vec![(0, cursor.clone())],
            Progress::Sliced(sliced) => {
                let parts = sliced.parts.iter().enumerate();
                parts.filter_map(|(number, part)| Some((number, Some(part.at.clone()?)))).collect()
            }
        }
    }

    /// From the part's beginning, or the stream's: its cursor is no longer valid.
    pub fn restart(&self, part: usize) -> Self {
        let mut restarted = self.clone();
        match &mut restarted {
            Progress::Whole(cursor) => *cursor = None,
            Progress::Sliced(sliced) => {
                if let Some(part) = sliced.parts.get_mut(part) {
                    part.at = Some(part.begin.clone());
                }
            }
        }
        restarted
    }

    /// After a page of `part`.
    pub fn after(&self, part: usize, next: &NextPage) -> Advance {
        match (self, next) {
            (Progress::Whole(_), NextPage::More(cursor)) => {
                Advance::More(Progress::Whole(Some(cursor.clone())))
            }
            (Progress::Whole(_), NextPage::End { cursor, proof }) => {
                Advance::End { cursor: cursor.clone(), proof: proof.clone() }
            }
            (Progress::Sliced(sliced), next) => {
                let mut sliced = sliced.clone();
                if let Some(place) = sliced.parts.get_mut(part) {
                    place.at = match next {
                        NextPage::More(cursor) => Some(cursor.clone()),
                        NextPage::End { .. } => None,
                    };
                }
                Advance::More(match sliced.parts.iter().any(|part| part.at.is_some()) {
                    true => Progress::Sliced(sliced),
                    false => Progress::Whole(Some(sliced.then)),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        Cursor::new(text)
    }

    #[test]
    fn parts_end_one_by_one_and_the_stream_goes_on_after_the_last() {
        let slices = Slices { begin: vec![cursor("a0"), cursor("b0")], then: cursor("{\"v\":1}") };
        let start = Progress::of_slices(slices);
        let end = NextPage::End { cursor: cursor("ignored"), proof: String::new() };
        let Advance::More(one) = start.after(0, &NextPage::More(cursor("a1"))) else { panic!() };
        let Advance::More(one) = one.after(1, &end) else { panic!() };
        assert_eq!(Progress::read(one.cursor().as_ref()), one, "it is saved and read back");
        assert_eq!(one.open(), [(0, Some(cursor("a1")))]);
        assert_eq!(one.restart(0).open(), [(0, Some(cursor("a0")))]);
        let Advance::More(all) = one.after(0, &end) else { panic!() };
        assert_eq!(all, Progress::Whole(Some(cursor("{\"v\":1}"))));
        assert!(matches!(all.after(0, &end), Advance::End { .. }));
    }

    #[test]
    fn a_connectors_cursor_is_never_taken_for_ours() {
        for text in ["", "{}", "{\"forebay_slices\":1}", "{\"watermark\":\"2026-01-01T00:00:00Z\"}"] {
            assert_eq!(Progress::read(Some(&cursor(text))), Progress::Whole(Some(cursor(text))));
        }
    }
}
