//! Columns as incremental and full loads bring them, run by run, profiled as the engine's profiles are.

use std::collections::BTreeMap;

use forebay_model::profile::{
    ColumnProfile, Estimate, FrequentValue, NumberStatistics, Quantile, TimeStatistics,
};

use crate::random::Random;

/// How a column's values come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Amounts, to the cent.
    Amounts,
    /// Amounts whose usual size differs from run to run by a fifth.
    RestlessAmounts,
    /// Whole quantities of one to twenty.
    Quantities,
    /// Six states, always in the same parts.
    States,
    /// Six states whose parts differ from run to run, by a third.
    RestlessStates,
    /// Six states that are in other parts at weekends.
    WeekendStates,
    /// The first load has all there ever was, others what is new: nearly all states are closed, then open.
    FirstLoadOfAll,
    /// Numbers given out in turn, the next ones with every run.
    Ids,
    /// The ids of orders, of which each has three lines.
    OrderIds,
    /// The day of the run, and the one before.
    Days,
    /// Texts that all differ.
    Texts,
    /// One value.
    Constant,
}

pub const KINDS: [Kind; 12] = [
    Kind::Amounts,
    Kind::RestlessAmounts,
    Kind::Quantities,
    Kind::States,
    Kind::RestlessStates,
    Kind::WeekendStates,
    Kind::FirstLoadOfAll,
    Kind::Ids,
    Kind::OrderIds,
    Kind::Days,
    Kind::Texts,
    Kind::Constant,
];

/// Those that stay as they are but for what shifts them.
pub const STEADY: [Kind; 3] = [Kind::Amounts, Kind::Quantities, Kind::States];

const RANKS: [f64; 11] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];

/// What is the same in all runs of a column.
pub struct Column {
    kind: Kind,
    rows: f64,
    parts: [f64; 6],
    weekend: [f64; 6],
    next: u64,
    is_first: bool,
    random: Random,
}

impl Column {
    pub fn new(kind: Kind, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let rows = random.between(4.0, 8.0).exp();
        let parts = std::array::from_fn(|_| random.between(0.05, 1.0));
        let weekend = std::array::from_fn(|_| random.between(0.05, 1.0));
        Self { kind, rows, parts, weekend, next: 1_000_000, is_first: true, random }
    }

    /// The column's profile in the run of this day; `shifted` values are others.
    pub fn run(&mut self, day: u64, shifted: bool) -> ColumnProfile {
        let first = std::mem::take(&mut self.is_first) && self.kind == Kind::FirstLoadOfAll;
        let rows = self.random.poisson(self.rows * if first { 4.0 } else { 1.0 }).max(1.0) as usize;
        match self.kind {
            Kind::Amounts | Kind::RestlessAmounts => self.amounts(rows, shifted),
            Kind::Quantities => self.quantities(rows, shifted),
            Kind::Ids => self.serial(rows, 1),
            Kind::OrderIds => self.serial(rows, 3),
            Kind::Days => {
                let dates = (0..rows)
                    .map(|_| (day - u64::from(day > 0 && self.random.chance(0.3))) as f64 * 86_400.0);
                let profile = numbers(dates.collect());
                ColumnProfile { times: Some(TimeStatistics::default()), ..profile }
            }
            Kind::Texts => texts((0..rows).map(|n| format!("{day}-{n}"))),
            Kind::Constant => texts((0..rows).map(|_| "EUR".to_owned())),
            Kind::States | Kind::RestlessStates | Kind::WeekendStates | Kind::FirstLoadOfAll => {
                self.states(rows, day, (first, shifted))
            }
        }
    }

    fn amounts(&mut self, rows: usize, shifted: bool) -> ColumnProfile {
        let restless = if self.kind == Kind::RestlessAmounts { 0.2 * self.random.normal() } else { 0.0 };
        let size = 4.0 + restless + if shifted { 1.0 } else { 0.0 };
        let amounts = (0..rows).map(|_| ((size + 0.8 * self.random.normal()).exp() * 100.0).round() / 100.0);
        numbers(amounts.collect())
    }

    fn quantities(&mut self, rows: usize, shifted: bool) -> ColumnProfile {
        let most = if shifted { 40.0 } else { 20.0 };
        numbers((0..rows).map(|_| self.random.between(1.0, most).round()).collect())
    }

    fn serial(&mut self, rows: usize, each: u64) -> ColumnProfile {
        let first = self.next;
        self.next += rows as u64 / each + 1;
        numbers((0..rows as u64).map(|n| (first + n / each) as f64).collect())
    }

    fn states(&mut self, rows: usize, day: u64, (first, shifted): (bool, bool)) -> ColumnProfile {
        let mut parts = self.parts;
        match self.kind {
            Kind::RestlessStates => {
                parts.iter_mut().for_each(|part| *part *= (0.33 * self.random.normal()).exp());
            }
            // The first of January 1970 was a Thursday.
            Kind::WeekendStates if (day + 3) % 7 >= 5 => parts = self.weekend,
            Kind::FirstLoadOfAll if first => parts = [0.01, 0.01, 0.01, 0.01, 0.01, 5.0],
            _ => {}
        }
        if shifted {
            parts.rotate_left(3);
        }
        let all: f64 = parts.iter().sum();
        let mut draw = || {
            let mut left = self.random.uniform() * all;
            let place = parts.iter().position(|part| {
                left -= part;
                left <= 0.0
            });
            format!("state {}", place.unwrap_or(5))
        };
        texts((0..rows).map(|_| draw()).collect::<Vec<_>>().into_iter())
    }
}

fn numbers(mut values: Vec<f64>) -> ColumnProfile {
    values.sort_by(f64::total_cmp);
    let rows = values.len();
    let at = |rank: f64| values[((rank * rows as f64).ceil() as usize).clamp(1, rows) - 1];
    let quantiles = RANKS.map(|rank| Quantile { rank, value: at(rank) }).to_vec();
    let integers = values.iter().filter(|value| value.fract() == 0.0).count() as u64;
    let distinct = values.chunk_by(|a, b| a == b).count() as f64;
    let numbers = NumberStatistics { count: rows as u64, integers, quantiles, ..NumberStatistics::default() };
    ColumnProfile { numbers: Some(numbers), ..column(rows, distinct) }
}

fn texts(values: impl Iterator<Item = String>) -> ColumnProfile {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut rows = 0;
    for value in values {
        *counts.entry(value).or_default() += 1;
        rows += 1;
    }
    let distinct = counts.len() as f64;
    let mut frequent: Vec<FrequentValue> =
        counts.into_iter().map(|(value, count)| FrequentValue { value, count, error: 0 }).collect();
    frequent.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    frequent.truncate(20);
    ColumnProfile { frequent, ..column(rows, distinct) }
}

fn column(rows: usize, distinct: f64) -> ColumnProfile {
    ColumnProfile {
        column: "column".into(),
        rows: rows as u64,
        distinct: Estimate::exact(distinct),
        uniqueness: Estimate::exact(distinct / rows as f64),
        ..ColumnProfile::default()
    }
}
