use forebay_model::Cursor;

use super::check::places;
use super::*;
use crate::netsuite::config::Settings;
use crate::netsuite::cursor::Position;
use crate::netsuite::page::Page;
use crate::netsuite::page::Row;
use crate::netsuite::streams::definitions;
use crate::netsuite::testing;

fn check_rows(cursor: Option<&str>, keys: &[Option<&str>]) -> Result<Option<Position>, String> {
    let definitions = definitions(&Settings::read(&testing::config(&[])).unwrap());
    let definition = definitions.iter().find(|d| d.stream.as_str() == "customer").unwrap();
    let schema = testing::schema(definition);
    let plan = Plan { definition, schema: &schema, rules: Rules { overlap: 0, delay: 0 } };
    let cursor = cursor.map(Cursor::new);
    let step = plan.step(cursor.as_ref(), Instant::EPOCH).unwrap();
    let rows = keys.iter().map(|key| Row { key: vec![key.map(Into::into)], modified: None, parent: None });
    let page =
        Page { count: keys.len() as u64, has_more: false, offset: 0, total: None, rows: rows.collect() };
    places(&plan, &step, &page, 1000).map(|places| places.last().cloned())
}

#[test]
fn the_last_row_is_where_the_next_page_goes_on() {
    let last = check_rows(None, &[Some("9"), Some("10")]).unwrap().unwrap();
    assert_eq!(last.key, ["10"]);
    assert_eq!(check_rows(None, &[]), Ok(None));
}

#[test]
fn a_page_that_does_not_move_on_is_a_contradiction() {
    let after_9 = r#"{"v":1,"open":{"bound":"2026-03-02T10:00:00Z","phase":"by_key","after":{"key":["9"]}}}"#;
    assert!(check_rows(Some(after_9), &[Some("9")]).unwrap_err().contains("share a key"));
    assert!(check_rows(Some(after_9), &[Some("8")]).unwrap_err().contains("not in order"));
    assert!(check_rows(None, &[Some("1"), Some("1")]).unwrap_err().contains("row 1"));
    assert!(check_rows(None, &[Some("1"), None]).unwrap_err().contains("no id"));
}

#[test]
fn ranges_leave_nothing_out() {
    assert_eq!(ranges(1, 100, 1).len(), 1);
    assert!(ranges(5, 5, 8).is_empty() && ranges(1, 9, 0).is_empty());
    let parts = ranges(1, 1_001, 4);
    let edges: Vec<_> = parts.iter().map(|part| (part.from, part.below)).collect();
    let (a, b, c) = (Some(251), Some(501), Some(751));
    assert_eq!(edges, [(None, a), (a, b), (b, c), (c, None)]);
}
