//! What changed of a stream's columns between two runs' profiles.

use std::collections::BTreeMap;

use forebay_model::profile::ColumnProfile;
use serde::{Deserialize, Serialize};

/// A column must have had so many values in both runs before its type is compared.
pub const FEWEST_VALUES: u64 = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum ColumnChange {
    Appeared { column: String },
    Vanished { column: String },
    TypeChanged { column: String, from: String, to: String },
}

impl ColumnChange {
    pub fn column(&self) -> &str {
        match self {
            Self::Appeared { column } | Self::Vanished { column } | Self::TypeChanged { column, .. } => {
                column
            }
        }
    }
}

/// So many changes are told by name, and so many characters of a name.
const TOLD: usize = 10;
const NAME_CHARACTERS: usize = 60;

/// The changes for people: "`a` appeared, `b` vanished, `c` turned from date into text, and 2 more". Names as sources
/// give them, but on one line and not without end.
pub fn told(changes: &[ColumnChange]) -> String {
    let mut parts: Vec<String> = changes.iter().take(TOLD).map(change).collect();
    if let Some(more) = changes.len().checked_sub(TOLD).filter(|more| *more > 0) {
        parts.push(format!("and {more} more"));
    }
    parts.join(", ")
}

fn change(change: &ColumnChange) -> String {
    let name = name(change.column());
    match change {
        ColumnChange::Appeared { .. } => format!("`{name}` appeared"),
        ColumnChange::Vanished { .. } => format!("`{name}` vanished"),
        ColumnChange::TypeChanged { from, to, .. } => format!("`{name}` turned from {from} into {to}"),
    }
}

fn name(column: &str) -> String {
    let plain = |c: char| if c.is_control() || c == '`' { ' ' } else { c };
    let mut name: String = column.chars().take(NAME_CHARACTERS).map(plain).collect();
    if column.chars().nth(NAME_CHARACTERS).is_some() {
        name.push('…');
    }
    name
}

/// What changed, by the columns' names. A column that no record had counts as absent; a run without records
/// says nothing of columns. Whole numbers and decimals are one type here: a run of round amounts is no
/// change of schema.
pub fn changes(before: &[ColumnProfile], after: &[ColumnProfile]) -> Vec<ColumnChange> {
    let (a, b) = (present(before), present(after));
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, old) in &a {
        let column = (*name).to_owned();
        match b.get(name) {
            None => found.push(ColumnChange::Vanished { column }),
            Some(new) => found.extend(type_change(old, new)),
        }
    }
    let new = b.keys().filter(|name| !a.contains_key(*name));
    found.extend(new.map(|name| ColumnChange::Appeared { column: (*name).to_owned() }));
    found.sort_by(|x, y| x.column().cmp(y.column()));
    found
}

fn present(profiles: &[ColumnProfile]) -> BTreeMap<&str, &ColumnProfile> {
    profiles.iter().filter(|p| p.missing < p.rows).map(|p| (p.column.as_str(), p)).collect()
}

fn type_change(old: &ColumnProfile, new: &ColumnProfile) -> Option<ColumnChange> {
    let known = |p: &ColumnProfile| p.rows.saturating_sub(p.nulls) >= FEWEST_VALUES;
    let name = |p: &ColumnProfile| p.inferred_type.name.clone();
    let kind = |name: &str| if name == "integer" { "decimal".to_owned() } else { name.to_owned() };
    let (from, to) = (name(old), name(new));
    let told = known(old) && known(new) && from != "empty" && to != "empty";
    (told && kind(&from) != kind(&to)).then(|| ColumnChange::TypeChanged {
        column: new.column.clone(),
        from,
        to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::profile::InferredType;

    fn column(name: &str, kind: &str) -> ColumnProfile {
        let inferred_type = InferredType { name: kind.into(), ..InferredType::default() };
        ColumnProfile { column: name.into(), rows: 100, inferred_type, ..ColumnProfile::default() }
    }

    #[test]
    fn columns_that_come_go_and_change_are_named() {
        let before = [column("a", "integer"), column("b", "date"), column("c", "integer")];
        let after = [column("b", "text"), column("c", "decimal"), column("d", "text")];
        assert_eq!(
            changes(&before, &after),
            [
                ColumnChange::Vanished { column: "a".into() },
                ColumnChange::TypeChanged { column: "b".into(), from: "date".into(), to: "text".into() },
                ColumnChange::Appeared { column: "d".into() },
            ]
        );
    }

    #[test]
    fn ten_changes_are_told_by_name_and_of_the_others_how_many() {
        let appeared = |n: usize| ColumnChange::Appeared { column: format!("c{n:02}") };
        let (column, from, to) = ("due".to_owned(), "date".to_owned(), "text".to_owned());
        let few = [
            appeared(0),
            ColumnChange::TypeChanged { column, from, to },
            ColumnChange::Vanished { column: "fax".into() },
        ];
        assert_eq!(told(&few), "`c00` appeared, `due` turned from date into text, `fax` vanished");
        let ten: Vec<ColumnChange> = (0..10).map(appeared).collect();
        assert!(told(&ten).ends_with("`c09` appeared"));
        let many: Vec<ColumnChange> = (0..12).map(appeared).collect();
        assert!(told(&many).ends_with("`c09` appeared, and 2 more"));
        let long = ColumnChange::Appeared { column: format!("a\n`b{}", "ü".repeat(10_000)) };
        let text = told(&[long]);
        assert!(text.starts_with("`a  bü") && text.ends_with("ü…` appeared"), "{text}");
        assert_eq!(text.chars().count(), 61 + "`` appeared".len());
    }

    #[test]
    fn what_is_not_known_is_no_change() {
        let few = ColumnProfile { nulls: 90, ..column("a", "text") };
        assert_eq!(changes(&[column("a", "integer")], &[few]), []);
        assert_eq!(changes(&[column("a", "integer")], &[]), []);
        let absent = ColumnProfile { missing: 100, nulls: 100, ..column("b", "empty") };
        assert_eq!(changes(&[column("a", "text"), absent], &[column("a", "text")]), []);
    }
}
