//! What searches ask, and where the next one starts. Pure.
//!
//! A search gives at most 10,000 rows, and rows that change while it is paged through move on and make others
//! slip by. So `after` is never used: each search starts from the last row's millisecond, and a millisecond with
//! more rows than a page is drained by id.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where in a window a search starts. Milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// All rows from this millisecond on.
    From(i64),
    /// Rows of this millisecond alone, after this id.
    At(i64, u64),
}

/// A row as far as the order goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: u64,
    pub modified: i64,
}

/// The body of a search for rows of a window that ends at `upper`.
pub fn body(modified: &str, place: &Place, upper: i64, limit: u32) -> Value {
    let filter = |name: &str, operator: &str, value: String| json!({"propertyName": name, "operator": operator, "value": value});
    let (filters, order) = match place {
        Place::From(lower) => {
            let lower = filter(modified, "GTE", lower.to_string());
            (vec![lower, filter(modified, "LTE", upper.to_string())], modified)
        }
        Place::At(at, id) => {
            let at = filter(modified, "EQ", at.to_string());
            (vec![at, filter("hs_object_id", "GT", id.to_string())], "hs_object_id")
        }
    };
    json!({
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": order, "direction": "ASCENDING"}],
        "properties": [modified],
        "limit": limit,
    })
}

/// What to do with a page: how many of its rows to read (`true`), and where the window goes on.
#[derive(Debug, PartialEq, Eq)]
pub struct Decision {
    pub take: Vec<bool>,
    pub next: Option<Place>,
}

/// Decides on a page that was asked from `place`. `more` says that the search found more than the page holds.
pub fn decide(place: &Place, upper: i64, rows: &[Row], more: bool) -> Result<Decision, String> {
    let all = || vec![true; rows.len()];
    match *place {
        Place::From(_) if !more => Ok(Decision { take: all(), next: None }),
        Place::From(lower) => {
            let frontier = frontier(rows);
            if frontier <= lower {
                // The page holds one millisecond, or what lies just before it. What is of it is drained by id.
                return Ok(Decision {
                    take: rows.iter().map(|r| r.modified < lower).collect(),
                    next: Some(Place::At(lower, 0)),
                });
            }
            let take: Vec<bool> = rows.iter().map(|r| r.modified < frontier).collect();
            let next = if take.contains(&true) { Place::From(frontier) } else { Place::At(frontier, 0) };
            Ok(Decision { take, next: Some(next) })
        }
        Place::At(at, after) => {
            let mut last = after;
            for row in rows {
                if row.id <= last {
                    return Err(format!("record {} comes after {last}: the search does not move on", row.id));
                }
                last = row.id;
            }
            let onward = (at < upper).then_some(Place::From(at + 1));
            Ok(Decision { take: all(), next: if more { Some(Place::At(at, last)) } else { onward } })
        }
    }
}

/// Up to where, but not including, the page surely holds all rows: its last row's time, or less where rows are
/// out of order, as they are when one changes while it is found.
fn frontier(rows: &[Row]) -> i64 {
    let inverted =
        rows.windows(2).filter(|pair| pair[1].modified < pair[0].modified).map(|pair| pair[1].modified);
    inverted.chain(rows.last().map(|row| row.modified)).min().unwrap_or(i64::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(pairs: &[(u64, i64)]) -> Vec<Row> {
        pairs.iter().map(|(id, modified)| Row { id: *id, modified: *modified }).collect()
    }

    fn of(place: Place, pairs: &[(u64, i64)], more: bool) -> (Vec<bool>, Option<Place>) {
        let decision = decide(&place, 100, &rows(pairs), more).unwrap();
        (decision.take, decision.next)
    }

    #[test]
    fn a_search_goes_on_from_the_last_rows_millisecond() {
        assert_eq!(
            of(Place::From(5), &[(1, 5), (2, 6), (3, 7)], true),
            (vec![true, true, false], Some(Place::From(7)))
        );
        assert_eq!(of(Place::From(5), &[(1, 5)], false), (vec![true], None));
    }

    #[test]
    fn a_millisecond_that_fills_a_page_is_drained_by_id() {
        assert_eq!(of(Place::From(5), &[(9, 7), (2, 7)], true), (vec![false, false], Some(Place::At(7, 0))));
        assert_eq!(of(Place::From(7), &[(9, 7), (2, 7)], true), (vec![false, false], Some(Place::At(7, 0))));
        assert_eq!(of(Place::At(7, 0), &[(2, 7), (9, 7)], true), (vec![true, true], Some(Place::At(7, 9))));
        assert_eq!(of(Place::At(7, 9), &[(10, 7)], false), (vec![true], Some(Place::From(8))));
        assert_eq!(of(Place::At(100, 9), &[], false), (vec![], None));
        assert!(decide(&Place::At(7, 9), 100, &rows(&[(9, 7)]), true).unwrap_err().contains("move on"));
    }

    #[test]
    fn rows_just_outside_the_window_do_no_harm() {
        assert_eq!(of(Place::From(5), &[(1, 4), (2, 5)], true), (vec![true, false], Some(Place::At(5, 0))));
        assert_eq!(of(Place::From(5), &[(1, 4), (2, 4)], true), (vec![true, true], Some(Place::At(5, 0))));
    }

    #[test]
    fn rows_out_of_order_hold_the_search_back() {
        assert_eq!(
            of(Place::From(1), &[(1, 2), (2, 9), (3, 4), (4, 8)], true),
            (vec![true, false, false, false], Some(Place::From(4)))
        );
    }

    #[test]
    fn any_portal_is_read_whole() {
        // Ids by millisecond, with ties larger than a page and fuzz on both ends.
        let truth: Vec<(u64, i64)> =
            (1..=400).map(|id| (id, [3, 7, 7, 7, 50, 99, 100][(id % 7) as usize])).collect();
        for limit in [1, 2, 7, 200] {
            let (mut place, mut seen) = (Some(Place::From(3)), std::collections::BTreeSet::new());
            let mut searches = 0;
            while let Some(now) = place {
                searches += 1;
                assert!(searches < 2_000, "limit {limit} does not end");
                let mut found: Vec<(u64, i64)> = match now {
                    Place::From(lower) => {
                        truth.iter().copied().filter(|(_, at)| *at >= lower - 1 && *at <= 100).collect()
                    }
                    Place::At(at, id) => truth.iter().copied().filter(|(i, m)| *m == at && *i > id).collect(),
                };
                match now {
                    Place::From(_) => found.sort_by_key(|(_, at)| *at),
                    Place::At(..) => found.sort_unstable(),
                }
                let more = found.len() > limit;
                found.truncate(limit);
                let decision = decide(&now, 100, &rows(&found), more).unwrap();
                seen.extend(
                    found.iter().zip(&decision.take).filter(|(_, take)| **take).map(|((id, _), _)| *id),
                );
                place = decision.next;
            }
            assert_eq!(seen.len(), truth.len(), "limit {limit}");
        }
    }
}
