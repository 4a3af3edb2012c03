//! What a verdict promises, whatever the series.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is broken")]

use forebay_anomalies::detect::{Domain, FEWEST_POINTS, LARGEST_VALUE, SHIFT_POINTS, Sides};
use forebay_anomalies::{Baseline, Marks, Settings, detect};
use forebay_model::anomaly::{Expected, Metric, Point, SeriesKey, Verdict};
use forebay_model::{Instant, SourceId, StreamName};
use proptest::prelude::*;

/// Days since Monday 2026-01-05, at six.
fn day(day: i64) -> Instant {
    Instant::parse("2026-01-05T06:00:00Z").unwrap().plus_seconds(day * 86_400)
}

fn noise(i: i64) -> f64 {
    (i * 7919 % 1009) as f64 / 1009.0 - 0.5
}

fn volume() -> Settings {
    let (source, stream) = (SourceId::new("crm").unwrap(), StreamName::new("customer").unwrap());
    Settings::for_series(&SeriesKey { source, stream, column: None, metric: Metric::Volume })
}

/// A thousand a day, three hundred at weekends.
fn weeks(days: i64) -> Vec<Point> {
    let usual = |i: i64| if i % 7 >= 5 { 300.0 } else { 1000.0 };
    (0..days).map(|i| Point { at: day(i), value: (usual(i) * (1.0 + 0.1 * noise(i))).round() }).collect()
}

fn unusual(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Unusual { .. })
}

#[test]
fn too_little_history_is_learning_and_says_how_much_is_missing() {
    let history = weeks(10);
    let new = Point { at: day(10), value: 0.0 };
    let needed = (FEWEST_POINTS - 10) as u32;
    assert_eq!(detect(&history, &Marks::default(), new, &volume()), Verdict::Learning { needed });
    assert_eq!(detect(&[], &Marks::default(), new, &volume()), Verdict::Learning { needed: needed + 10 });
}

