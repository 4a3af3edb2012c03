//! Whether a rule can be checked: asked before it is kept.

use forebay_model::rule::{Expectation, Rule};
use forebay_model::{StreamName, StreamSchema};

use crate::compile::{compile, tables};
use crate::fault::{RuleFault, shape};
use crate::lists::ReferenceLists;

const MOST_ID_BYTES: usize = 100;
const MOST_DESCRIPTION: usize = 1_000;

/// All faults of a rule at once. `schema` is of the rule's stream, `others` finds those of the same source.
///
/// # Errors
///
/// Every fault with its field, the shape of what is there, what was expected and what to do.
pub fn validate(
    rule: &Rule,
    schema: &StreamSchema,
    others: &dyn Fn(&StreamName) -> Option<StreamSchema>,
    lists: &ReferenceLists,
) -> Result<(), Vec<RuleFault>> {
    let mut faults = header(rule, schema);
    match &rule.expectation {
        Expectation::SumOfLines { .. } | Expectation::ForeignKey { .. } => {
            faults.extend(tables::faults(&rule.expectation, schema, others));
        }
        expectation => faults.extend(compile(expectation, schema, lists).err().unwrap_or_default()),
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn header(rule: &Rule, schema: &StreamSchema) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    let id = rule.id.as_str();
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if id.is_empty() || id.len() > MOST_ID_BYTES || !plain {
        let expected = "1 to 100 of a-z, A-Z, 0-9, '_', '-' and '.'";
        faults.push(RuleFault::new("id", shape(id), expected, "rename the rule"));
    }
    if rule.stream != schema.stream {
        let expected = format!("stream {}, whose schema the rule is checked against", schema.stream);
        faults.push(RuleFault::new("stream", "another stream", expected, "correct the stream's name"));
    }
    let length = rule.description.chars().count();
    if length > MOST_DESCRIPTION {
        let expected = format!("at most {MOST_DESCRIPTION} characters");
        faults.push(RuleFault::new("description", shape(&rule.description), expected, "shorten it"));
    }
    if !(0.0..=1.0).contains(&rule.tolerated_share) {
        faults.push(RuleFault::new(
            "tolerated_share",
            "a number outside 0 to 1",
            "a share of records, 0 to 1",
            "write one percent as 0.01",
        ));
    }
    faults
}
