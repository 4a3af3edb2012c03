//! The furthest of the values of one page, before anything is copied: sorted columns bring a new end with every value.

use forebay_model::Value;

/// A value, with its record's place in the page and key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub number: f64,
    pub value: &'a Value,
    pub ordinal: u32,
    pub key: &'a str,
}

/// Which end is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

/// So many candidates of one end, the furthest first; of equal ones, the earlier.
#[derive(Debug)]
pub(super) struct Best<'a> {
    end: End,
    most: usize,
    /// Numbers that are less far are of no interest; low ends are positive here, high ones negative.
    edge: f64,
    kept: Vec<Candidate<'a>>,
}

impl<'a> Best<'a> {
    /// `edge` is the least far number that is kept already, where there is no room for more.
    pub fn new(end: End, most: usize, edge: Option<f64>) -> Self {
        let edge = edge.map_or(f64::INFINITY, |edge| score(end, edge));
        Self { end, most, edge, kept: Vec::new() }
    }

    /// Whether a number could be one of the furthest.
    #[inline]
    pub fn wants(&self, number: f64, ordinal: u32) -> bool {
        let score = score(self.end, number);
        score < self.edge || (score == self.edge && self.wants_equal(ordinal))
    }

    #[inline]
    fn wants_equal(&self, ordinal: u32) -> bool {
        self.kept.get(self.most - 1).is_none_or(|last| ordinal < last.ordinal)
    }

    #[inline]
    pub fn offer(&mut self, candidate: Candidate<'a>) {
        if self.wants(candidate.number, candidate.ordinal) {
            self.keep(candidate);
        }
    }

    fn keep(&mut self, candidate: Candidate<'a>) {
        let place = |held: &Candidate<'_>| (score(self.end, held.number), held.ordinal);
        let new = place(&candidate);
        let at = self.kept.iter().position(|held| place(held) > new).unwrap_or(self.kept.len());
        self.kept.insert(at, candidate);
        self.kept.truncate(self.most);
        if let Some(last) = self.kept.get(self.most - 1) {
            self.edge = self.edge.min(score(self.end, last.number));
        }
    }

    pub fn into_kept(self) -> Vec<Candidate<'a>> {
        self.kept
    }
}

#[inline]
fn score(end: End, number: f64) -> f64 {
    match end {
        End::Low => number,
        End::High => -number,
    }
}
