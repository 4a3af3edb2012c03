//! Builds the SOQL. Pure.
//!
//! Names come from describe and are checked by [`is_identifier`]; values are ids, which are letters and digits,
//! or instants in a fixed format. No query depends on a query locator: pages go on from the last row.

use forebay_model::{Instant, StreamSchema};

use super::client::Scope;
use super::config::is_identifier;
use super::cursor::{Place, Range};
use super::instant::literal;

/// Which rows of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// All as of `bound`, within a range of ids, by id.
    Full { bound: Instant, range: Range },
    /// Changed from `lower` to `upper`, both included, by time and id, after `after`. Deleted rows too.
    Changed { lower: Option<Instant>, upper: Instant, after: Option<Place> },
}

/// The name of the first column that no query may hold.
pub fn bad_name(schema: &StreamSchema) -> Option<&str> {
    let fields = schema.columns.iter().map(|column| column.source_field.as_str());
    fields.chain([schema.stream.as_str()]).find(|name| !is_identifier(name))
}

/// Whether an id is one; only then does it go into a query.
pub fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The rows of an object, seen through its schema.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    pub schema: &'a StreamSchema,
    pub rows: &'a Rows,
}

impl Slice<'_> {
    /// The rows in order, at most `limit`.
    pub fn page(&self, limit: u32) -> String {
        format!("{}{} LIMIT {limit}", self.select(), self.order())
    }

    /// All rows, in no order: the Bulk API then divides the work as it likes.
    pub fn bulk(&self) -> String {
        self.select()
    }

    pub fn count(&self) -> String {
        format!("SELECT COUNT() FROM {}{}", self.schema.stream, self.filter())
    }

    /// Deleted rows are wanted where changes are read; archived ones always, and only `queryAll` shows them.
    pub fn scope(&self) -> Scope {
        match self.rows {
            Rows::Changed { .. } => Scope::All,
            Rows::Full { .. } if self.archives() => Scope::All,
            Rows::Full { .. } => Scope::Living,
        }
    }

    fn archives(&self) -> bool {
        self.schema.column("isarchived").is_some()
    }

    fn select(&self) -> String {
        let fields: Vec<&str> = self.schema.columns.iter().map(|c| c.source_field.as_str()).collect();
        format!("SELECT {} FROM {}{}", fields.join(", "), self.schema.stream, self.filter())
    }

    fn modified(&self) -> Option<&str> {
        let column = self.schema.column(self.schema.modified.as_deref()?)?;
        Some(column.source_field.as_str())
    }

    fn order(&self) -> String {
        match (self.rows, self.modified()) {
            (Rows::Changed { .. }, Some(modified)) => format!(" ORDER BY {modified}, Id"),
            _ => " ORDER BY Id".to_owned(),
        }
    }

    fn filter(&self) -> String {
        let mut all = Vec::new();
        match (self.rows, self.modified()) {
            (Rows::Full { bound, range }, modified) => {
                all.extend(range.after.as_ref().map(|id| format!("Id > '{id}'")));
                all.extend(range.upto.as_ref().map(|id| format!("Id <= '{id}'")));
                all.extend(modified.map(|modified| format!("{modified} <= {}", literal(*bound))));
                if self.archives() && self.schema.deleted.is_some() {
                    all.push("IsDeleted = false".into());
                }
            }
            (Rows::Changed { lower, upper, after }, Some(modified)) => {
                // The plain range comes first, for the index; the last row's own instant is drained by id.
                let from = after.as_ref().map(|place| place.at).or(*lower);
                all.extend(from.map(|from| format!("{modified} >= {}", literal(from))));
                all.push(format!("{modified} <= {}", literal(*upper)));
                all.extend(after.as_ref().map(|Place { at, id }| {
                    let at = literal(*at);
                    format!("({modified} > {at} OR ({modified} = {at} AND Id > '{id}'))")
                }));
            }
            (Rows::Changed { .. }, None) => {}
        }
        if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::testing;

    fn at(seconds: i64) -> Instant {
        Instant::EPOCH.plus_seconds(seconds)
    }

    #[test]
    fn a_first_load_goes_by_id_up_to_the_bound() {
        let mut schema = testing::account();
        schema.columns.truncate(3);
        schema.columns.extend(testing::account().columns.into_iter().filter(|c| c.name == "systemmodstamp"));
        let range = Range { after: Some("001000000000001AAA".into()), upto: None };
        let rows = Rows::Full { bound: at(60), range };
        let slice = Slice { schema: &schema, rows: &rows };
        insta::assert_snapshot!(slice.page(2000), @"SELECT Id, IsDeleted, Name, SystemModstamp FROM Account WHERE Id > '001000000000001AAA' AND SystemModstamp <= 1970-01-01T00:01:00.000Z ORDER BY Id LIMIT 2000");
        insta::assert_snapshot!(slice.count(), @"SELECT COUNT() FROM Account WHERE Id > '001000000000001AAA' AND SystemModstamp <= 1970-01-01T00:01:00.000Z");
        assert!(!slice.bulk().contains("ORDER BY"));
        assert_eq!(slice.scope(), Scope::Living);
    }

    #[test]
    fn archived_rows_are_read_without_the_deleted_ones() {
        let mut schema = testing::account();
        schema.columns[2].name = "isarchived".into();
        schema.columns[2].source_field = "IsArchived".into();
        let rows = Rows::Full { bound: at(60), range: Range::default() };
        let slice = Slice { schema: &schema, rows: &rows };
        assert_eq!(slice.scope(), Scope::All);
        assert!(slice.count().ends_with("AND IsDeleted = false"), "{}", slice.count());
    }

    #[test]
    fn an_instant_with_many_rows_is_drained_by_id() {
        let schema = testing::account();
        let after = Some(Place { at: at(30), id: "001000000000001AAA".into() });
        let rows = Rows::Changed { lower: Some(at(0)), upper: at(60), after };
        let slice = Slice { schema: &schema, rows: &rows };
        insta::assert_snapshot!(slice.count(), @"SELECT COUNT() FROM Account WHERE SystemModstamp >= 1970-01-01T00:00:30.000Z AND SystemModstamp <= 1970-01-01T00:01:00.000Z AND (SystemModstamp > 1970-01-01T00:00:30.000Z OR (SystemModstamp = 1970-01-01T00:00:30.000Z AND Id > '001000000000001AAA'))");
        assert!(slice.page(5).ends_with(" ORDER BY SystemModstamp, Id LIMIT 5"));
        assert_eq!(slice.scope(), Scope::All);
    }

    #[test]
    fn nothing_but_names_and_ids_goes_into_a_query() {
        let mut schema = testing::account();
        assert_eq!(bad_name(&schema), None);
        schema.columns[1].source_field = "Name FROM User --".into();
        assert_eq!(bad_name(&schema), Some("Name FROM User --"));
        assert!(is_id("001000000000001AAA") && !is_id("001000000000001' OR"));
    }
}
