//! What detectors made of values, in rows, and how many different ones there were at least.

use crate::sensitive::evidence::{Count, Counts};
use crate::sensitive::{Detector, Hits, Leaves};
use forebay_stored::{Reader, StateError, Writer};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tallies {
    pub filled: u64,
    /// Of values as they are, sorted by detector.
    pub all: Vec<Tally>,
    /// Of values that are JSON: what lies in them, and what lies there under names that say what it is.
    pub plain: Vec<Tally>,
    pub named: Vec<Tally>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tally {
    pub detector: Detector,
    candidates: u64,
    valid: u64,
    /// A bit per valid value by its hash: as many differ at least.
    values: u64,
    /// The same of those that are not valid, where a check tells.
    pub failing: u16,
}

impl Tally {
    pub fn count(&self) -> Count {
        Count { candidates: self.candidates, valid: self.valid, different: self.values.count_ones() }
    }

    fn is_checked(&self) -> bool {
        self.detector.spec().chance > 0.0
    }
}

pub(super) fn counts(tallies: &[Tally], filled: u64, exact: bool) -> Counts {
    Counts {
        filled,
        by_detector: tallies.iter().map(|tally| (tally.detector, tally.count())).collect(),
        exact,
    }
}

impl Tallies {
    pub fn add(&mut self, hits: &Hits, hash: u64, weight: u64) {
        add(&mut self.all, hits, hash, weight);
    }

    pub fn add_leaves(&mut self, leaves: &Leaves, hash: u64, weight: u64) {
        add(&mut self.plain, &leaves.plain, hash, weight);
        add(&mut self.named, &leaves.named, hash, weight);
    }

    pub fn merge(&mut self, other: &Self) {
        self.filled = self.filled.saturating_add(other.filled);
        other.all.iter().for_each(|tally| raise(&mut self.all, *tally));
        other.plain.iter().for_each(|tally| raise(&mut self.plain, *tally));
        other.named.iter().for_each(|tally| raise(&mut self.named, *tally));
    }

    pub fn write(&self, to: &mut Writer) {
        to.u64(self.filled);
        write(&self.all, to);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let filled = from.u64()?;
        Ok(Self { filled, all: read(filled, from)?, ..Self::default() })
    }

    /// What version 3 added.
    pub fn write_more(&self, to: &mut Writer) {
        for tally in self.all.iter().filter(|tally| tally.is_checked()) {
            to.raw(&tally.failing.to_le_bytes());
        }
        write(&self.plain, to);
        write(&self.named, to);
    }

    pub fn read_more(&mut self, from: &mut Reader<'_>) -> Result<(), StateError> {
        if from.version() < 3 {
            return Ok(());
        }
        for tally in self.all.iter_mut().filter(|tally| tally.is_checked()) {
            tally.failing = u16::from_le_bytes(from.array()?);
        }
        self.plain = read(self.filled, from)?;
        self.named = read(self.filled, from)?;
        Ok(())
    }
}

fn add(all: &mut Vec<Tally>, hits: &Hits, hash: u64, weight: u64) {
    for (detector, valid) in hits.iter() {
        let mut tally = Tally { detector, candidates: weight, valid: 0, values: 0, failing: 0 };
        if valid {
            (tally.valid, tally.values) = (weight, 1 << (hash >> 58));
        } else if tally.is_checked() {
            tally.failing = 1 << (hash >> 60);
        }
        raise(all, tally);
    }
}

fn raise(all: &mut Vec<Tally>, by: Tally) {
    match all.binary_search_by_key(&by.detector, |tally| tally.detector) {
        Ok(at) => {
            let tally = &mut all[at];
            tally.candidates = tally.candidates.saturating_add(by.candidates);
            tally.valid = tally.valid.saturating_add(by.valid);
            tally.values |= by.values;
            tally.failing |= by.failing;
        }
        Err(at) => all.insert(at, by),
    }
}

fn write(all: &[Tally], to: &mut Writer) {
    to.u64(all.len() as u64);
    for tally in all {
        to.u8(tally.detector as u8);
        to.u64(tally.candidates);
        to.u64(tally.valid);
        if tally.valid > 0 {
            to.raw(&tally.values.to_le_bytes());
        }
    }
}

fn read(filled: u64, from: &mut Reader<'_>) -> Result<Vec<Tally>, StateError> {
    let mut all: Vec<Tally> = Vec::new();
    for _ in 0..from.length(Detector::ALL.len())? {
        let detector = Detector::from_number(from.u8()?).ok_or(from.damaged())?;
        let (candidates, valid) = (from.u64()?, from.u64()?);
        let values = if valid > 0 { u64::from_le_bytes(from.array()?) } else { 0 };
        let sorted = all.last().is_none_or(|last| last.detector < detector);
        if !sorted
            || candidates == 0
            || valid > candidates
            || candidates > filled
            || (values == 0) != (valid == 0)
        {
            return Err(from.damaged());
        }
        all.push(Tally { detector, candidates, valid, values, failing: 0 });
    }
    Ok(all)
}
