//! Sensitive values in examples.

use forebay_model::rule::Violation;

/// Given a column's name and a value's text: what to show instead, or `None` where it may be shown as it is. Asked for
/// every value, also of columns that hold nothing personal: a single value can be. Of a part of a key that belongs to
/// no column the name is empty.
pub type Mask<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// Shows everything: for sources whose columns are known to hold nothing personal.
pub fn unmasked(_column: &str, _text: &str) -> Option<String> {
    None
}

/// Between the parts of a record's key; see `RecordKey`.
const UNIT_SEPARATOR: char = '\u{1f}';

pub(crate) fn masked(example: Violation, key_columns: &[String], mask: &Mask<'_>) -> Violation {
    let Violation { key, values } = example;
    let values = values.into_iter().map(|(column, text)| {
        let text = text.map(|text| mask(&column, &text).unwrap_or(text));
        (column, text)
    });
    Violation { values: values.collect(), key: masked_key(&key, key_columns, mask) }
}

/// A key that was cut has fewer parts than columns; its last ones are gone and need no mask.
fn masked_key(key: &str, columns: &[String], mask: &Mask<'_>) -> String {
    if let [column] = columns {
        return mask(column, key).unwrap_or_else(|| key.to_owned());
    }
    let parts = key.split(UNIT_SEPARATOR).enumerate().map(|(at, part)| {
        let column = columns.get(at).map_or("", String::as_str);
        mask(column, part).unwrap_or_else(|| part.to_owned())
    });
    parts.collect::<Vec<_>>().join(&UNIT_SEPARATOR.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_every_part_of_a_key_is_asked_for() {
        let mask = |column: &str, text: &str| Some(format!("{column}:{}", text.len()));
        let example =
            Violation { key: "7\u{1f}ab\u{1f}cde".into(), values: vec![("n".into(), Some("1".into()))] };
        let shown = masked(example, &["id".into(), "n".into()], &mask);
        assert_eq!(
            (shown.key.as_str(), shown.values[0].1.as_deref()),
            ("id:1\u{1f}n:2\u{1f}:3", Some("n:1"))
        );
    }

    #[test]
    fn sensitive_columns_are_masked_in_values_and_in_keys() {
        let mask = |column: &str, text: &str| (column == "email").then(|| "*".repeat(text.len()));
        let example = Violation {
            key: "7\u{1f}a@b".into(),
            values: vec![
                ("email".into(), Some("a@b".into())),
                ("email".into(), None),
                ("n".into(), Some("1".into())),
            ],
        };
        let shown = masked(example, &["id".into(), "email".into()], &mask);
        assert_eq!(shown.key, "7\u{1f}***");
        assert_eq!(
            shown.values,
            [("email".into(), Some("***".into())), ("email".into(), None), ("n".into(), Some("1".into()))]
        );
    }
}
