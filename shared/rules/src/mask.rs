//! Sensitive values in examples.

use forebay_model::rule::Violation;

/// Given a column's name and a value's text: what to show instead, or `None` where the column is not sensitive.
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
        columns.get(at).and_then(|column| mask(column, part)).unwrap_or_else(|| part.to_owned())
    });
    parts.collect::<Vec<_>>().join(&UNIT_SEPARATOR.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
