//! The ends of one column: its smallest and largest numbers and its longest texts, each with where it lies.

use std::cmp::Ordering;

use forebay_model::Value;

use super::best::{Best, Candidate, End};
use super::reading::{self, Between, Reader};
use crate::seen::{Number, SHOWN_CHARACTERS};

/// Longer keys and names of pages are cut in an address.
const MOST_ADDRESS_CHARACTERS: usize = 128;

/// How many examples a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// At each end of its numbers.
    pub numbers: usize,
    pub texts: usize,
}

impl Room {
    pub const FULL: Self = Self { numbers: 5, texts: 3 };
    pub const LITTLE: Self = Self { numbers: 1, texts: 1 };
}

#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Smallest first.
    pub lowest: Vec<Held>,
    /// Largest first.
    pub highest: Vec<Held>,
    /// Longest first, by characters.
    pub longest: Vec<Held>,
    reader: Reader,
    between: Between,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    /// What fences are compared with; dates and instants are seconds since 1970.
    pub number: f64,
    pub value: String,
    pub key: String,
    pub page: String,
    pub ordinal: u32,
}

impl Column {
    /// Takes in values of one page.
    pub fn observe<'a>(
        &mut self,
        values: impl Iterator<Item = (&'a Value, u32, &'a str)>,
        page: &str,
        room: Room,
    ) {
        let page = cut(page);
        let mut look = Look::new(self, room);
        for (value, ordinal, key) in values {
            look.at(Candidate { number: 0.0, value, ordinal, key }, &mut self.reader);
        }
        let Look { lowest, highest, longest, between } = look;
        self.between = between;
        for candidate in lowest.into_kept() {
            offer(&mut self.lowest, candidate, page, f64::total_cmp, room.numbers);
        }
        for candidate in highest.into_kept() {
            offer(&mut self.highest, candidate, page, descending, room.numbers);
        }
        for candidate in longest.into_kept() {
            offer(&mut self.longest, candidate, page, descending, room.texts);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lowest.is_empty() && self.longest.is_empty()
    }

    pub fn merge(&mut self, other: &Self, room: Room) {
        other
            .lowest
            .iter()
            .for_each(|held| keep(&mut self.lowest, held.clone(), f64::total_cmp, room.numbers));
        other.highest.iter().for_each(|held| keep(&mut self.highest, held.clone(), descending, room.numbers));
        other.longest.iter().for_each(|held| keep(&mut self.longest, held.clone(), descending, room.texts));
        self.shrink(room);
    }

    pub fn shrink(&mut self, room: Room) {
        self.lowest.truncate(room.numbers);
        self.highest.truncate(room.numbers);
        self.longest.truncate(room.texts);
    }
}

/// One page's values on their way.
struct Look<'a> {
    lowest: Best<'a>,
    highest: Best<'a>,
    longest: Best<'a>,
    between: Between,
}

impl<'a> Look<'a> {
    fn new(column: &mut Column, room: Room) -> Self {
        let edge = |kept: &[Held], most: usize| kept.get(most - 1).map(|held| held.number);
        let low = edge(&column.lowest, room.numbers);
        let high = edge(&column.highest, room.numbers);
        column.between.set(low.zip(high));
        Self {
            lowest: Best::new(End::Low, room.numbers, low),
            highest: Best::new(End::High, room.numbers, high),
            longest: Best::new(End::High, room.texts, edge(&column.longest, room.texts)),
            between: column.between,
        }
    }

    #[inline]
    fn at(&mut self, candidate: Candidate<'a>, reader: &mut Reader) {
        let number = match candidate.value {
            Value::Text(text) => {
                self.length(candidate, text);
                let bytes = text.as_bytes();
                if !reading::may_be_number(bytes) || self.is_plainly_between(bytes, candidate.ordinal) {
                    return;
                }
                reader.number(text)
            }
            Value::Json(text) => return self.length(candidate, text),
            Value::Integer(number) => Some(*number as f64),
            value => Number::of(value).map(|number| number.value),
        };
        if let Some(number) = number {
            // The two zeros are one.
            let candidate = Candidate { number: number + 0.0, ..candidate };
            self.lowest.offer(candidate);
            self.highest.offer(candidate);
        }
    }

    #[inline]
    fn is_plainly_between(&mut self, bytes: &[u8], ordinal: u32) -> bool {
        if self.between.holds(bytes) {
            return true;
        }
        let wanted = |number| self.lowest.wants(number, ordinal) || self.highest.wants(number, ordinal);
        reading::plain(bytes).is_some_and(|number| !wanted(number + 0.0))
    }

    /// Characters are at most as many as bytes.
    #[inline]
    fn length(&mut self, candidate: Candidate<'a>, text: &str) {
        if self.longest.wants(text.len() as f64, candidate.ordinal) {
            let number = text.chars().count() as f64;
            self.longest.offer(Candidate { number, ..candidate });
        }
    }
}

impl Held {
    fn new(candidate: Candidate<'_>, page: &str) -> Self {
        let Candidate { number, value, ordinal, key } = candidate;
        let value = match value {
            Value::Text(text) | Value::Json(text) => text.chars().take(SHOWN_CHARACTERS).collect(),
            value => value.to_text().unwrap_or_default(),
        };
        Self { number, value, key: cut(key).to_owned(), page: page.to_owned(), ordinal }
    }

    pub fn address(&self) -> (&str, u32) {
        (&self.page, self.ordinal)
    }
}

pub(super) type Order = fn(&f64, &f64) -> Ordering;

pub(super) fn descending(a: &f64, b: &f64) -> Ordering {
    b.total_cmp(a)
}

/// As an address holds it.
fn cut(text: &str) -> &str {
    text.char_indices().nth(MOST_ADDRESS_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

/// Keeps a candidate if it is among the first so many; nothing is copied before that is known.
fn offer(kept: &mut Vec<Held>, candidate: Candidate<'_>, page: &str, order: Order, most: usize) {
    let is_out = |last: &Held| {
        let by_number = order(&candidate.number, &last.number);
        by_number.then_with(|| (page, candidate.ordinal).cmp(&last.address())).is_ge()
    };
    if !kept.get(most - 1).is_some_and(is_out) {
        keep(kept, Held::new(candidate, page), order, most);
    }
}

/// Of equal numbers, those of the lower address; a record that is there already is not kept twice.
fn keep(kept: &mut Vec<Held>, held: Held, order: Order, most: usize) {
    let place = kept.binary_search_by(|other| {
        order(&other.number, &held.number).then_with(|| other.address().cmp(&held.address()))
    });
    if let Err(at) = place {
        kept.insert(at, held);
        kept.truncate(most);
    }
}
