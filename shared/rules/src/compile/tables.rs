//! Rules between streams: whether their columns exist and fit together.

use forebay_model::rule::Expectation;
use forebay_model::{StreamName, StreamSchema};

use super::reader::{Place, find};
use crate::family::{Family, named};
use crate::fault::{RuleFault, shape};
use crate::literal;

struct Faults(Vec<RuleFault>);

impl Faults {
    fn column(&mut self, schema: &StreamSchema, field: &str, name: &str) -> Option<Place> {
        find(schema, field, name).map_err(|fault| self.0.push(fault)).ok()
    }

    fn stream(
        &mut self,
        field: &str,
        name: &StreamName,
        others: &dyn Fn(&StreamName) -> Option<StreamSchema>,
    ) -> Option<StreamSchema> {
        let found = others(name);
        if found.is_none() {
            let action = "correct its name, or wait until the source's schemas are discovered";
            self.0.push(RuleFault::new(
                field,
                shape(name.as_str()),
                "the name of a stream of this source",
                action,
            ));
        }
        found
    }

    fn joins(&mut self, field: &str, left: Option<Place>, right: Option<Place>) {
        let (Some(left), Some(right)) = (left, right) else { return };
        if left.family.joins_with(right.family) {
            return;
        }
        let found = format!("a column of type {}", named(right.column_type));
        let expected = format!("a column whose values can equal those of type {}", named(left.column_type));
        self.0.push(RuleFault::new(
            field,
            found,
            expected,
            "join columns of one type, or a number with a text; neither float nor JSON",
        ));
    }

    fn amount(&mut self, field: &str, column: Option<Place>) {
        let Some(column) = column.filter(|column| column.family != Family::Exact) else { return };
        let found = format!("a column of type {}", named(column.column_type));
        let action = "have the column read as decimal: sums of floats depend on their order";
        self.0.push(RuleFault::new(field, found, "a column of type integer or decimal", action));
    }
}

/// Empty for rules that are not between streams.
pub(crate) fn faults(
    expectation: &Expectation,
    schema: &StreamSchema,
    others: &dyn Fn(&StreamName) -> Option<StreamSchema>,
) -> Vec<RuleFault> {
    let mut faults = Faults(Vec::new());
    match expectation {
        Expectation::SumOfLines { parent_key, total, lines, line_parent, amount, tolerance } => {
            let key = faults.column(schema, "expectation.parent_key", parent_key);
            let total = faults.column(schema, "expectation.total", total);
            faults.amount("expectation.total", total);
            if let Some(lines) = faults.stream("expectation.lines", lines, others) {
                let parent = faults.column(&lines, "expectation.line_parent", line_parent);
                faults.joins("expectation.line_parent", key, parent);
                let amount = faults.column(&lines, "expectation.amount", amount);
                faults.amount("expectation.amount", amount);
            }
            faults.0.extend(tolerance.as_deref().and_then(|text| read_tolerance(text).err()));
        }
        Expectation::ForeignKey { column, references, key } => {
            let column = faults.column(schema, "expectation.column", column);
            if let Some(other) = faults.stream("expectation.references", references, others) {
                let key = faults.column(&other, "expectation.key", key);
                faults.joins("expectation.key", column, key);
            }
        }
        _ => {}
    }
    faults.0
}

/// A decimal that is not negative.
pub(crate) fn read_tolerance(text: &str) -> Result<rust_decimal::Decimal, RuleFault> {
    literal::decimal(text).filter(|d| !d.is_sign_negative() || d.is_zero()).ok_or_else(|| {
        let expected = "a decimal number that is not negative, as in 0.01";
        RuleFault::new(
            "expectation.tolerance",
            shape(text),
            expected,
            "leave it out where sums must be equal",
        )
    })
}
