//! Large shifts while their series are still being learned: what is told of them, of which columns nothing is, and
//! how often by mistake.
//!
//! `cargo test --release -p forebay-anomalies --test shifts -- --nocapture` prints the figures.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is broken")]

#[path = "shifts/columns.rs"]
mod columns;
#[expect(dead_code, reason = "the labelled series use the rest of it")]
#[path = "labelled/random.rs"]
mod random;

use forebay_anomalies::distance::{Extent, LARGE_PSI, shift};
use forebay_anomalies::metrics::{StreamFacts, measure};
use forebay_anomalies::sudden::{Compared, judge, large_shift};
use forebay_anomalies::{Marks, Settings};
use forebay_model::anomaly::{Metric, Point, SeriesKey, Verdict};
use forebay_model::profile::ColumnProfile;
use forebay_model::{Instant, SourceId, StreamName};

use columns::{Column, KINDS, Kind, STEADY};

/// Runs of the learning phase, the first one included, which has nothing to be compared with.
const RUNS: u64 = 15;
/// A Monday of 1970, in days.
const MONDAY: u64 = 4;
const COLUMNS: u64 = if cfg!(debug_assertions) { 40 } else { 400 };

fn series() -> SeriesKey {
    let (source, stream) = (SourceId::new("shop").unwrap(), StreamName::new("order").unwrap());
    SeriesKey { source, stream, column: Some("column".into()), metric: Metric::DistributionShift }
}

fn at(day: u64) -> Instant {
    Instant::EPOCH.plus_seconds(i64::try_from(day).unwrap() * 86_400)
}

/// The point of the run, if it has one.
fn measured(day: u64, before: &ColumnProfile, after: &ColumnProfile) -> Option<Point> {
    let SeriesKey { source, stream, .. } = series();
    let facts = StreamFacts { source, stream, records: after.rows, started: at(day), newest_change: None };
    let points = measure(&facts, std::slice::from_ref(after), std::slice::from_ref(before));
    points.into_iter().find(|(key, _)| *key == series()).map(|(_, point)| point)
}

/// How many points the runs of a column gave, and at which of them it was unusual. From run `shifted` on its values are others.
fn told(kind: Kind, seed: u64, runs: u64, shifted: Option<u64>) -> (usize, Vec<u64>) {
    let mut column = Column::new(kind, seed);
    let start = MONDAY + seed % 7;
    let mut before: ColumnProfile = column.run(start, false);
    let (mut history, mut found, mut judged_points) = (Vec::new(), Vec::new(), 0);
    for day in start + 1..start + runs {
        let after = column.run(day, shifted.is_some_and(|from| day >= start + from));
        if let Some(new) = measured(day, &before, &after) {
            let compared = Compared { before: &before, after: &after };
            judged_points += 1;
            let settings = Settings::for_series(&series());
            let verdict = judge(&history, &Marks::default(), new, &settings, Some(compared));
            if matches!(verdict, Verdict::Unusual { .. }) {
                found.push(day - start);
            }
            history.push(new);
        }
        before = after;
    }
    (judged_points, found)
}

#[test]
fn columns_without_a_shift_raise_hardly_any_while_they_are_learned() {
    for kind in KINDS {
        let (mut points, mut alarms) = (0, 0);
        for seed in 0..COLUMNS {
            let (judged, found) = told(kind, 7_000 + seed, RUNS, None);
            points += judged;
            alarms += found.len();
        }
        let rate = alarms as f64 / f64::from(u32::try_from(points.max(1)).unwrap());
        println!(
            "clean, {kind:<16?} {points:6} comparisons: {alarms:4} alarms ({rate:.5})",
            kind = format!("{kind:?}")
        );
        let most = match kind {
            // They do shift now and then, and nobody can know yet that they always will.
            Kind::RestlessStates | Kind::RestlessAmounts => 0.002,
            _ => 0.001,
        };
        assert!(rate <= most, "{kind:?}: {rate}");
    }
}

#[test]
fn a_first_large_shift_is_told_once() {
    for kind in STEADY {
        let (mut found, mut others) = (0, 0);
        for seed in 0..COLUMNS {
            let shifted = 6 + seed % 8;
            let (_, told) = told(kind, 90_000 + seed, RUNS, Some(shifted));
            found += usize::from(told.contains(&shifted));
            others += told.iter().filter(|day| **day != shifted).count();
        }
        println!("shifted, {kind:?}: {found} of {COLUMNS} found, {others} others");
        assert_eq!(others, 0, "{kind:?}");
        assert!(found as u64 * 3 > COLUMNS, "{kind:?}: {found}");
    }
}

#[test]
fn new_ids_and_dates_with_every_run_are_silent_while_learning_and_after() {
    for kind in [Kind::Ids, Kind::OrderIds, Kind::Days, Kind::Texts] {
        for seed in 0..20 {
            let (_, found) = told(kind, seed, 60, None);
            assert!(found.is_empty(), "{kind:?}: {found:?}");
        }
    }
}

