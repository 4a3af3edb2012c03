//! How well anomalies are found, on generated series whose anomalies are known: precision, recall and F1
//! beside two methods that people use, and the rate of false alarms on series without any.
//!
//! `cargo test --release -p forebay-anomalies --test labelled -- --nocapture` prints the figures of the
//! held-out series; with `--include-ignored`, also those of the series that constants were chosen on.

#![expect(clippy::print_stdout, reason = "the figures are what this test is for")]

#[path = "labelled/methods.rs"]
mod methods;
#[path = "labelled/random.rs"]
mod random;
#[path = "labelled/score.rs"]
mod score;
#[path = "labelled/series.rs"]
mod series;

use std::ops::RangeInclusive;

use methods::Alarms;
use score::Score;
use series::{FAMILIES, KINDS, Series, generate};

/// The seeds that constants were chosen on: 201 to 400 were held out once and have been looked at since.
const TUNED: RangeInclusive<u64> = 1..=400;
const TUNED_CLEAN: RangeInclusive<u64> = 1001..=2000;
/// Those that were only measured, when nothing was changed any more.
const HELD_OUT: RangeInclusive<u64> = 401..=600;
const HELD_OUT_CLEAN: RangeInclusive<u64> = 401..=1000;
const TARGETS: [f64; 2] = [0.001, 0.01];
/// What the README states, rounded down.
const FLOOR: f64 = 0.85;
/// How far series whose noise has no fourth moment exceed each target: a hundred points do not tell such
/// noise from milder noise. No other family may, and neither may all together, these among them.
const HEAVY_TAILS: [f64; 2] = [5.0, 2.0];

type Method = (&'static str, fn(&Series) -> Alarms);

const METHODS: [Method; 3] =
    [("ours", ours), ("rolling z-score, 14", methods::rolling), ("weekday + MAD", methods::weekday_mad)];

fn ours(series: &Series) -> Alarms {
    let [alarms, _] = methods::ours(series, TARGETS);
    alarms
}

/// Prints the scores of a method by kind and returns the overall one.
fn measure(name: &str, judge: fn(&Series) -> Alarms, all: &[Series]) -> Score {
    let scores: Vec<Score> = all.iter().map(|series| Score::of(series, &judge(series))).collect();
    let sum = |of: &dyn Fn(&Series) -> bool| {
        let mut sum = Score::default();
        all.iter().zip(&scores).filter(|(s, _)| of(s)).for_each(|(_, score)| sum.add(*score));
        sum
    };
    for kind in KINDS {
        print(&format!("{name}, {kind:?}"), sum(&|s| s.kind == Some(kind)));
    }
    for family in FAMILIES {
        print(&format!("{name}, {family:?}"), sum(&|s| s.family == family));
    }
    print(&format!("{name}, no anomaly"), sum(&|s| s.kind.is_none()));
    let overall = sum(&|_| true);
    print(&format!("{name}, all"), overall);
    overall
}

fn print(name: &str, score: Score) {
    println!(
        "{name:<36} {:4} found {:4} missed {:5} false  precision {:.3} recall {:.3} F1 {:.3}",
        score.found,
        score.missed,
        score.false_alarms,
        score.precision(),
        score.recall(),
        score.f1()
    );
}

/// The scores of every method, ours first.
fn labelled(seeds: RangeInclusive<u64>) -> Vec<Score> {
    let all: Vec<Series> = seeds.map(|seed| generate(seed, true)).collect();
    METHODS.iter().map(|(name, judge)| measure(name, *judge, &all)).collect()
}

/// False alarms and judged points at one target.
#[derive(Debug, Clone, Copy, Default)]
struct Rate {
    alarms: usize,
    points: usize,
}

impl Rate {
    fn add(&mut self, other: Self) {
        self.alarms += other.alarms;
        self.points += other.points;
    }

    fn of(self) -> f64 {
        self.alarms as f64 / self.points.max(1) as f64
    }

    /// What one measurement in a hundred would exceed if `target` were kept exactly, and points were alarms
    /// independently of one another.
    fn allowed(self, target: f64) -> f64 {
        target + 2.33 * (target * (1.0 - target) / self.points as f64).sqrt()
    }
}

/// The rates at each of [`TARGETS`] on clean series, printed by family; the last row is of all.
fn clean(seeds: RangeInclusive<u64>) -> Vec<(String, [Rate; 2])> {
    let mut rows: Vec<(String, [Rate; 2])> =
        FAMILIES.iter().map(|family| (format!("{family:?}"), Default::default())).collect();
    let mut all = [Rate::default(); 2];
    for series in seeds.map(|seed| generate(seed, false)) {
        let row = FAMILIES.iter().position(|family| *family == series.family).unwrap_or_default();
        for (index, judged) in methods::ours(&series, TARGETS).iter().enumerate() {
            let alarms = judged.iter().filter(|(_, alarm)| *alarm).count();
            let ignored = judged.iter().filter(|(index, _)| series.is_ignored(*index)).count();
            let rate = Rate { alarms, points: judged.len() - ignored };
            rows[row].1[index].add(rate);
            all[index].add(rate);
        }
    }
    rows.push(("all".to_owned(), all));
    for (name, rates) in &rows {
        let shown = rates.map(|rate| format!("{:4} ({:.5})", rate.alarms, rate.of()));
        println!(
            "clean, {name:<12} {:6} points: {} at 0.001, {} at 0.01",
            rates[0].points, shown[0], shown[1]
        );
    }
    rows
}

#[test]
fn labelled_anomalies_are_found_better_than_by_what_people_use() {
    println!("held out, seeds {HELD_OUT:?}");
    println!("(1 to 200 and 201 to 400 have both been looked at while constants were chosen)");
    let scores = labelled(HELD_OUT);
    let [ours, rolling, weekday] = [0, 1, 2].map(|method| scores[method].f1());
    assert!(ours >= FLOOR, "F1 {ours}");
    assert!(ours > 2.0 * rolling && ours > 2.0 * weekday, "{ours}, {rolling}, {weekday}");
    let events = scores[0].found + scores[0].missed;
    assert!(events >= 250, "{events} anomalies are too few to say anything");
}

#[test]
fn clean_series_raise_no_more_false_alarms_than_the_target() {
    println!("clean, held out, seeds {HELD_OUT_CLEAN:?}");
    for (name, rates) in clean(HELD_OUT_CLEAN) {
        for ((rate, target), heavy) in rates.into_iter().zip(TARGETS).zip(HEAVY_TAILS) {
            let limit = if name == "HeavyTails" { heavy * target } else { target };
            assert!(rate.of() <= rate.allowed(limit), "{name}: {rate:?} at target {target}");
        }
    }
}

#[test]
#[ignore = "the series that constants were chosen on say nothing about others"]
fn the_series_that_constants_were_chosen_on() {
    println!("tuned on, seeds {TUNED:?}");
    assert!(labelled(TUNED)[0].f1() > 0.5);
    println!("clean, tuned on, seeds {TUNED_CLEAN:?}");
    assert!(clean(TUNED_CLEAN).iter().all(|(_, rates)| rates[0].of() < 0.01));
}
