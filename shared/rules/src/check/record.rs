//! Rules between the columns of one record.

use forebay_model::Value;
use forebay_model::rule::Comparison;

use super::{Check, Test, Verdict, at};
use crate::key::compares;

#[derive(Debug)]
pub(crate) struct Compare {
    pub left: usize,
    pub operator: Comparison,
    pub right: usize,
}

impl Check for Compare {
    fn verdict(&self, values: &[Value]) -> Verdict {
        let (left, right) = (at(values, self.left), at(values, self.right));
        if left.is_null() || right.is_null() {
            return Verdict::NotLookedAt;
        }
        Verdict::of(compares(left, self.operator, right))
    }
}

#[derive(Debug)]
pub(crate) struct ExactlyOne {
    pub columns: Vec<usize>,
}

impl Check for ExactlyOne {
    fn verdict(&self, values: &[Value]) -> Verdict {
        Verdict::of(self.columns.iter().filter(|column| !at(values, **column).is_null()).count() == 1)
    }
}

#[derive(Debug)]
pub(crate) struct IfThen {
    pub when: Test,
    pub then: Test,
}

impl Check for IfThen {
    fn verdict(&self, values: &[Value]) -> Verdict {
        if !self.when.passes(values) {
            return Verdict::NotLookedAt;
        }
        Verdict::of(self.then.passes(values))
    }
}
