//! Whether a tenant's rule can be checked, asked before it is kept.

use forebay_model::rule::{ReferenceList, Rule};
use forebay_model::{StreamName, StreamSchema};
use forebay_rules::{ReferenceLists, validate};

/// `schemas` are the newest of the rule's source, `lists` the reference lists that it names.
///
/// # Errors
///
/// Each fault in a sentence: its field, the shape of what is there, what was expected and what to do.
pub fn check_rule(rule: &Rule, schemas: &[StreamSchema], lists: &[ReferenceList]) -> Result<(), Vec<String>> {
    let schema_of = |stream: &StreamName| schemas.iter().find(|schema| schema.stream == *stream).cloned();
    let Some(schema) = schema_of(&rule.stream) else {
        return Err(vec![format!(
            "stream: {} has no schema yet; extract it once, then write the rule",
            rule.stream
        )]);
    };
    let lists: ReferenceLists = lists.iter().cloned().collect();
    validate(rule, &schema, &schema_of, &lists)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}
