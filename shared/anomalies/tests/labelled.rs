//! How well anomalies are found, on generated series whose anomalies are known: precision, recall and F1
//! beside two methods that people use, and the rate of false alarms on series without any.
//!
//! `cargo test --release -p forebay-anomalies --test labelled -- --nocapture` prints the figures of the
//! held-out series; with `--include-ignored`, also those of the series that constants were chosen on.

#![expect(clippy::print_stdout, reason = "the figures are what this test is for")]

#[path = "labelled/clean.rs"]
mod clean;
#[path = "labelled/drawn.rs"]
mod drawn;
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
use series::{DRAWN, FAMILIES, Family, KINDS, Series, generate, generate_of};

/// The seeds that constants were chosen on: 201 to 400 were held out once and have been looked at since.
const TUNED: RangeInclusive<u64> = 1..=400;
const TUNED_TOO: RangeInclusive<u64> = 30_000_000..=30_001_999;
const TUNED_CLEAN: u64 = 20_000_000;
/// Those that were only measured, when nothing was changed any more.
const HELD_OUT: RangeInclusive<u64> = 401..=1000;
const HELD_OUT_CLEAN: u64 = 130_000_000;
/// Judged points of each family: as many as do not take minutes.
const CLEAN_POINTS: usize = if cfg!(debug_assertions) { 6_000 } else { 24_000 };
/// So many that four standard deviations of the count of false alarms are a quarter of the target of 0.001.
const MANY_CLEAN_POINTS: usize = 256_000;
/// What the README states, rounded down.
const FLOOR: f64 = 0.83;
const DRAWN_FLOOR: f64 = 0.7;
/// Counts are expected to have light tails; those that have not exceed the targets up to so many times. The
/// README states it as a limit.
const UNEXPECTED: [f64; 3] = [2.5, 6.0, 12.0];

type Method = (&'static str, fn(&Series) -> Alarms);

const METHODS: [Method; 3] =
    [("ours", ours), ("rolling z-score, 14", methods::rolling), ("weekday + MAD", methods::weekday_mad)];

fn ours(series: &Series) -> Alarms {
    let [alarms] = methods::ours(series, [0.001]);
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
    for family in FAMILIES.into_iter().chain(DRAWN) {
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
fn labelled(all: &[Series]) -> Vec<Score> {
    METHODS.iter().map(|(name, judge)| measure(name, *judge, all)).collect()
}

#[test]
fn labelled_anomalies_are_found_better_than_by_what_people_use() {
    println!("held out, seeds {HELD_OUT:?}");
    let scores = labelled(&HELD_OUT.map(|seed| generate(seed, true)).collect::<Vec<_>>());
    let [ours, rolling, weekday] = [0, 1, 2].map(|method| scores[method].f1());
    assert!(ours >= FLOOR, "F1 {ours}");
    assert!(ours > 2.0 * rolling && ours > 2.0 * weekday, "{ours}, {rolling}, {weekday}");
    let events = scores[0].found + scores[0].missed;
    assert!(events >= 250, "{events} anomalies are too few to say anything");
}

#[test]
fn anomalies_of_shares_and_sums_are_found_better_than_by_what_people_use() {
    println!("shares and sums, held out, seeds {HELD_OUT:?}");
    let of = |seed: u64| generate_of(DRAWN[(seed % 4) as usize], seed, true);
    let scores = labelled(&HELD_OUT.map(of).collect::<Vec<_>>());
    let [ours, rolling, weekday] = [0, 1, 2].map(|method| scores[method].f1());
    assert!(ours >= DRAWN_FLOOR, "F1 {ours}");
    assert!(ours > rolling && ours > weekday, "{ours}, {rolling}, {weekday}");
}

#[test]
fn clean_series_of_every_family_raise_no_more_false_alarms_than_the_target() {
    every_family_keeps_the_target(CLEAN_POINTS);
}

#[test]
#[ignore = "takes minutes, in a release build"]
fn clean_series_keep_the_target_within_a_quarter() {
    every_family_keeps_the_target(MANY_CLEAN_POINTS);
}

fn every_family_keeps_the_target(points: usize) {
    println!("clean, held out");
    for row in clean::measure(HELD_OUT_CLEAN, points) {
        for ((rate, target), times) in row.rates.into_iter().zip(clean::TARGETS).zip(UNEXPECTED) {
            let limit = if row.family == Some(Family::HeavyCounts) { times * target } else { target };
            assert!(rate.of() <= rate.allowed(limit), "{}: {rate:?} at target {target}", row.name());
        }
    }
}

#[test]
#[ignore = "the series that constants were chosen on say nothing about others"]
fn the_series_that_constants_were_chosen_on() {
    println!("tuned on, seeds {TUNED:?} and {TUNED_TOO:?}");
    let all: Vec<Series> = TUNED.chain(TUNED_TOO).map(|seed| generate(seed, true)).collect();
    assert!(labelled(&all)[0].f1() > 0.5);
    println!("clean, tuned on");
    assert!(clean::measure(TUNED_CLEAN, 60_000).iter().all(|row| row.rates[1].of() < 0.01));
}