/// Eight quiet runs, then one in which everything is other.
fn quiet_then(kind: Kind, seed: u64) -> (Vec<Point>, ColumnProfile, ColumnProfile, Point) {
    let mut column = Column::new(kind, seed);
    let mut before = column.run(MONDAY, false);
    let mut history = Vec::new();
    for day in MONDAY + 1..MONDAY + 9 {
        let after = column.run(day, false);
        history.push(Point { at: at(day), value: shift(&before, &after).unwrap().distance() });
        before = after;
    }
    let after = column.run(MONDAY + 9, true);
    let new = Point { at: at(MONDAY + 9), value: shift(&before, &after).unwrap().distance() };
    (history, before, after, new)
}

#[test]
fn what_is_told_names_the_column_the_distance_and_the_threshold() {
    let (history, before, after, new) = quiet_then(Kind::Amounts, 3);
    let compared = Compared { before: &before, after: &after };
    let (expected, finding) =
        large_shift(&Settings::for_series(&series()), &history, &Marks::default(), new, compared).unwrap();
    let text = &finding.explanation;
    for part in [
        "`order.column`",
        "at a distance of 0.",
        "median went from",
        "large from 0.25",
        "still being learned",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(expected.high < new.value && expected.low <= expected.value && finding.chance < 1e-5);
    assert_eq!(shift(&before, &after).unwrap().extent(), Extent::Large);
    let personal = |profile: &ColumnProfile| ColumnProfile { masked: true, ..profile.clone() };
    let (before, after) = (personal(&before), personal(&after));
    let compared = Compared { before: &before, after: &after };
    let (_, finding) =
        large_shift(&Settings::for_series(&series()), &history, &Marks::default(), new, compared).unwrap();
    assert!(!finding.explanation.contains("median"), "{}", finding.explanation);
}

#[test]
fn once_learned_the_baseline_decides_and_its_finding_says_how_large_the_shift_is() {
    let (_, before, after, new) = quiet_then(Kind::Amounts, 3);
    let compared = Some(Compared { before: &before, after: &after });
    let settings = Settings::for_series(&series());
    let new = Point { at: at(MONDAY + 60), ..new };
    let past = |far: f64| -> Vec<Point> {
        let value = |day: u64| if day.is_multiple_of(3) { far } else { 0.01 * (day % 5) as f64 };
        (MONDAY..MONDAY + 60).map(|day| Point { at: at(day), value: value(day) }).collect()
    };
    let verdict = judge(&past(0.02), &Marks::default(), new, &settings, compared);
    let Verdict::Unusual { finding, .. } = verdict else { panic!("{verdict:?}") };
    assert!(finding.explanation.ends_with("and large from 0.25."), "{}", finding.explanation);
    // Every third run is as far off.
    let usual = judge(&past(new.value), &Marks::default(), new, &settings, compared);
    assert!(matches!(usual, Verdict::Usual { .. }), "{usual:?}");
}

#[test]
fn nothing_is_told_of_what_cannot_be_known() {
    let (history, before, after, new) = quiet_then(Kind::Amounts, 3);
    let told = |history: &[Point], marks: &Marks, before: &ColumnProfile| {
        let compared = Compared { before, after: &after };
        large_shift(&Settings::for_series(&series()), history, marks, new, compared).is_some()
    };
    let none = Marks::default();
    assert!(told(&history, &none, &before));
    // The first comparison counts for nothing, whatever it was.
    assert!(!told(&history[4..], &none, &before));
    let mut first_was_far = history.clone();
    first_was_far[0].value = 1.0;
    assert!(told(&first_was_far, &none, &before));
    // It was as far before.
    let mut was_far = history.clone();
    was_far[2].value = 0.9 * new.value;
    assert!(!told(&was_far, &none, &before));
    // A holiday, and a false alarm.
    assert!(!told(&history, &Marks { ignored: vec![(new.at, new.at)], ..Marks::default() }, &before));
    assert!(!told(&history, &Marks { false_alarms: vec![new.at], ..Marks::default() }, &before));
    // A first load of everything beside a run of what is new.
    let all = ColumnProfile { rows: 100 * after.rows, ..before.clone() };
    assert!(!told(&history, &none, &all));
}

#[test]
fn too_few_values_tell_nothing_of_a_distribution() {
    let few = |rows: u64| {
        let mut column = Column::new(Kind::States, 1);
        let mut of = |shifted: bool| {
            let mut profile = column.run(1, shifted);
            let parts = if shifted { [rows / 4, rows - rows / 4] } else { [rows - rows / 4, rows / 4] };
            profile.frequent.truncate(2);
            profile.frequent.iter_mut().zip(parts).for_each(|(value, count)| value.count = count);
            profile.frequent[0].value = "a".into();
            profile.frequent[1].value = "b".into();
            ColumnProfile { rows, ..profile }
        };
        let (before, after) = (of(false), of(true));
        let shift = shift(&before, &after).unwrap();
        let history: Vec<Point> =
            (MONDAY..MONDAY + 9).map(|day| Point { at: at(day), value: 0.01 }).collect();
        let new = Point { at: at(MONDAY + 9), value: shift.distance() };
        let compared = Compared { before: &before, after: &after };
        (
            shift.psi_by_chance(),
            large_shift(&Settings::for_series(&series()), &history, &Marks::default(), new, compared)
                .is_some(),
        )
    };
    // Two values: chance alone reaches 0.25 with 81 on each side, once in a thousand times.
    let (chance, told) = few(72);
    assert!(chance > LARGE_PSI && !told, "{chance}");
    let (chance, told) = few(96);
    assert!(chance < LARGE_PSI && told, "{chance}");
}
