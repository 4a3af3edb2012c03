//! A query as it was written.

use super::token::Piece;

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub name: String,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Selected {
    /// `COUNT()`.
    Count,
    Fields(Vec<Named>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
}

/// A literal and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    pub piece: Piece,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Compare { field: Named, operator: Operator, values: Vec<Literal> },
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ordering {
    pub field: Named,
    pub descending: bool,
    /// Nulls come first unless told otherwise.
    pub nulls_last: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub selected: Selected,
    pub object: Named,
    pub condition: Option<Condition>,
    pub order: Vec<Ordering>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}
