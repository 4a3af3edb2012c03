//! The different rows with the lowest hashes, each with how often it occurred: a bottom-k sample (Cohen, Kaplan
//! 2007) over rows as wholes. Whoever is in it was in it from its first occurrence, so its count is exact. The
//! sample is a function of the rows observed: order and split do not matter.

use std::collections::BTreeMap;

use forebay_model::profile::Bounded;
use forebay_stored::{Reader, StateError, Writer};

use super::code::Code;
use super::interval::{Drawn, NORMAL};
use crate::sketch::hyperloglog::{HyperLogLog, IMAGE_BYTES, RELATIVE_ERROR};

const MOST_ROWS: usize = 2_048;
/// Bytes of all rows as they are stored; the names of the columns come on top.
const MOST_BYTES: usize = 60 * 1_024;
/// Hash and count.
const ROW_BYTES: usize = 8 + 5;

#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    rows: BTreeMap<u64, Row>,
    bytes: usize,
    /// Rows with this hash or a higher one were dropped.
    dropped: Option<u64>,
    /// All rows' hashes, once rows were dropped; until then the rows themselves tell how many differ. States of version 1
    /// had none, and what they merge into has none.
    different: Option<HyperLogLog>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub count: u64,
    pub codes: Box<[Code]>,
}

impl Row {
    fn cost(&self) -> usize {
        ROW_BYTES + self.codes.iter().map(|code| code.cost()).sum::<usize>()
    }
}

impl Rows {
    /// Counts a row among the different ones, and says whether it belongs to the sample.
    #[inline]
    pub fn meets(&mut self, hash: u64) -> bool {
        if let Some(different) = &mut self.different {
            different.add(hash);
        }
        self.admits(hash)
    }

    fn admits(&self, hash: u64) -> bool {
        self.dropped.is_none_or(|dropped| hash < dropped)
    }

    /// A row that is admitted.
    pub fn add(&mut self, hash: u64, codes: impl Iterator<Item = Code>) {
        if let Some(held) = self.rows.get_mut(&hash) {
            held.count = held.count.saturating_add(1);
            return;
        }
        self.join(hash, Row { count: 1, codes: codes.collect() });
        self.fit();
    }

    fn join(&mut self, hash: u64, row: Row) {
        match self.rows.get_mut(&hash) {
            Some(held) => {
                self.bytes -= held.cost();
                held.count = held.count.saturating_add(row.count);
                // From a batch that had more columns: what is filled here is null or absent there.
                for (ours, theirs) in held.codes.iter_mut().zip(&row.codes) {
                    *ours = (*ours).max(*theirs);
                }
                self.bytes += held.cost();
            }
            None => {
                self.bytes += row.cost();
                self.rows.insert(hash, row);
            }
        }
    }

    fn fit(&mut self) {
        while self.bytes > MOST_BYTES || self.rows.len() > MOST_ROWS {
            if self.dropped.is_none() {
                self.different = Some(sketch_of(&self.rows));
            }
            let Some((hash, row)) = self.rows.pop_last() else { return };
            self.bytes -= row.cost();
            self.dropped = Some(hash);
        }
    }

    /// One column more, which is null in all rows so far.
    pub fn widen(&mut self) {
        for row in self.rows.values_mut() {
            row.codes = row.codes.iter().copied().chain([Code::Null]).collect();
        }
        self.bytes += self.rows.len() * Code::Null.cost();
        self.fit();
    }

    /// Both have the same columns.
    pub fn merge(&mut self, mut other: Rows) {
        self.different = match (self.dropped, other.dropped) {
            (None, None) => None,
            (Some(_), None) => joined(self.different.take(), &other),
            (None, Some(_)) => joined(other.different.take(), self),
            (Some(_), Some(_)) => {
                self.different.take().zip(other.different.take()).map(|(mut ours, theirs)| {
                    ours.merge(&theirs);
                    ours
                })
            }
        };
        self.dropped = match (self.dropped, other.dropped) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        if let Some(dropped) = self.dropped {
            let gone = self.rows.split_off(&dropped);
            self.bytes -= gone.values().map(Row::cost).sum::<usize>();
        }
        for (hash, row) in other.rows {
            if self.admits(hash) {
                self.join(hash, row);
            }
        }
        self.fit();
    }

    /// From one order of columns to another.
    pub fn rearrange(&mut self, from: &[String], to: &[String]) {
        let places: Vec<Option<usize>> = to.iter().map(|name| from.iter().position(|n| n == name)).collect();
        for row in self.rows.values_mut() {
            let code = |place: &Option<usize>| {
                place.and_then(|at| row.codes.get(at).copied()).unwrap_or(Code::Absent)
            };
            row.codes = places.iter().map(code).collect();
        }
        self.bytes = self.rows.values().map(Row::cost).sum();
    }

    pub fn is_complete(&self) -> bool {
        self.dropped.is_none()
    }

    /// The share of all possible hashes that is in the sample.
    pub fn share(&self) -> f64 {
        const HASHES: f64 = 18_446_744_073_709_551_616.0;
        self.dropped.map_or(1.0, |dropped| (dropped as f64 / HASHES).max(1.0 / HASHES))
    }

    /// How many different rows there are of so many, within so many standard errors.
    pub fn different(&self, rows: u64, deviations: f64) -> Bounded {
        let held = self.rows.len() as f64;
        let repeats: f64 = self.iter().map(|row| (row.count - 1) as f64).sum();
        if self.is_complete() {
            return Bounded::exact(held);
        }
        // Without the sketch by the density of the hashes (Bar-Yossef et al. 2002).
        let (value, error) = match &self.different {
            Some(sketch) => (sketch.estimate(), RELATIVE_ERROR),
            None => (held / self.share(), 1.0 / held.max(1.0).sqrt()),
        };
        let most = (rows as f64 - repeats).max(held);
        let reach = deviations * error;
        let low = (value / (1.0 + reach)).clamp(held, most);
        let high = if reach < 1.0 { (value / (1.0 - reach)).clamp(low, most) } else { most };
        Bounded { value: value.clamp(low, high), low, high, exact: false }
    }

