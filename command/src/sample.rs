//! Which rows are profiled, where not all are.

use std::collections::BTreeMap;
use std::str::FromStr;

use forebay_model::Value;
use forebay_model::profile::Sample;

use crate::problem::Problem;
use crate::rows::{Origin, Rows};
use crate::table::Table;

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sampling {
    #[default]
    All,
    First(u64),
    Reservoir {
        size: u64,
        seed: u64,
    },
    Stratified {
        column: String,
        size: u64,
        seed: u64,
    },
}

const FORMS: &str = "first:N, reservoir:N[:seed] or stratified:COLUMN:N[:seed]";

impl FromStr for Sampling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number =
            |text: &str| text.replace('_', "").parse::<u64>().map_err(|_| format!("expected {FORMS}"));
        let size = |text: &str| match number(text)? {
            0 => Err("a sample has at least one row".to_owned()),
            size => Ok(size),
        };
        let (kind, rest) = text.split_once(':').ok_or_else(|| format!("expected {FORMS}"))?;
        let parts: Vec<&str> = rest.split(':').collect();
        match (kind, parts.as_slice()) {
            ("first", [n]) => Ok(Self::First(size(n)?)),
            ("reservoir", [n]) => Ok(Self::Reservoir { size: size(n)?, seed: 0 }),
            ("reservoir", [n, seed]) => Ok(Self::Reservoir { size: size(n)?, seed: number(seed)? }),
            ("stratified", [column, n]) => {
                Ok(Self::Stratified { column: (*column).to_owned(), size: size(n)?, seed: 0 })
            }
            ("stratified", [column, n, seed]) => {
                Ok(Self::Stratified { column: (*column).to_owned(), size: size(n)?, seed: number(seed)? })
            }
            _ => Err(format!("expected {FORMS}")),
        }
    }
}

/// One row, held apart from its batch: where it lies, and its values; `None` where a field was missing.
type Row = (Origin, Vec<Option<Value>>);

/// Takes rows in and passes on those that belong to the sample.
pub struct Sampler {
    sampling: Sampling,
    seen: u64,
    random: Random,
    strata: BTreeMap<String, Reservoir>,
}

/// Values of the column that rows are sampled by; more would hold more rows than a sample is meant to.
const MOST_STRATA: usize = 10_000;

impl Sampler {
    pub fn new(sampling: Sampling) -> Self {
        let seed = match &sampling {
            Sampling::Reservoir { seed, .. } | Sampling::Stratified { seed, .. } => *seed,
            Sampling::All | Sampling::First(_) => 0,
        };
        Self { sampling, seen: 0, random: Random(seed), strata: BTreeMap::new() }
    }

    /// Whether no further row can belong to the sample.
    pub fn is_full(&self) -> bool {
        matches!(self.sampling, Sampling::First(size) if self.seen >= size)
    }

    /// Rows that were read, those left out included.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    pub fn take(&mut self, batch: &mut Rows, table: &mut Table) -> Result<(), Problem> {
        match &self.sampling {
            Sampling::All => table.observe(batch),
            Sampling::First(size) => {
                let left = size - self.seen.min(*size);
                batch.truncate(u32::try_from(left).unwrap_or(u32::MAX));
                table.observe(batch);
            }
            Sampling::Reservoir { size, .. } => {
                let reservoir = self.strata.entry(String::new()).or_default();
                (0..batch.rows()).for_each(|row| reservoir.offer(batch, row, *size, &mut self.random));
            }
            Sampling::Stratified { .. } => self.stratify(batch)?,
        }
        self.seen += u64::from(batch.rows());
        Ok(())
    }

    fn stratify(&mut self, batch: &Rows) -> Result<(), Problem> {
        let Sampling::Stratified { column, size, .. } = &self.sampling else { return Ok(()) };
        let cells = batch.columns().iter().find(|cells| cells.name() == column);
        for row in 0..batch.rows() {
            let value = cells.and_then(|cells| cells.at(row)).and_then(Value::to_text).unwrap_or_default();
            if self.strata.len() >= MOST_STRATA && !self.strata.contains_key(&value) {
                let what =
                    format!("{column} has more than {MOST_STRATA} values: sample by a column with fewer");
                return Err(Problem::Usage(what));
            }
            self.strata.entry(value).or_default().offer(batch, row, *size, &mut self.random);
        }
        Ok(())
    }

    /// Passes on what was held back, and says what the sample is. `ended` says that every row was read.
    pub fn finish(mut self, batch: &mut Rows, table: &mut Table, ended: bool) -> Result<Sample, Problem> {
        let strata = std::mem::take(&mut self.strata);
        let of = self.seen;
        if let Sampling::Stratified { column, .. } = &self.sampling
            && of > 0
            && !batch.columns().iter().any(|cells| cells.name() == column)
        {
            return Err(Problem::Usage(format!("no column {column} to sample by")));
        }
        for (origin, row) in strata.into_values().flat_map(|reservoir| reservoir.rows) {
            batch.clear();
            batch.come_from(origin);
            for (column, value) in row.into_iter().enumerate() {
                value.into_iter().for_each(|value| batch.put(column, value));
            }
            batch.end_row();
            table.observe(batch);
        }
        Ok(match self.sampling {
            Sampling::All => Sample::All,
            Sampling::First(_) => Sample::First { size: of, of: ended.then_some(of) },
            Sampling::Reservoir { size, seed } => Sample::Reservoir { size: size.min(of), of, seed },
            Sampling::Stratified { column, size, seed } => {
                Sample::Stratified { column, size_per_stratum: size, of, seed }
            }
        })
    }
}