#[test]
fn a_finding_says_what_was_expected_what_came_how_unusual_and_since_when() {
    let new = Point { at: day(84), value: 12.0 };
    let verdict = detect(&weeks(84), &Marks::default(), new, &volume());
    let Verdict::Unusual { expected, finding } = verdict else { panic!("{verdict:?}") };
    assert!((900.0..1100.0).contains(&expected.value) && expected.low > 650.0 && expected.high < 1450.0);
    assert!(finding.chance <= 0.001 && finding.deviations > 5.0 && finding.since == day(84));
    let text = &finding.explanation;
    for part in [
        "`customer` brought 12 records; between ",
        " were expected on a Monday. A value this low is expected once in ",
        " runs. Unusual since 2026-03-30 06:00 UTC.",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_weekend_is_no_drop_and_a_weekday_like_it_is() {
    let history = weeks(89);
    let saturday = Point { at: day(89), value: 300.0 };
    assert!(!unusual(&detect(&history, &Marks::default(), saturday, &volume())));
    let monday = Point { at: day(91), value: 300.0 };
    assert!(unusual(&detect(&history, &Marks::default(), monday, &volume())));
}

#[test]
fn a_new_level_is_one_finding_until_it_is_the_baseline() {
    let mut history = weeks(84);
    for i in 84..84 + SHIFT_POINTS as i64 + 4 {
        let level = if i % 7 >= 5 { 900.0 } else { 3000.0 };
        let new = Point { at: day(i), value: (level * (1.0 + 0.1 * noise(i))).round() };
        let verdict = detect(&history, &Marks::default(), new, &volume());
        match verdict {
            Verdict::Unusual { finding, .. } if i < 84 + SHIFT_POINTS as i64 => {
                assert_eq!(finding.since, day(84), "day {i}");
            }
            verdict if i < 84 + SHIFT_POINTS as i64 => panic!("day {i}: {verdict:?}"),
            verdict if i >= 84 + SHIFT_POINTS as i64 + 3 => {
                assert!(!unusual(&verdict), "day {i}: {verdict:?}")
            }
            _ => {}
        }
        history.push(new);
    }
}

#[test]
fn a_marked_false_alarm_teaches() {
    let mut history = weeks(84);
    history[60].value = 2500.0;
    let again = Point { at: day(84), value: 2400.0 };
    assert!(unusual(&detect(&history, &Marks::default(), again, &volume())));
    let marks = Marks { false_alarms: vec![day(60)], ..Marks::default() };
    assert!(!unusual(&detect(&history, &marks, again, &volume())));
}

#[test]
fn ignored_intervals_neither_teach_nor_alarm() {
    let mut history = weeks(84);
    let marks = Marks { ignored: vec![(day(70), day(75)), (day(84), day(84))], ..Marks::default() };
    let clean = detect(&history, &marks, Point { at: day(85), value: 1000.0 }, &volume());
    history[70..=75].iter_mut().for_each(|p| p.value = 0.0);
    assert_eq!(detect(&history, &marks, Point { at: day(85), value: 1000.0 }, &volume()), clean);
    let holiday = detect(&history, &marks, Point { at: day(84), value: 0.0 }, &volume());
    assert!(matches!(holiday, Verdict::Usual { expected } if expected.low == 0.0));
}

#[test]
fn one_change_of_schema_is_enough_and_fresh_data_alarms_nobody() {
    let (source, stream) = (SourceId::new("crm").unwrap(), StreamName::new("customer").unwrap());
    let key = |metric| SeriesKey { source: source.clone(), stream: stream.clone(), column: None, metric };
    let none: Vec<Point> = (0..30).map(|i| Point { at: day(i), value: 0.0 }).collect();
    let one = Point { at: day(30), value: 1.0 };
    assert!(unusual(&detect(
        &none,
        &Marks::default(),
        one,
        &Settings::for_series(&key(Metric::SchemaChange))
    )));
    let late: Vec<Point> = (0..60).map(|i| Point { at: day(i), value: 7200.0 + 600.0 * noise(i) }).collect();
    let freshness = Settings::for_series(&key(Metric::Freshness));
    let at = day(60);
    assert!(!unusual(&detect(&late, &Marks::default(), Point { at, value: 10.0 }, &freshness)));
    assert!(unusual(&detect(&late, &Marks::default(), Point { at, value: 90_000.0 }, &freshness)));
}

#[test]
fn what_is_no_measurement_neither_teaches_nor_alarms() {
    let history = weeks(84);
    let mut broken = history.clone();
    for (place, value) in [(10, f64::NAN), (30, f64::INFINITY), (31, f64::NEG_INFINITY), (55, f64::MAX)] {
        broken.insert(place, Point { at: history[place].at, value });
    }
    let learned = Baseline::learn(&broken, &Marks::default(), &volume()).unwrap();
    assert_eq!(learned.left_out(), 4);
    let new = Point { at: day(84), value: 12.0 };
    let expected = detect(&history, &Marks::default(), new, &volume());
    assert_eq!(learned.judge(new, &Marks::default(), &volume()), expected);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let verdict = learned.judge(Point { value, ..new }, &Marks::default(), &volume());
        assert_eq!(verdict, Verdict::Learning { needed: 0 });
    }
    let endless = Point { at: day(84), value: f64::MAX };
    assert!(unusual(&learned.judge(endless, &Marks::default(), &volume())));
}

#[test]
fn values_too_large_to_be_squared_are_still_being_learned() {
    let history: Vec<Point> =
        (0..60).map(|i| Point { at: day(i), value: f64::MAX * (0.9 + 0.1 * noise(i)) }).collect();
    let new = Point { at: day(60), value: f64::MAX };
    let verdict = detect(&history, &Marks::default(), new, &Settings::default());
    assert_eq!(verdict, Verdict::Learning { needed: FEWEST_POINTS as u32 });
    let large = |i: i64| Point { at: day(i), value: LARGEST_VALUE * (0.9 + 0.1 * noise(i)) };
    let history: Vec<Point> = (0..60).map(large).collect();
    let verdict = detect(&history, &Marks::default(), large(60), &Settings::default());
    assert!(matches!(verdict, Verdict::Usual { expected } if finite(&expected)), "{verdict:?}");
}

fn finite(expected: &Expected) -> bool {
    expected.value.is_finite() && expected.low.is_finite() && expected.high.is_finite()
}

/// Every power of two that a float can be, its neighbours at the ends, and what is no number.
fn extreme() -> impl Strategy<Value = f64> {
    let power = (-1074i32..1024, any::<bool>()).prop_map(|(power, negative)| {
        let size = if power < -1000 { f64::from_bits(1 << (power + 1074).min(51)) } else { 2f64.powi(power) };
        if negative { -size } else { size }
    });
    prop_oneof![
        4 => power,
        1 => Just(0.0),
        1 => prop_oneof![Just(f64::MAX), Just(f64::MIN), Just(LARGEST_VALUE), Just(-LARGEST_VALUE)],
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
        2 => any::<f64>(),
    ]
}

proptest! {
    /// No panic, whatever was measured and whatever rate is asked for; what is said is in numbers.
    #[test]
    fn extreme_values_have_finite_verdicts(
        level in extreme(),
        values in proptest::collection::vec(prop_oneof![3 => (-1.0..1.0).prop_map(Some), 1 => Just(None)], 14..90),
        others in proptest::collection::vec(extreme(), 90),
        new in extreme(),
        target in prop_oneof![Just(0.001), Just(0.0), Just(1.0), Just(f64::NAN), any::<f64>()],
        domain in prop_oneof![Just(Domain::Any), Just(Domain::Count), Just(Domain::NonNegative), Just(Domain::Share)],
        sides in prop_oneof![Just(Sides::Both), Just(Sides::Above)],
        ignored in any::<bool>(),
    ) {
        // Around one level, with extremes strewn in; a level that is no number leaves extremes only.
        let value = |(value, other): (&Option<f64>, &f64)| match value {
            Some(share) if level.is_finite() => level * (1.0 + 0.1 * share),
            _ => *other,
        };
        let history: Vec<Point> = values.iter().zip(&others).map(value).zip(0..)
            .map(|(value, i)| Point { at: day(i), value }).collect();
        let new = Point { at: day(100), value: new };
        let settings = Settings { target_false_alarm_rate: target, domain, sides, ..Settings::default() };
        let marks = Marks { ignored: if ignored { vec![(new.at, new.at)] } else { vec![] }, ..Marks::default() };
        match detect(&history, &marks, new, &settings) {
            Verdict::Learning { .. } => {}
            Verdict::Usual { expected } => prop_assert!(finite(&expected), "{:?}", expected),
            Verdict::Unusual { expected, finding } => {
                prop_assert!(finite(&expected), "{:?}", expected);
                prop_assert!(finding.chance > 0.0 && finding.chance <= 1.0, "{:?}", finding);
                prop_assert!(finding.deviations.is_finite(), "{:?}", finding);
            }
        }
    }

    /// Whatever comes, there is a verdict, its figures are numbers, and the tested point and what follows
    /// it are not in its own baseline.
    #[test]
    fn any_series_has_a_verdict(
        values in proptest::collection::vec(prop_oneof![any::<f64>(), Just(0.0), 0.0..5.0, -1e6..1e6], 0..120),
        steps in proptest::collection::vec(0i64..200, 120),
        new in any::<f64>(),
        domain in prop_oneof![Just(Domain::Any), Just(Domain::Count), Just(Domain::NonNegative), Just(Domain::Share)],
    ) {
        let mut at = 0;
        let mut history: Vec<Point> = values.iter().zip(&steps).map(|(value, step)| {
            at += step;
            Point { at: Instant::EPOCH.plus_seconds(at * 3600), value: *value }
        }).collect();
        let new = Point { at: Instant::EPOCH.plus_seconds((at + 1) * 3600), value: new };
        let settings = Settings { domain, ..Settings::default() };
        let verdict = detect(&history, &Marks::default(), new, &settings);
        if let Verdict::Unusual { finding, .. } = &verdict {
            prop_assert!(finding.chance > 0.0 && finding.chance <= 0.001);
            prop_assert!(!finding.deviations.is_nan());
        }
        if let Verdict::Usual { expected } | Verdict::Unusual { expected, .. } = &verdict {
            prop_assert!(expected.low <= expected.high, "{expected:?}");
        }
        history.push(new);
        history.push(Point { at: new.at.plus_seconds(1), value: 1e9 });
        prop_assert_eq!(format!("{:?}", detect(&history, &Marks::default(), new, &settings)), format!("{verdict:?}"));
    }
}

#[test]
fn a_series_that_never_moved_is_not_alarmed_by_its_first_flicker_but_by_more() {
    let history = |value: f64| -> Vec<Point> {
        (0..60).map(|n| Point { at: Instant::EPOCH.plus_seconds(n * 86_400), value }).collect()
    };
    let (source, stream) = (SourceId::new("crm").unwrap(), StreamName::new("customer").unwrap());
    let key = |metric| SeriesKey { source: source.clone(), stream: stream.clone(), column: None, metric };
    let is_unusual = |metric: Metric, usual: f64, value: f64, records: u64| {
        let new = Point { at: Instant::EPOCH.plus_seconds(60 * 86_400), value };
        let settings = Settings::for_series(&key(metric)).of_records(records);
        matches!(detect(&history(usual), &Marks::default(), new, &settings), Verdict::Unusual { .. })
    };
    assert!(!is_unusual(Metric::NullShare, 0.1, 0.103, 100_000));
    assert!(is_unusual(Metric::NullShare, 0.1, 0.12, 100_000));
    assert!(!is_unusual(Metric::Volume, 1000.0, 1003.0, 0));
    assert!(is_unusual(Metric::Volume, 1000.0, 1020.0, 0));
    // The first of 50 records is by chance what the first 2,000 of 100,000 are not.
    assert!(!is_unusual(Metric::OutlierShare, 0.0, 0.02, 50));
    assert!(is_unusual(Metric::OutlierShare, 0.0, 0.02, 100_000));
    assert!(is_unusual(Metric::OutlierShare, 0.0, 0.2, 50));
}