    /// What figures on the sample can say of all these rows.
    pub fn drawn(&self, rows: u64) -> Drawn {
        /// Standard errors.
        const APART: f64 = 3.0;
        let (share, exact) = (self.share(), self.is_complete());
        let size = self.rows.len() as f64;
        let sum = |power: i32| self.iter().map(|row| (row.count as f64).powi(power)).sum::<f64>();
        let (total, squares) = (sum(1), sum(2));
        let variation = (size * squares / (total * total) - 1.0).max(0.0) * (1.0 - share) / size;
        let different = self.different(rows, NORMAL);
        let error = (different.high / different.low.max(1.0) - 1.0) / (2.0 * NORMAL);
        let suggested = different.value * total / size;
        let most = suggested * (1.0 + APART * error.hypot(variation.sqrt()));
        Drawn { exact, share, represents: exact || rows as f64 <= most }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    pub fn write(&self, to: &mut Writer) {
        to.u8(u8::from(self.dropped.is_some()));
        to.raw(&self.dropped.unwrap_or_default().to_le_bytes());
        if self.dropped.is_some() {
            let image = self.different.as_ref().map(HyperLogLog::image).unwrap_or_default();
            to.u64(image.len() as u64);
            to.raw(&image);
        }
        to.u64(self.rows.len() as u64);
        for (hash, row) in &self.rows {
            to.raw(&hash.to_le_bytes());
            to.u64(row.count);
            row.codes.iter().for_each(|code| code.write(to));
        }
    }

    /// The version is that of the state around it.
    pub fn read(from: &mut Reader<'_>, columns: usize) -> Result<Self, StateError> {
        let dropped = match (from.u8()?, u64::from_le_bytes(from.array()?)) {
            (0, 0) => None,
            (1, hash) => Some(hash),
            _ => return Err(from.damaged()),
        };
        let with_sketch = dropped.is_some() && from.version() > 1;
        let different = if with_sketch { read_sketch(from)? } else { None };
        let mut rows = Self { dropped, different, ..Self::default() };
        for _ in 0..from.length(MOST_ROWS)? {
            let hash = u64::from_le_bytes(from.array()?);
            let count = from.u64()?;
            let codes = (0..columns).map(|_| Code::read(from)).collect::<Result<_, _>>()?;
            let in_order = rows.rows.last_key_value().is_none_or(|(last, _)| *last < hash);
            if !in_order || !rows.admits(hash) || count == 0 {
                return Err(from.damaged());
            }
            rows.join(hash, Row { count, codes });
        }
        if rows.bytes <= MOST_BYTES { Ok(rows) } else { Err(from.damaged()) }
    }
}

fn sketch_of(rows: &BTreeMap<u64, Row>) -> HyperLogLog {
    let mut sketch = HyperLogLog::new();
    rows.keys().for_each(|hash| sketch.add(*hash));
    sketch
}

/// A sketch and rows of which none was dropped.
fn joined(sketch: Option<HyperLogLog>, rows: &Rows) -> Option<HyperLogLog> {
    let mut sketch = sketch?;
    rows.rows.keys().for_each(|hash| sketch.add(*hash));
    Some(sketch)
}

fn read_sketch(from: &mut Reader<'_>) -> Result<Option<HyperLogLog>, StateError> {
    match from.length(IMAGE_BYTES)? {
        0 => Ok(None),
        length => HyperLogLog::from_image(from.raw(length)?).map(Some).ok_or(from.damaged()),
    }
}

#[cfg(test)]
mod tests {
    use forebay_model::Value;

    use super::super::Relations;
    use super::*;

    /// Bytes of the heap, with what an allocation and a half-filled node of the tree take besides.
    fn resident(rows: &Rows) -> usize {
        const ALLOCATION: usize = 16;
        let entry = 2 * (size_of::<u64>() + size_of::<Row>());
        let row = |row: &Row| entry + ALLOCATION + size_of_val(&*row.codes);
        rows.iter().map(row).sum::<usize>() + 4_096
    }

    fn stream(value: fn(i64, i64) -> Value) -> (usize, usize) {
        let names: Vec<String> = (0..100).map(|at| format!("column_{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut all = Relations::default();
        for page in 0..8 {
            let mut relations = Relations::new(&names);
            for at in 0..1_000 {
                let row: Vec<Value> = (0..100).map(|column| value(page * 1_000 + at, column)).collect();
                relations.observe_row(&row);
            }
            all.merge(&relations);
        }
        (resident(&all.sample), all.to_bytes().len())
    }

    #[test]
    fn a_stream_of_100_columns_takes_less_than_a_mebibyte() {
        let mixed = stream(|row, column| match column % 4 {
            0 => Value::Integer(row * column),
            1 => Value::Text(format!("text {row} {column}")),
            2 => Value::Float(row as f64 / 7.0),
            _ => Value::Boolean(row % 3 == 0),
        });
        assert!(mixed.0 < 256 * 1_024 && mixed.1 < 66 * 1_024, "{mixed:?}");
        // The most rows of the most columns fit where nearly all values take one byte.
        let sparse = stream(|row, column| if column == 0 { Value::Integer(row) } else { Value::Null });
        assert!(sparse.0 < 1_024 * 1_024 && sparse.1 < 66 * 1_024, "{sparse:?}");
    }
}
