//! The rate of false alarms on series without any anomaly, by family.

use std::sync::Mutex;

use crate::methods;
use crate::series::{FAMILIES, Family, OTHERS, generate_of};

pub const TARGETS: [f64; 3] = [0.01, 0.001, 0.0001];

/// False alarms and judged points at one target.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rate {
    pub alarms: usize,
    pub points: usize,
}

impl Rate {
    fn add(&mut self, other: Self) {
        self.alarms += other.alarms;
        self.points += other.points;
    }

    pub fn of(self) -> f64 {
        self.alarms as f64 / self.points.max(1) as f64
    }

    /// Four standard deviations above what `target` gives, were it kept exactly and points alarms
    /// independently of one another: one measurement in thirty thousand would exceed it.
    pub fn allowed(self, target: f64) -> f64 {
        target + 4.0 * (target * (1.0 - target) / self.points as f64).sqrt()
    }
}

/// The rates at each of [`TARGETS`]; of no family, those of all families together but `HeavyCounts`.
pub struct Row {
    pub family: Option<Family>,
    pub rates: [Rate; 3],
}

impl Row {
    pub fn name(&self) -> String {
        self.family.map_or_else(|| "all".to_owned(), |family| format!("{family:?}"))
    }

    fn print(&self) {
        let shown = self.rates.map(|rate| format!("{:5} ({:.5})", rate.alarms, rate.of()));
        let name = self.name();
        let points = self.rates[0].points;
        println!(
            "clean, {name:<12} {points:7} points: {} at 0.01, {} at 0.001, {} at 0.0001",
            shown[0], shown[1], shown[2]
        );
    }
}

/// Series from `first_seed` on, until at least so many points of each family have been judged. Two families
/// at a time: most machines have two cores.
pub fn measure(first_seed: u64, points: usize) -> Vec<Row> {
    let mut families: Vec<Family> = FAMILIES.to_vec();
    families.extend(OTHERS);
    let (todo, done) = (Mutex::new(families.clone()), Mutex::new(Vec::new()));
    let next = || todo.lock().ok().and_then(|mut left| left.pop());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(family) = next() {
                    let rates = rates(family, first_seed, points);
                    let row = Row { family: Some(family), rates };
                    row.print();
                    if let Ok(mut done) = done.lock() {
                        done.push(row);
                    }
                }
            });
        }
    });
    let mut rows = done.into_inner().unwrap_or_default();
    assert_eq!(rows.len(), families.len(), "a family was not measured");
    let mut all = Row { family: None, rates: [Rate::default(); 3] };
    for row in rows.iter().filter(|row| row.family != Some(Family::HeavyCounts)) {
        all.rates.iter_mut().zip(row.rates).for_each(|(sum, rate)| sum.add(rate));
    }
    all.print();
    rows.push(all);
    rows
}

fn rates(family: Family, first_seed: u64, points: usize) -> [Rate; 3] {
    let mut rates = [Rate::default(); 3];
    let place = FAMILIES.iter().chain(&OTHERS).position(|f| *f == family).unwrap_or_default();
    let mut seed = first_seed + 1_000_000 * place as u64;
    while rates[0].points < points {
        let series = generate_of(family, seed, false);
        seed += 1;
        for (rate, judged) in rates.iter_mut().zip(methods::ours(&series, TARGETS)) {
            let alarms = judged.iter().filter(|(_, alarm)| *alarm).count();
            let points = judged.iter().filter(|(index, _)| !series.is_ignored(*index)).count();
            rate.add(Rate { alarms, points });
        }
    }
    rates
}
