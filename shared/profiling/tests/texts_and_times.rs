//! Texts and times against an independent computation, in one pass and after merging shards.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};

use forebay_model::profile::{ColumnProfile, Granularity, KeyCandidate};
use forebay_model::{Instant, Value};
use forebay_profiling::ColumnState;
use rand::{Rng, SeedableRng, rngs::StdRng};
use time::{Date, Weekday};

fn profile(values: &[Value], shards: usize) -> ColumnProfile {
    let mut merged = ColumnState::new();
    for shard in values.chunks(values.len().div_ceil(shards)) {
        let mut state = ColumnState::new().as_of(Instant::from_micros(1_000_000_000_000_000));
        shard.iter().for_each(|value| state.observe(value));
        merged.merge(&ColumnState::from_bytes(&state.to_bytes()).unwrap());
    }
    merged.finish("c")
}

fn count(texts: &[String], holds: impl Fn(&str) -> bool) -> u64 {
    texts.iter().filter(|text| holds(text)).count() as u64
}

#[test]
fn classes_casing_spaces_and_lengths_are_exact() {
    const PIECES: [&str; 12] = [
        "Maria ",
        "lopez",
        "ABC-",
        "1234",
        " ",
        "é",
        "É",
        "\u{1}",
        "\t",
        "a text of seventy characters, which is more than have a bin of their own",
        "'",
        "東",
    ];
    let mut rng = StdRng::seed_from_u64(5);
    let mut text =
        || (0..rng.random_range(0..5)).map(|_| PIECES[rng.random_range(0..12)]).collect::<String>();
    let texts: Vec<String> = (0..20_000).map(|_| text()).collect();
    let values: Vec<Value> = texts.iter().cloned().map(Value::Text).collect();
    for shards in [1, 37] {
        let profile = profile(&values, shards);
        let found = profile.texts.unwrap();
        let any = |holds: fn(char) -> bool| count(&texts, |t| t.chars().any(holds));
        assert_eq!(found.count, 20_000);
        assert_eq!(found.classes.uppercase, any(char::is_uppercase));
        assert_eq!(found.classes.lowercase, any(char::is_lowercase));
        assert_eq!(found.classes.digits, any(|c| c.is_ascii_digit()));
        assert_eq!(found.classes.spaces, any(|c| c.is_ascii_whitespace()));
        assert_eq!(found.classes.punctuation, any(|c| c.is_ascii_punctuation()));
        assert_eq!(found.classes.control, any(|c| c == '\u{1}'));
        assert_eq!(found.faults.control, found.classes.control);
        assert_eq!(found.classes.non_ascii, any(|c| !c.is_ascii()));
        assert_eq!(found.leading_spaces, count(&texts, |t| t != t.trim_start()));
        assert_eq!(found.trailing_spaces, count(&texts, |t| t != t.trim_end()));
        let cased = |t: &str| t.chars().any(|c| c.is_uppercase() || c.is_lowercase());
        assert_eq!(found.casing.upper, count(&texts, |t| cased(t) && !t.chars().any(char::is_lowercase)));
        assert_eq!(found.casing.lower, count(&texts, |t| cased(t) && !t.chars().any(char::is_uppercase)));
        let casing = found.casing;
        assert_eq!(casing.upper + casing.lower + casing.title + casing.mixed, count(&texts, cased));
        assert!(casing.title > 100 && casing.mixed > 100);
        let length = |t: &str| t.chars().count() as u64;
        assert_eq!(found.lengths.iter().map(|bin| bin.count).sum::<u64>(), 20_000);
        for bin in &found.lengths {
            assert_eq!(bin.count, count(&texts, |t| (bin.low..=bin.high).contains(&length(t))), "{bin:?}");
        }
    }
}

#[test]
fn patterns_are_within_their_error() {
    let mut rng = StdRng::seed_from_u64(6);
    let mut truth: BTreeMap<String, u64> = BTreeMap::new();
    let mut text = |i: usize| {
        let (text, pattern) = match i % 4 {
            0 | 1 => (format!("ABC-{:04}", rng.random_range(0..10_000)), "AAA-9999".to_owned()),
            2 => (format!("{:05}", rng.random_range(0..100_000)), "99999".to_owned()),
            // A thousand patterns, each rare: runs of one to eight letters.
            _ => {
                let run = |letter: &str, rng: &mut StdRng| letter.repeat(rng.random_range(1..=8));
                let text = run("A", &mut rng) + &run("0", &mut rng) + "." + &run("b", &mut rng);
                (text.clone(), text.replace('0', "9").replace('b', "a"))
            }
        };
        *truth.entry(pattern).or_default() += 1;
        Value::Text(text)
    };
    let values: Vec<Value> = (0..40_000).map(&mut text).collect();
    for shards in [1, 100] {
        let found = profile(&values, shards).texts.unwrap().patterns;
        assert_eq!((found[0].pattern.as_str(), found[1].pattern.as_str()), ("AAA-9999", "99999"));
        for pattern in &found {
            let count = truth[&pattern.pattern];
            assert!((pattern.count - pattern.error..=pattern.count).contains(&count), "{count}: {pattern:?}");
            assert!(pattern.error <= 40_000 / 20, "{pattern:?}");
        }
    }
}

