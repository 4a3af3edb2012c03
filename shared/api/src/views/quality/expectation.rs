//! What rules demand: the written form, described. It is read as `forebay_model::rule::Expectation`; a test
//! holds the two together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a rule demands. Values are texts that are read in the column's type, written as in JSON: `12.50`,
/// `true`, `2026-03-01`, `2026-03-01T00:00:00Z`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Expectation)]
pub enum ExpectationView {
    /// The column has a value; an empty text is one.
    NotNull { column: String },
    /// Texts match the regular expression as a whole (syntax of Rust's crate `regex`; linear time).
    Pattern { column: String, regex: String },
    /// Both ends included; one of them may be left out.
    Range { column: String, min: Option<String>, max: Option<String> },
    /// Values are among these.
    OneOf { column: String, values: Vec<String> },
    /// Values are in the reference list of this name.
    Reference { column: String, list: String },
    /// No two records share the values of all these columns.
    Unique { columns: Vec<String> },
    /// Compares two columns of one record.
    Compare { left: String, operator: ComparisonView, right: String },
    /// Exactly one of the columns has a value.
    ExactlyOne { columns: Vec<String> },
    /// Where the condition `when` holds, `then` does.
    IfThen { when: ConditionView, then: ConditionView },
    /// The children's amounts add up to their parent's, within `tolerance`.
    SumOfLines {
        parent_key: String,
        total: String,
        lines: String,
        line_parent: String,
        amount: String,
        tolerance: Option<String>,
    },
    /// Every value of `column` is in the column `key` of stream `references`.
    ForeignKey { column: String, references: String, key: String },
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Comparison)]
pub enum ComparisonView {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

/// A test of one column of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Condition)]
pub enum ConditionView {
    Null {
        column: String,
    },
    Present {
        column: String,
    },
    OneOf {
        column: String,
        values: Vec<String>,
    },
    /// The whole text matches.
    Matches {
        column: String,
        regex: String,
    },
    Compared {
        column: String,
        operator: ComparisonView,
        value: String,
    },
}

#[cfg(test)]
mod tests {
    use forebay_model::StreamName;
    use forebay_model::rule::{ColumnTest, Comparison, Condition, Expectation};

    use super::*;

    fn text() -> String {
        "a".to_owned()
    }

    fn condition(test: ColumnTest) -> Condition {
        Condition { column: text(), test }
    }

    #[test]
    fn every_expectation_and_condition_is_described_as_it_is_read() {
        let stream = || StreamName::new("line").unwrap();
        let if_then = |when, then| Expectation::IfThen { when: condition(when), then: condition(then) };
        let compared = ColumnTest::Compared { operator: Comparison::NotEqual, value: text() };
        for expectation in [
            Expectation::NotNull { column: text() },
            Expectation::Pattern { column: text(), regex: text() },
            Expectation::Range { column: text(), min: Some(text()), max: None },
            Expectation::OneOf { column: text(), values: vec![text()] },
            Expectation::Reference { column: text(), list: text() },
            Expectation::Unique { columns: vec![text()] },
            Expectation::Compare { left: text(), operator: Comparison::LessOrEqual, right: text() },
            Expectation::ExactlyOne { columns: vec![text()] },
            if_then(ColumnTest::Null, ColumnTest::Present),
            if_then(ColumnTest::OneOf { values: vec![text()] }, ColumnTest::Matches { regex: text() }),
            if_then(compared.clone(), compared),
            Expectation::SumOfLines {
                parent_key: text(),
                total: text(),
                lines: stream(),
                line_parent: text(),
                amount: text(),
                tolerance: None,
            },
            Expectation::ForeignKey { column: text(), references: stream(), key: text() },
        ] {
            let written = serde_json::to_value(&expectation).unwrap();
            let view: ExpectationView = serde_json::from_value(written.clone()).unwrap();
            let shown = serde_json::to_value(&view).unwrap();
            assert_eq!(shown, written);
            assert_eq!(serde_json::from_value::<Expectation>(shown).unwrap(), expectation);
        }
    }
}
