use proptest::prelude::*;

use super::*;

const HOURLY: Rules = Rules { overlap: 300, delay: 3_600 };

fn at(seconds: i64) -> Instant {
    Instant::EPOCH.plus_seconds(1_000_000 + seconds)
}

fn window(kind: Kind, lower: i64, upper: i64) -> Window {
    Window { lower: Some(at(lower)), upper: at(upper), kind }
}

fn run(mut windows: Windows, bound: i64, rules: Rules) -> (Windows, Vec<Window>) {
    let mut read = vec![windows.begin(at(bound), rules)];
    windows = windows.done(read[0], rules);
    while let Some(next) = windows.next(at(bound), rules) {
        read.push(next);
        windows = windows.done(next, rules);
    }
    (windows, read)
}

#[test]
fn quick_runs_read_each_stretch_again_an_hour_later() {
    let (windows, read) = run(Windows::default(), 0, HOURLY);
    assert_eq!(read, [Window { lower: None, upper: at(0), kind: Kind::First }]);
    let (windows, read) = run(windows, 600, HOURLY);
    assert_eq!(read, [window(Kind::Second, -3_600, -3_000), window(Kind::Recent, -300, 600)]);
    let (windows, read) = run(windows, 1_200, HOURLY);
    assert_eq!(read, [window(Kind::Second, -3_000, -2_400), window(Kind::Recent, 300, 1_200)]);
    assert_eq!(windows, Windows { watermark: Some(at(1_200)), settled: Some(at(-2_400)) });
}

#[test]
fn a_daily_run_reads_again_only_what_was_young_the_day_before() {
    let (windows, _) = run(Windows::default(), 0, HOURLY);
    let (windows, read) = run(windows, 86_400, HOURLY);
    assert_eq!(read, [window(Kind::Second, -3_600, -300), window(Kind::Recent, -300, 86_400)]);
    assert_eq!(windows.settled, Some(at(82_800)));
}

#[test]
fn no_delay_means_no_second_pass() {
    let rules = Rules { overlap: 300, delay: 0 };
    let (windows, _) = run(Windows::default(), 0, rules);
    let (windows, read) = run(windows, 600, rules);
    assert_eq!(read, [window(Kind::Recent, -300, 600)]);
    assert_eq!(windows.settled, None);
    // Switched on, it starts with what the last window was too early for.
    let (_, read) = run(windows, 4_000, HOURLY);
    assert_eq!(read[0], window(Kind::Second, -3_000, 300));
}

#[test]
fn a_clock_that_went_back_moves_nothing_back() {
    let (windows, _) = run(Windows::default(), 0, HOURLY);
    let (after, read) = run(windows, -600, HOURLY);
    assert_eq!(read, [window(Kind::Recent, -300, 0)]);
    assert_eq!(after, windows);
}

#[test]
fn cursors_hold_only_what_is_known() {
    let (windows, _) = run(Windows::default(), 0, HOURLY);
    let text = serde_json::to_string(&windows).unwrap();
    assert_eq!(
        text,
        r#"{"watermark":"1970-01-12T13:46:40.000000Z","settled":"1970-01-12T12:46:40.000000Z"}"#
    );
    assert_eq!(serde_json::from_str::<Windows>(&text).unwrap(), windows);
    assert_eq!(serde_json::from_str::<Windows>("{}").unwrap(), Windows::default());
}

/// One run: seconds since the one before, and how many windows it reads whole before it is killed in the
/// middle of another.
fn runs(earliest: i64) -> impl Strategy<Value = Vec<(i64, usize)>> {
    prop::collection::vec((earliest..20_000, 0usize..5), 1..40)
}

/// Lives through runs; gives each window with the time at which it was wholly read.
fn live(runs: &[(i64, usize)], rules: Rules) -> (Windows, i64, Vec<(Window, i64)>) {
    let (mut windows, mut open, mut now, mut read) = (Windows::default(), None, 0, Vec::new());
    for (pause, whole) in runs {
        now += pause;
        for ordinal in 0..=*whole {
            let due = open.or_else(|| match ordinal {
                0 => Some(windows.begin(at(now), rules)),
                _ => windows.next(at(now), rules),
            });
            let Some(window) = due else { break };
            if ordinal == *whole {
                open = Some(window);
                break;
            }
            open = None;
            read.push((window, now));
            windows = windows.done(window, rules);
        }
    }
    // The last run is not disturbed.
    now += 20_000;
    if let Some(window) = open {
        read.push((window, now));
        windows = windows.done(window, rules);
    }
    while let Some(window) = windows.next(at(now), rules) {
        read.push((window, now));
        windows = windows.done(window, rules);
    }
    (windows, now, read)
}

fn holds(window: &Window, instant: Instant) -> bool {
    window.lower.is_none_or(|lower| lower <= instant) && instant <= window.upper
}

proptest! {
    #[test]
    fn every_instant_is_read_and_again_when_it_has_settled(
        runs in runs(0),
        overlap in 0i64..1_000,
        delay in prop_oneof![Just(0i64), 1i64..8_000],
        places in prop::collection::vec(0i64..1_000, 20),
    ) {
        let rules = Rules { overlap, delay };
        let (windows, now, read) = live(&runs, rules);
        prop_assert_eq!(windows.watermark, read.iter().map(|(w, _)| w.upper).max());
        prop_assert!(windows.watermark >= Some(at(now)));
        for place in places {
            let instant = at(place * now / 1_000);
            prop_assert!(read.iter().any(|(w, _)| w.kind != Kind::Second && holds(w, instant)));
            let settled = |done: &i64| at(*done).plus_seconds(-delay) >= instant;
            if delay > 0 && windows.settled >= Some(instant) {
                prop_assert!(read.iter().any(|(w, done)| holds(w, instant) && settled(done)), "{:?}", instant);
            }
        }
        if delay > 0 {
            prop_assert!(windows.settled >= Some(at(now).plus_seconds(-delay)));
        }
    }

    #[test]
    fn a_second_pass_reads_no_instant_twice(runs in runs(-500), overlap in 0i64..1_000, delay in 1i64..8_000) {
        let (_, _, read) = live(&runs, Rules { overlap, delay });
        let seconds: Vec<Window> = read.iter().map(|(w, _)| *w).filter(|w| w.kind == Kind::Second).collect();
        for pair in seconds.windows(2) {
            prop_assert!(pair[1].lower >= Some(pair[0].upper));
        }
        prop_assert!(seconds.iter().all(|w| w.lower < Some(w.upper)));
    }
}
