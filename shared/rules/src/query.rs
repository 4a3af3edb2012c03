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
    }
}
