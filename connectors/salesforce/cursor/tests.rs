use super::*;
use crate::salesforce::testing;

fn at(seconds: i64) -> Instant {
    Instant::EPOCH.plus_seconds(seconds)
}

fn plan(schema: &StreamSchema) -> Plan<'_> {
    Plan { schema, rules: Rules { overlap: 300, delay: 3_600 }, refresh: 86_400 }
}

fn follow(next: Next) -> Bookmark {
    let (Next::More(bookmark) | Next::End(bookmark) | Next::Refresh(bookmark)) = next;
    bookmark
}

#[test]
fn a_first_load_is_followed_by_windows_of_changes() {
    let schema = testing::account();
    let plan = plan(&schema);
    let first = plan.step(None, at(100_000)).unwrap();
    assert!(matches!(&first.open, Open::Full(Full { purpose: Purpose::First, by: By::Undecided, .. })));
    let next = plan.done(&first, at(100_000));
    assert!(matches!(next, Next::End(_)), "{next:?}");
    let cursor = follow(next).cursor();
    let second = plan.step(Some(&cursor), at(110_000)).unwrap();
    let Open::Changed { window, .. } = &second.open else { panic!("{second:?}") };
    // First what the second pass is due for, then what is new.
    assert_eq!((window.kind, window.upper), (Kind::Second, at(99_700)));
    let Next::More(bookmark) = plan.done(&second, at(110_000)) else { panic!() };
    let Some(Open::Changed { window, .. }) = bookmark.open else { panic!() };
    assert_eq!((window.lower, window.upper), (Some(at(99_700)), at(110_000)));
}

#[test]
fn a_load_that_a_later_run_finishes_keeps_its_own_bound() {
    let schema = testing::account();
    let plan = plan(&schema);
    let first = plan.step(None, at(1_000)).unwrap();
    let Open::Full(mut full) = first.open else { panic!() };
    full.range.after = Some("001000000000001AAA".into());
    full.by = By::Rest;
    let cursor = first.bookmark.with(Some(Open::Full(full))).cursor();
    let resumed = plan.step(Some(&cursor), at(9_000)).unwrap();
    assert_eq!(
        resumed.open.describe(),
        "as of 1970-01-01T00:16:40.000000Z, ids after 001000000000001AAA to the last"
    );
    let Next::More(bookmark) = plan.done(&resumed, at(9_000)) else { panic!() };
    assert!(matches!(bookmark.open, Some(Open::Changed { .. })));
    assert_eq!(plan.remaining(resumed, at(9_000)).len(), 3);
}

#[test]
fn formulas_are_read_again_when_they_are_due() {
    let schema = testing::account();
    let plan = plan(&schema);
    let loaded = plan.loaded(plan.fresh(), at(0));
    let changed = |bound| {
        let step = plan.step(Some(&loaded.cursor()), bound).unwrap();
        let mut next = plan.done(&step, bound);
        while let Next::More(bookmark) = next {
            let step = plan.step(Some(&bookmark.cursor()), bound).unwrap();
            next = plan.done(&step, bound);
        }
        next
    };
    assert!(matches!(changed(at(86_399)), Next::End(_)));
    let Next::Refresh(bookmark) = changed(at(86_400)) else { panic!() };
    let Next::End(without) = plan.refresh(bookmark.clone(), at(86_400), false) else { panic!() };
    assert_eq!(without.refreshed, Some(at(86_400)));
    let Next::More(with) = plan.refresh(bookmark, at(86_400), true) else { panic!() };
    let step = plan.step(Some(&with.cursor()), at(86_400)).unwrap();
    let Next::End(end) = plan.done(&step, at(86_400)) else { panic!() };
    assert_eq!((end.refreshed, end.windows), (Some(at(86_400)), without.windows));
}

#[test]
fn a_cursor_that_holds_no_id_is_refused() {
    let schema = testing::account();
    let plan = plan(&schema);
    let range = Range { after: Some("x' OR Name != '".into()), upto: None };
    let cursor = plan.slice(at(0), range).cursor();
    assert!(plan.step(Some(&cursor), at(0)).unwrap_err().contains("no record id"));
    assert!(plan.step(Some(&Cursor::new("{}")), at(0)).is_err());
}

#[test]
fn an_object_without_a_time_is_read_whole_each_run() {
    let mut schema = testing::account();
    schema.modified = None;
    let plan = plan(&schema);
    let step = plan.step(None, at(5)).unwrap();
    let Next::End(bookmark) = plan.done(&step, at(5)) else { panic!() };
    let again = plan.step(Some(&bookmark.cursor()), at(9)).unwrap();
    assert!(matches!(again.open, Open::Full(Full { purpose: Purpose::First, bound, .. }) if bound == at(9)));
}
