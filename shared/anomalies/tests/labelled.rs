//! How well anomalies are found, on generated series whose anomalies are known: precision, recall and F1
//! beside two methods that people use, and the rate of false alarms on series without any.
//!
//! `cargo test --release -p forebay-anomalies --test labelled -- --nocapture` prints the figures.

#![expect(clippy::print_stdout, reason = "the figures are what this test is for")]

#[path = "labelled/methods.rs"]
mod methods;
#[path = "labelled/random.rs"]
mod random;
#[path = "labelled/score.rs"]
mod score;
#[path = "labelled/series.rs"]
mod series;

use score::Score;
use series::{FAMILIES, KINDS, Series, generate};

/// The seeds that constants were chosen on, and those that were only looked at afterwards.
const TUNED: std::ops::RangeInclusive<u64> = 1..=200;
const HELD_OUT: std::ops::RangeInclusive<u64> = 201..=400;
const TARGET: f64 = 0.001;

type Method = (&'static str, fn(&Series) -> methods::Alarms);

const METHODS: [Method; 3] = [
    ("ours", |series| methods::ours(series, TARGET)),
    ("rolling z-score, 14", methods::rolling),
    ("weekday + MAD", methods::weekday_mad),
];

/// Prints the scores of a method by kind and returns the overall one.
fn measure(name: &str, judge: fn(&Series) -> methods::Alarms, all: &[Series]) -> Score {
    let scores: Vec<Score> = all.iter().map(|series| Score::of(series, &judge(series))).collect();
    let mut overall = Score::default();
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
    scores.iter().for_each(|score| overall.add(*score));
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

#[test]
fn labelled_anomalies_are_found_better_than_by_what_people_use() {
    let (mut events, mut overall) = (0, Score::default());
    for (name, seeds) in [("tuned", TUNED), ("held out", HELD_OUT)] {
        println!("\n{name}");
        let all: Vec<Series> = seeds.map(|seed| generate(seed, true)).collect();
        events += all.iter().map(|series| series.anomalies.len()).sum::<usize>();
        let scores: Vec<Score> = METHODS.iter().map(|(name, judge)| measure(name, *judge, &all)).collect();
        let f1: Vec<f64> = scores.iter().map(|score| score.f1()).collect();
        overall.add(scores[0]);
        assert!(f1[0] >= 0.82, "{name}: F1 {}", f1[0]);
        assert!(f1[0] > f1[1] && f1[0] > f1[2], "{name}: {f1:?}");
    }
    print("ours, tuned and held out", overall);
    assert!(overall.f1() >= 0.85, "F1 {}", overall.f1());
    assert!(events >= 500, "{events} anomalies are too few to say anything");
}

#[test]
fn clean_series_raise_no_more_false_alarms_than_the_target() {
    let clean: Vec<Series> = (1..=400).map(|seed| generate(seed, false)).collect();
    for target in [0.01, 0.001] {
        let (mut alarms, mut points) = (0usize, 0usize);
        for family in FAMILIES {
            let (mut some, mut of) = (0usize, 0usize);
            for series in clean.iter().filter(|s| s.family == family) {
                let judged = methods::ours(series, target);
                some += judged.iter().filter(|(_, alarm)| *alarm).count();
                of += judged.len() - series.marks.ignored.len().min(judged.len());
            }
            println!("target {target}: {family:?} {some} of {of}: {:.5}", some as f64 / of as f64);
            alarms += some;
            points += of;
        }
        let rate = alarms as f64 / points as f64;
        let allowance = 2.33 * (target * (1.0 - target) / points as f64).sqrt();
        println!("target {target}: {alarms} of {points}: {rate:.5}, allowed {:.5}", target + allowance);
        assert!(rate <= target + allowance, "{rate} at target {target}");
    }
}
