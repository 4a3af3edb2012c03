//! A test of one column of one record.

use serde::{Deserialize, Serialize};

use super::Comparison;

/// As JSON: `{"column": "status", "is": "one_of", "values": ["open", "held"]}`. Fields that the test does not
/// have are refused, so that a misspelt one is not lost in silence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub struct Condition {
    pub column: String,
    pub test: ColumnTest,
}

/// A column without a value passes `Null` and nothing else.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnTest {
    Null,
    Present,
    /// Values as in JSON, in the column's type.
    OneOf {
        values: Vec<String>,
    },
    /// As [`Expectation::Pattern`](super::Expectation::Pattern): the whole text.
    Matches {
        regex: String,
    },
    Compared {
        operator: Comparison,
        value: String,
    },
}

/// The written form. A flattened enum cannot refuse unknown fields; variants that repeat the column can.
#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
enum Form {
    Null { column: String },
    Present { column: String },
    OneOf { column: String, values: Vec<String> },
    Matches { column: String, regex: String },
    Compared { column: String, operator: Comparison, value: String },
}

impl From<Form> for Condition {
    fn from(form: Form) -> Self {
        let (column, test) = match form {
            Form::Null { column } => (column, ColumnTest::Null),
            Form::Present { column } => (column, ColumnTest::Present),
            Form::OneOf { column, values } => (column, ColumnTest::OneOf { values }),
            Form::Matches { column, regex } => (column, ColumnTest::Matches { regex }),
            Form::Compared { column, operator, value } => (column, ColumnTest::Compared { operator, value }),
        };
        Self { column, test }
    }
}

impl From<Condition> for Form {
    fn from(Condition { column, test }: Condition) -> Self {
        match test {
            ColumnTest::Null => Form::Null { column },
            ColumnTest::Present => Form::Present { column },
            ColumnTest::OneOf { values } => Form::OneOf { column, values },
            ColumnTest::Matches { regex } => Form::Matches { column, regex },
            ColumnTest::Compared { operator, value } => Form::Compared { column, operator, value },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_comes_back_as_it_was_written_and_unknown_fields_are_refused() {
        let tests = [
            ColumnTest::Null,
            ColumnTest::Present,
            ColumnTest::OneOf { values: vec!["a".into()] },
            ColumnTest::Matches { regex: "[a-z]+".into() },
            ColumnTest::Compared { operator: Comparison::GreaterOrEqual, value: "1".into() },
        ];
        for test in tests {
            let condition = Condition { column: "status".into(), test };
            let json = serde_json::to_value(&condition).unwrap();
            assert_eq!(json["column"], "status");
            assert_eq!(serde_json::from_value::<Condition>(json.clone()).unwrap(), condition);
            let mut misspelt = json;
            misspelt["valeus"] = serde_json::Value::Null;
            assert!(serde_json::from_value::<Condition>(misspelt).is_err());
        }
    }
}
