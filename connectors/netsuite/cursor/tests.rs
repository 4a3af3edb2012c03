use forebay_model::ConnectorKind;

use super::*;
use crate::netsuite::config::Settings;
use crate::netsuite::streams::definitions;
use crate::netsuite::testing;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn with_plan<T>(stream: &str, test: impl FnOnce(Plan<'_>) -> T) -> T {
    let settings = Settings::read(&testing::config(&[])).unwrap();
    let definitions = definitions(&settings);
    let definition = definitions.iter().find(|d| d.stream.as_str() == stream).unwrap();
    let schema = testing::schema(definition);
    assert_eq!(schema.connector, ConnectorKind::new("netsuite").unwrap());
    test(Plan { definition, schema: &schema, overlap_seconds: 300 })
}

fn position(modified: Option<&str>, key: &[&str]) -> Position {
    Position { modified: modified.map(str::to_owned), key: key.iter().map(|k| (*k).to_owned()).collect() }
}

const FIRST: &str = "2026-03-02T10:00:00Z";
const LATER: &str = "2026-03-02T11:00:00Z";

#[test]
fn a_first_run_reads_by_key_and_ends_at_its_bound() {
    with_plan("customer", |plan| {
        let step = plan.step(None, at(FIRST)).unwrap();
        assert_eq!((step.phase, step.is_very_first()), (Phase::ByKey, true));
        let Next::More(cursor) = plan.next(&step, Some(position(None, &["5"])), true, at(FIRST)) else {
            panic!()
        };
        insta::assert_snapshot!(cursor.as_str(), @r#"{"v":1,"open":{"bound":"2026-03-02T10:00:00.000000Z","phase":"by_key","after":{"key":["5"]}}}"#);
        let step = plan.step(Some(&cursor), at(FIRST)).unwrap();
        let Next::End(cursor) = plan.next(&step, Some(position(None, &["9"])), false, at(FIRST)) else {
            panic!()
        };
        insta::assert_snapshot!(cursor.as_str(), @r#"{"v":1,"watermark":"2026-03-02T10:00:00.000000Z"}"#);
    });
}

#[test]
fn an_increment_starts_a_little_before_the_watermark() {
    with_plan("customer", |plan| {
        let cursor = Cursor::new(format!(r#"{{"v":1,"watermark":"{FIRST}"}}"#));
        let step = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!(step.phase, Phase::Changed);
        assert_eq!(plan.window(&step).lower, Some(at("2026-03-02T09:55:00Z")));
        assert_eq!(plan.window(&step).upper, at(LATER));
    });
}

#[test]
fn a_clock_that_went_back_does_not_move_the_watermark_back() {
    with_plan("customer", |plan| {
        let cursor = Cursor::new(format!(r#"{{"v":1,"watermark":"{LATER}"}}"#));
        let step = plan.step(Some(&cursor), at(FIRST)).unwrap();
        assert_eq!(
            plan.next(&step, None, false, at(FIRST)),
            Next::End(Cursor::new(r#"{"v":1,"watermark":"2026-03-02T11:00:00.000000Z"}"#))
        );
    });
}

#[test]
fn a_first_load_that_a_later_run_finishes_is_followed_by_what_changed_meanwhile() {
    with_plan("customer", |plan| {
        let step = plan.step(None, at(FIRST)).unwrap();
        let Next::More(cursor) = plan.next(&step, Some(position(None, &["5"])), true, at(FIRST)) else {
            panic!()
        };
        let resumed = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!(resumed.bound, at(FIRST));
        let Next::More(cursor) = plan.next(&resumed, None, false, at(LATER)) else {
            panic!("changes are skipped")
        };
        let increment = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!((increment.phase, increment.bound), (Phase::Changed, at(LATER)));
        assert_eq!(plan.remaining(resumed, at(LATER)).len(), 2);
        assert!(matches!(plan.next(&increment, None, false, at(LATER)), Next::End(_)));
    });
}

#[test]
fn accounting_lines_are_followed_by_those_of_changed_transactions() {
    with_plan("transactionaccountingline", |plan| {
        let cursor = Cursor::new(format!(r#"{{"v":1,"watermark":"{FIRST}"}}"#));
        let step = plan.step(Some(&cursor), at(LATER)).unwrap();
        let steps = plan.remaining(step, at(LATER));
        let phases: Vec<Phase> = steps.iter().map(|step| step.phase).collect();
        assert_eq!(phases, [Phase::Changed, Phase::OfChangedParents]);
    });
}

#[test]
fn a_cursor_that_does_not_fit_is_refused() {
    with_plan("customer", |plan| {
        let refused = |json: &str| plan.step(Some(&Cursor::new(json)), at(FIRST)).is_err();
        assert!(refused("{}"));
        assert!(refused(r#"{"v":2}"#));
        let open = |phase: &str, after: &str| {
            format!(
                r#"{{"v":1,"watermark":"{FIRST}","open":{{"bound":"{LATER}","phase":"{phase}","after":{after}}}}}"#
            )
        };
        assert!(refused(&open("by_key", r#"{"key":["1"]}"#)));
        assert!(refused(&open("changed", r#"{"key":["1"]}"#)));
        assert!(refused(&open("changed", r#"{"modified":"2026-03-02T10:00:00Z","key":["1","2"]}"#)));
        assert!(!refused(&open("changed", r#"{"modified":"2026-03-02T10:00:00Z","key":["1"]}"#)));
    });
}

#[test]
fn order_is_by_number_and_not_by_text() {
    with_plan("transactionline", |plan| {
        let advances =
            |a: &[&str], b: &[&str]| plan.advances(Phase::ByKey, &position(None, a), &position(None, b));
        assert_eq!(advances(&["9", "1"], &["10", "0"]), Some(true));
        assert_eq!(advances(&["9", "10"], &["9", "9"]), Some(false));
        assert_eq!(advances(&["9", "1"], &["9", "1"]), Some(false));
        let (early, late) = (Some("2026-03-02T01:00:00Z"), Some("2026-03-02T01:00:01Z"));
        let timed =
            |a, b| plan.advances(Phase::Changed, &position(a, &["9", "1"]), &position(b, &["1", "1"]));
        assert_eq!(timed(early, late), Some(true));
        assert_eq!(timed(early, early), Some(false));
    });
}
