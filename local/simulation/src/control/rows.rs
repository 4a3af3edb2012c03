//! Pages of true rows.

use serde::Deserialize;
use serde_json::{Value, json};

/// Which rows are wanted, as `GET /_control/rows?table=&after=&limit=` says it.
#[derive(Debug, Clone, Deserialize)]
pub struct RowsQuery {
    pub table: String,
    /// The `next` of the answer before.
    #[serde(default = "before_all")]
    pub after: i64,
    /// Rows to a page, 1,000 unless told.
    #[serde(default = "usual")]
    pub limit: u32,
    /// Archived rows instead of living ones, for a vendor that keeps them apart.
    #[serde(default)]
    pub archived: bool,
}

fn before_all() -> i64 {
    i64::MIN
}

fn usual() -> u32 {
    1_000
}

impl RowsQuery {
    /// Between one row and 100,000.
    pub(super) fn bounded(self) -> Self {
        Self { limit: self.limit.clamp(1, 100_000), ..self }
    }
}

/// A page of true rows, in the order of their numbers.
#[derive(Debug, Default)]
pub struct Rows {
    items: Vec<Value>,
    last: Option<i64>,
}

impl Rows {
    /// Adds the row of that number.
    pub fn push(&mut self, number: i64, row: Value) {
        self.items.push(row);
        self.last = Some(number);
    }

    /// The answer. A full page names where the next one begins, even if that is empty.
    pub(super) fn answer(self, limit: u32) -> Value {
        let full = u32::try_from(self.items.len()).is_ok_and(|rows| rows == limit);
        json!({ "items": self.items, "next": self.last.filter(|_| full) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_names_the_next_one_and_a_short_page_ends() {
        let page = |rows: i64| {
            let mut page = Rows::default();
            (1..=rows).for_each(|number| page.push(number * 7, number.into()));
            page.answer(2)
        };
        assert_eq!(page(2), json!({ "items": [1, 2], "next": 14 }));
        assert_eq!(page(1), json!({ "items": [1], "next": null }));
        assert_eq!(page(0), json!({ "items": [], "next": null }));
    }
}
