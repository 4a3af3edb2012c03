//! Rules that whole tables answer.

use forebay_model::RunId;
use forebay_model::rule::{Expectation, Rule, RuleOutcome, SetAnswer, SetQuery, VersionedRule};
use rust_decimal::Decimal;

use crate::compile::tables::read_tolerance;
use crate::fault::RuleFault;
use crate::mask::{Mask, masked};

/// What a rule asks of the loaded tables: `None` where records alone answer. Uniqueness can be asked of both: while
/// records flow past it is exact up to 1,024 of them, the tables know it exactly.
///
/// # Errors
///
/// A tolerance that is no number, which [`validate`](crate::validate) refuses.
pub fn set_query(rule: &Rule) -> Result<Option<SetQuery>, RuleFault> {
    Ok(Some(match rule.expectation.clone() {
        Expectation::Unique { columns } => SetQuery::Unique { columns },
        Expectation::ForeignKey { column, references, key } => {
            SetQuery::ForeignKey { column, references, key }
        }
        Expectation::SumOfLines { parent_key, total, lines, line_parent, amount, tolerance } => {
            let tolerance = tolerance.as_deref().map_or(Ok(Decimal::ZERO), read_tolerance)?;
            SetQuery::SumOfLines { parent_key, total, lines, line_parent, amount, tolerance }
        }
        _ => return Ok(None),
    }))
}

/// The outcome of a rule that tables answered, or why they did not. `key_columns` are those of the stream's schema.
pub fn answered(
    rule: &VersionedRule,
    run: &RunId,
    answer: Result<SetAnswer, String>,
    key_columns: &[String],
    mask: &Mask<'_>,
) -> RuleOutcome {
    let (answer, failure) = match answer {
        Ok(answer) => (answer, None),
        Err(why) => (SetAnswer::default(), Some(why)),
    };
    RuleOutcome {
        rule: rule.rule.id.clone(),
        version: rule.version,
        run: run.clone(),
        checked: answer.checked,
        violations: answer.violations,
        margin: 0,
        examples: answer.examples.into_iter().map(|e| masked(e, key_columns, mask)).collect(),
        failure,
        deferred: false,
        answered: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_rules_that_ask_tables_have_a_question() {
        let kinds = [
            r#"{"kind": "not_null", "column": "a"}"#,
            r#"{"kind": "pattern", "column": "a", "regex": "b"}"#,
            r#"{"kind": "range", "column": "a", "min": "1", "max": null}"#,
            r#"{"kind": "one_of", "column": "a", "values": []}"#,
            r#"{"kind": "reference", "column": "a", "list": "l"}"#,
            r#"{"kind": "unique", "columns": ["a"]}"#,
            r#"{"kind": "compare", "left": "a", "operator": "less", "right": "b"}"#,
            r#"{"kind": "exactly_one", "columns": ["a"]}"#,
            r#"{"kind": "if_then", "when": {"column": "a", "is": "null"}, "then": {"column": "b", "is": "null"}}"#,
            r#"{"kind": "sum_of_lines", "parent_key": "a", "total": "b", "lines": "c", "line_parent": "d", "amount": "e", "tolerance": null}"#,
            r#"{"kind": "foreign_key", "column": "a", "references": "b", "key": "c"}"#,
        ];
        let asking = kinds.map(|kind| {
            let json = format!(
                r#"{{"id": "r", "source": "s", "stream": "t", "description": "", "expectation": {kind}}}"#
            );
            let rule: Rule = serde_json::from_str(&json).unwrap();
            let asks = rule.expectation.asks_tables();
            assert_eq!(set_query(&rule).unwrap().is_some(), asks, "{kind}");
            asks
        });
        assert_eq!(asking.iter().filter(|asks| **asks).count(), 3);
    }
}
