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
    test(Plan { definition, schema: &schema, rules: Rules { overlap: 300, delay: 3_600 } })
}

fn position(modified: Option<&str>, key: &[&str]) -> Position {
    Position { modified: modified.map(str::to_owned), key: key.iter().map(|k| (*k).to_owned()).collect() }
}

fn rows(key: &[&str], more: bool) -> Seen {
    Seen { last: Some(position(None, key)), more, rows: true, set: None }
}

/// A cursor whose second pass has caught up.
fn settled(watermark: &str) -> Cursor {
    Cursor::new(format!(r#"{{"v":2,"watermark":"{watermark}","settled":"{watermark}"}}"#))
}

const FIRST: &str = "2026-03-02T10:00:00Z";
const LATER: &str = "2026-03-02T11:00:00Z";

#[test]
fn a_first_run_reads_by_key_and_ends_at_its_bound() {
    with_plan("customer", |plan| {
        let step = plan.step(None, at(FIRST)).unwrap();
        assert_eq!((step.phase, step.is_first_without_rows()), (Phase::ByKey, true));
        let Next::More(cursor) = plan.next(&step, rows(&["5"], true), at(FIRST)) else { panic!() };
        insta::assert_snapshot!(cursor.as_str(), @r#"{"v":2,"had":true,"open":{"window":{"upper":"2026-03-02T10:00:00.000000Z","kind":"first"},"phase":"by_key","after":{"key":["5"]}}}"#);
        let step = plan.step(Some(&cursor), at(FIRST)).unwrap();
        let Next::End(cursor) = plan.next(&step, rows(&["9"], false), at(FIRST)) else { panic!() };
        insta::assert_snapshot!(cursor.as_str(), @r#"{"v":2,"watermark":"2026-03-02T10:00:00.000000Z","settled":"2026-03-02T09:00:00.000000Z","had":true}"#);
    });
}

#[test]
fn an_increment_starts_a_little_before_the_watermark() {
    with_plan("customer", |plan| {
        let cursor = settled(FIRST);
        let step = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!(step.phase, Phase::Changed);
        assert_eq!(plan.span(&step).lower, Some(at("2026-03-02T09:55:00Z")));
        assert_eq!(plan.span(&step).upper, at(LATER));
    });
}

#[test]
fn a_clock_that_went_back_does_not_move_the_watermark_back() {
    with_plan("customer", |plan| {
        let cursor = settled(LATER);
        let step = plan.step(Some(&cursor), at(FIRST)).unwrap();
        let Next::End(end) = plan.next(&step, Seen::default(), at(FIRST)) else { panic!() };
        assert!(end.as_str().contains(r#""watermark":"2026-03-02T11:00:00.000000Z""#), "{}", end.as_str());
    });
}

#[test]
fn a_first_load_that_a_later_run_finishes_is_followed_by_what_changed_meanwhile() {
    with_plan("customer", |plan| {
        let step = plan.step(None, at(FIRST)).unwrap();
        let Next::More(cursor) = plan.next(&step, rows(&["5"], true), at(FIRST)) else { panic!() };
        let resumed = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!(resumed.window.upper, at(FIRST));
        let Next::More(cursor) = plan.next(&resumed, Seen::default(), at(LATER)) else {
            panic!("changes are skipped")
        };
        // First what the first window was too early to settle, then what is new.
        let again = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!((again.phase, again.window.kind), (Phase::Changed, Kind::Second));
        let Next::More(cursor) = plan.next(&again, Seen::default(), at(LATER)) else { panic!() };
        let increment = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!((increment.window.kind, increment.window.upper), (Kind::Recent, at(LATER)));
        assert_eq!(plan.remaining(resumed, at(LATER)).len(), 3);
        assert!(matches!(plan.next(&increment, Seen::default(), at(LATER)), Next::End(_)));
    });
}

#[test]
fn children_are_read_with_their_parents_then_by_themselves() {
    for stream in ["transactionline", "transactionaccountingline", "nexttransactionlink"] {
        with_plan(stream, |plan| {
            let step = plan.step(Some(&settled(FIRST)), at(LATER)).unwrap();
            let phases: Vec<Phase> = plan.remaining(step, at(LATER)).iter().map(|step| step.phase).collect();
            assert_eq!(phases, [Phase::OfChangedParents, Phase::Childless, Phase::Changed]);
        });
    }
}

#[test]
fn a_set_that_another_run_began_is_read_from_its_beginning() {
    with_plan("transactionline", |plan| {
        let step = plan.step(Some(&settled(FIRST)), at(LATER)).unwrap();
        let before = position(None, &["6", "3"]);
        let set = OpenSet {
            parent: "7".into(),
            modified: at(FIRST),
            before: Some(before.clone()),
            bound: at(LATER),
        };
        let seen = Seen { set: Some(set.clone()), ..rows(&["7", "2"], true) };
        let Next::More(cursor) = plan.next(&step, seen, at(LATER)) else { panic!() };
        let same = plan.step(Some(&cursor), at(LATER)).unwrap();
        assert_eq!((same.after, same.set), (Some(position(None, &["7", "2"])), Some(set)));
        let other = plan.step(Some(&cursor), at("2026-03-02T12:00:00Z")).unwrap();
        assert_eq!((other.after, other.set), (Some(before), None));
    });
}

#[test]
fn parts_of_a_first_load_end_by_themselves() {
    with_plan("customer", |plan| {
        let parts = vec![Part { from: None, below: Some(9) }, Part { from: Some(9), below: None }];
        let (begin, then) = plan.parts(parts, at(FIRST));
        let step = plan.step(Some(&begin[1]), at(FIRST)).unwrap();
        assert_eq!(
            (step.phase, step.part.clone()),
            (Phase::ByKey, Some(Part { from: Some(9), below: None }))
        );
        assert!(matches!(plan.next(&step, Seen::default(), at(LATER)), Next::End(_)));
        let after = plan.step(Some(&then), at(LATER)).unwrap();
        assert_eq!((after.phase, after.had), (Phase::Changed, true));
    });
}

#[test]
fn a_cursor_that_does_not_fit_is_refused() {
    with_plan("customer", |plan| {
        let refused = |json: &str| plan.step(Some(&Cursor::new(json)), at(FIRST)).is_err();
        assert!(refused("{}"));
        assert!(refused(r#"{"v":3}"#));
        assert!(!refused(&format!(r#"{{"v":1,"watermark":"{FIRST}"}}"#)));
        let open = |phase: &str, after: &str| {
            format!(
                r#"{{"v":2,"watermark":"{FIRST}","open":{{"window":{{"lower":"{FIRST}","upper":"{LATER}","kind":"recent"}},"phase":"{phase}","after":{after}}}}}"#
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