/// Rows of which each that was offered is equally likely to be one (Vitter 1985, algorithm R).
#[derive(Debug, Default)]
struct Reservoir {
    rows: Vec<Row>,
    offered: u64,
}

impl Reservoir {
    fn offer(&mut self, batch: &Rows, row: u32, size: u64, random: &mut Random) {
        self.offered += 1;
        if (self.rows.len() as u64) < size {
            self.rows.push(copied(batch, row));
            return;
        }
        let place = random.below(self.offered);
        if let Some(held) = usize::try_from(place).ok().and_then(|place| self.rows.get_mut(place)) {
            *held = copied(batch, row);
        }
    }
}

fn copied(batch: &Rows, row: u32) -> Row {
    let origin = batch.origin();
    let origin = Origin { row: origin.row + u64::from(row), ..origin.clone() };
    (origin, batch.columns().iter().map(|cells| cells.at(row).cloned()).collect())
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed, in every version.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Below `bound`, uniform to within `bound / 2^64`.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(sampling: &str, rows: i64) -> (u64, Sample, Vec<Value>) {
        let mut sampler = Sampler::new(sampling.parse().unwrap());
        let (mut batch, mut table) = (Rows::new(), Table::new(forebay_model::Instant::EPOCH));
        let (number, group) = (batch.column("number"), batch.column("group"));
        for start in (0..rows).step_by(100) {
            batch.clear();
            for i in start..rows.min(start + 100) {
                batch.put(number, Value::Integer(i));
                batch.put(group, Value::Integer(i % 3));
                batch.end_row();
            }
            sampler.take(&mut batch, &mut table).unwrap();
        }
        let sample = sampler.finish(&mut batch, &mut table, true).unwrap();
        let profile = &table.finish(&sample, forebay_profiling::Exposure::Masked)[0];
        (table.rows(), sample, vec![Value::Text(profile.max.clone().unwrap())])
    }

    #[test]
    fn the_first_rows_are_the_first() {
        let (rows, sample, max) = kept("first:150", 1_000);
        assert_eq!((rows, max), (150, vec![Value::Text("149".into())]));
        assert_eq!(sample, Sample::First { size: 150, of: Some(150) });
    }

    #[test]
    fn a_reservoir_is_the_same_for_the_same_seed() {
        assert_eq!(kept("reservoir:50:7", 1_000), kept("reservoir:50:7", 1_000));
        assert_ne!(kept("reservoir:50:7", 1_000).2, kept("reservoir:50:9", 1_000).2);
        assert_eq!(kept("reservoir:50", 1_000).1, Sample::Reservoir { size: 50, of: 1_000, seed: 0 });
    }

    #[test]
    fn every_row_is_equally_likely_to_be_in_a_reservoir() {
        let mut batch = Rows::new();
        let column = batch.column("number");
        for i in 0..100 {
            batch.put(column, Value::Integer(i));
            batch.end_row();
        }
        let mut times = [0_u32; 100];
        for seed in 0..4_000 {
            let (mut reservoir, mut random) = (Reservoir::default(), Random(seed));
            (0..100).for_each(|row| reservoir.offer(&batch, row, 10, &mut random));
            for row in reservoir.rows {
                let Some(Value::Integer(i)) = row.1[0] else { panic!("a number was kept") };
                times[i as usize] += 1;
            }
        }
        // 400 expected, standard deviation 19.
        assert!(times.iter().all(|times| (300..500).contains(times)), "{times:?}");
    }

    #[test]
    fn strata_are_equally_large() {
        let (rows, sample, _) = kept("stratified:group:20:1", 1_000);
        assert_eq!(rows, 60);
        let expected =
            Sample::Stratified { column: "group".into(), size_per_stratum: 20, of: 1_000, seed: 1 };
        assert_eq!(sample, expected);
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        for text in ["", "first", "first:0", "first:x", "reservoir:1:2:3", "some:5", "stratified:5"] {
            assert!(text.parse::<Sampling>().is_err(), "{text}");
        }
    }
}