#[test]
fn times_are_exact() {
    let mut rng = StdRng::seed_from_u64(7);
    let second = |rng: &mut StdRng| rng.random_range(900_000_000..1_100_000_000_i64) / 60 * 60;
    let seconds: Vec<i64> = (0..3_000).map(|_| second(&mut rng)).collect();
    let values: Vec<Value> =
        seconds.iter().map(|s| Value::Timestamp(Instant::EPOCH.plus_seconds(*s))).collect();
    let at = |s: &i64| time::OffsetDateTime::from_unix_timestamp(*s).unwrap();
    let days: BTreeSet<i64> = seconds.iter().map(|s| s / 86_400).collect();
    let (first, last) = (*days.first().unwrap(), *days.last().unwrap());
    let working = |day: &i64| {
        let date = Date::from_julian_day((day + 2_440_588) as i32).unwrap();
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
    };
    for shards in [1, 53] {
        let found = profile(&values, shards).times.unwrap();
        assert_eq!((found.count, found.granularity), (3_000, Granularity::Minute));
        assert_eq!(found.future, Some(seconds.iter().filter(|s| **s > 1_000_000_000).count() as u64));
        assert_eq!((found.zones.utc, found.zones.offset, found.zones.none), (3_000, 0, 0));
        for weekday in 0..7_u8 {
            let expected = seconds.iter().filter(|s| at(s).weekday().number_days_from_monday() == weekday);
            assert_eq!(found.weekdays[usize::from(weekday)], expected.count() as u64);
        }
        for hour in 0..24_u8 {
            let expected = seconds.iter().filter(|s| at(s).hour() == hour).count() as u64;
            assert_eq!(found.hours[usize::from(hour)], expected);
        }
        let empty: Vec<i64> = (first..=last).filter(|day| !days.contains(day)).collect();
        assert_eq!((found.gaps.period_days, found.gaps.periods), (1, (last - first + 1) as u64));
        assert_eq!(found.gaps.empty_periods, empty.len() as u64);
        assert_eq!(found.gaps.empty_working_periods, empty.iter().filter(|d| working(d)).count() as u64);
    }
}

#[test]
fn texts_that_are_times_have_zones_and_gaps_and_other_texts_have_not() {
    let texts = |texts: &[&str]| texts.iter().map(|t| Value::Text((*t).to_owned())).collect::<Vec<_>>();
    let zoned = texts(&["2026-03-01T10:00:00Z", "2026-03-03T23:30:00+02:00", "2026-03-04T01:00:00-05:00"]);
    let found = profile(&zoned, 2).times.unwrap();
    assert_eq!((found.zones.utc, found.zones.offset, found.zones.none), (1, 2, 0));
    assert_eq!(found.zones.offsets, [(-300, 1), (120, 1)]);
    assert_eq!((found.gaps.periods, found.gaps.empty_periods), (4, 1));
    assert_eq!((found.hours[23], found.hours[1]), (1, 1));
    assert_eq!(found.latest, "2026-03-04T06:00:00.000000Z");
    let dates = profile(&texts(&["2026-01-01", "2026-04-01"]), 1).times.unwrap();
    assert_eq!((dates.earliest.as_str(), dates.granularity), ("2026-01-01", Granularity::Month));
    let mostly_words = texts(&["2026-01-01", "soon", "later", "never"]);
    assert_eq!(profile(&mostly_words, 1).times, None);
}

#[test]
fn keys_are_told_from_columns_that_only_look_like_one() {
    let integers = |range: std::ops::Range<i64>| range.map(Value::Integer).collect::<Vec<_>>();
    let key = |values: &[Value], shards| profile(values, shards).key_candidate;
    assert_eq!(key(&integers(0..900), 9), KeyCandidate::Yes);
    assert_eq!(key(&integers(0..50_000), 10), KeyCandidate::Likely);
    let mut once_null = integers(0..50_000);
    once_null.push(Value::Null);
    assert_eq!(key(&once_null, 10), KeyCandidate::No);
    // One value in twenty twice, far apart: the distinct estimate alone would not tell.
    let mut repeated = integers(0..50_000);
    repeated.extend(integers(0..2_500));
    assert_eq!(key(&repeated, 10), KeyCandidate::No);
    let constant = profile(&vec![Value::Integer(7); 5_000], 10);
    assert!(constant.constant && constant.uniqueness.exact);
    assert_eq!(constant.uniqueness.value, 1.0 / 5_000.0);
}
