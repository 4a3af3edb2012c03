//! Conditions.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

use super::IN_CAP;
use super::compare::align;
use super::fragment::{Fragment, Type};
use super::keyset::{Keyset, conjuncts, keyset};
use super::refusal::Refusal;
use super::scope::Scope;
use super::translator::Translator;

/// A condition and whether an aggregate is in it.
pub struct Condition {
    pub sql: String,
    pub aggregate: bool,
}

impl Condition {
    fn of(sql: String, parts: &[&Fragment]) -> Self {
        Self { sql, aggregate: parts.iter().any(|p| p.aggregate) }
    }
}

impl Translator<'_> {
    /// A WHERE clause. Where a keyset is among its parts, other lower bounds of the same column are kept off
    /// the index, so that a page starts where the keyset says and not at the start of its window.
    pub fn filter(&mut self, parts: &[&Expr], scope: &Scope<'_>) -> Result<String, Refusal> {
        let mut sql = Vec::new();
        let mut led = None;
        for part in parts {
            if let Some(found) = keyset(part) {
                let (text, lead) = self.keyset(&found, scope)?;
                led = led.or(lead);
                sql.push(text);
            } else {
                let text = self.condition(part, scope)?.sql;
                let either = matches!(part, Expr::BinaryOp { op: BinaryOperator::Or, .. });
                // SQLite would join the indexes of both sides and sort, where one range in order is at hand.
                sql.push(if either && parts.len() > 1 { format!("+({text})") } else { text });
            }
        }
        if let Some((column, ascending)) = led {
            let bound = if ascending { [" > ", " >= "] } else { [" < ", " <= "] };
            for text in &mut sql {
                if bound.iter().any(|op| text.starts_with(&format!("{column}{op}"))) {
                    text.insert(0, '+');
                }
            }
        }
        Ok(sql.into_iter().map(|s| format!("({s})")).collect::<Vec<_>>().join(" AND "))
    }

    fn keyset(
        &mut self,
        found: &Keyset<'_>,
        scope: &Scope<'_>,
    ) -> Result<(String, Option<(String, bool)>), Refusal> {
        let mut left = Vec::new();
        let mut right = Vec::new();
        for step in &found.steps {
            let (l, r) = align(&self.expression(step.left, scope)?, &self.expression(step.right, scope)?)?;
            left.push(l);
            right.push(r);
        }
        let lead = left.first().map(|column| (column.clone(), found.operator.starts_with('>')));
        Ok((format!("({}) {} ({})", left.join(", "), found.operator, right.join(", ")), lead))
    }

    /// Any condition.
    pub fn condition(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Condition, Refusal> {
        match expr {
            Expr::Nested(inner) => {
                let inner = self.condition(inner, scope)?;
                Ok(Condition { sql: format!("({})", inner.sql), ..inner })
            }
            Expr::BinaryOp { op: BinaryOperator::And, .. } => {
                let parts = conjuncts(expr);
                let mut aggregate = false;
                let mut sql = Vec::new();
                for part in parts {
                    let condition = self.condition(part, scope)?;
                    aggregate |= condition.aggregate;
                    sql.push(format!("({})", condition.sql));
                }
                Ok(Condition { sql: sql.join(" AND "), aggregate })
            }
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
                let (left, right) = (self.condition(left, scope)?, self.condition(right, scope)?);
                let aggregate = left.aggregate || right.aggregate;
                Ok(Condition { sql: format!("({}) OR ({})", left.sql, right.sql), aggregate })
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                let inner = self.condition(expr, scope)?;
                Ok(Condition { sql: format!("NOT ({})", inner.sql), ..inner })
            }
            Expr::BinaryOp { left, op, right } => self.comparison(left, op, right, scope),
            Expr::IsNull(inner) => self.null_test(inner, "IS NULL", scope),
            Expr::IsNotNull(inner) => self.null_test(inner, "IS NOT NULL", scope),
            Expr::Between { expr, negated, low, high } => self.between(expr, *negated, low, high, scope),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, scope),
            Expr::InSubquery { expr, subquery, negated } => {
                let left = self.expression(expr, scope)?;
                let inner = self.query(subquery, Some(scope))?;
                if inner.columns.len() != 1 {
                    return Err(Refusal::unsupported());
                }
                let not = if *negated { "NOT " } else { "" };
                Ok(Condition::of(format!("{} {not}IN ({})", left.sql, inner.rows), &[&left]))
            }
            Expr::Exists { subquery, negated } => {
                let inner = self.query(subquery, Some(scope))?;
                let not = if *negated { "NOT " } else { "" };
                Ok(Condition { sql: format!("{not}EXISTS ({})", inner.rows), aggregate: false })
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                let left = self.expression(expr, scope)?;
                let pattern = self.expression(pattern, scope)?;
                let escape = match escape_char {
                    Some(mark) => format!(" ESCAPE {}", self.expression(mark, scope)?.sql),
                    None => String::new(),
                };
                let not = if *negated { "NOT " } else { "" };
                Ok(Condition::of(
                    format!("{} {not}LIKE {}{escape}", super::compare::as_text(&left), pattern.sql),
                    &[&left],
                ))
            }
            _ => Err(Refusal::unsupported()),
        }
    }

    fn comparison(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Condition, Refusal> {
        let operator = match op {
            BinaryOperator::Eq => "=",
            BinaryOperator::NotEq => "<>",
            BinaryOperator::Gt => ">",
            BinaryOperator::GtEq => ">=",
            BinaryOperator::Lt => "<",
            BinaryOperator::LtEq => "<=",
            _ => return Err(Refusal::unsupported()),
        };
        let (left, right) = (self.expression(left, scope)?, self.expression(right, scope)?);
        let (l, r) = align(&left, &right)?;
        Ok(Condition::of(format!("{l} {operator} {r}"), &[&left, &right]))
    }

    fn null_test(&mut self, inner: &Expr, test: &str, scope: &Scope<'_>) -> Result<Condition, Refusal> {
        let inner = self.expression(inner, scope)?;
        Ok(Condition::of(format!("{} {test}", inner.sql), &[&inner]))
    }

    fn between(
        &mut self,
        expr: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Condition, Refusal> {
        let value = self.expression(expr, scope)?;
        let (low, high) = (self.expression(low, scope)?, self.expression(high, scope)?);
        let (value_low, low) = align(&value, &low)?;
        let (value_high, high) = align(&value, &high)?;
        let not = if negated { "NOT " } else { "" };
        let sql = if negated || value_low != value_high {
            format!("{not}({value_low} >= {low} AND {value_high} <= {high})")
        } else {
            format!("{value_low} >= {low} AND {value_high} <= {high}")
        };
        Ok(Condition::of(sql, &[&value]))
    }

    fn in_list(
        &mut self,
        expr: &Expr,
        list: &[Expr],
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Condition, Refusal> {
        if list.len() > IN_CAP {
            return Err(Refusal::search("ORA-01795: maximum number of expressions in a list is 1000"));
        }
        let value = self.expression(expr, scope)?;
        let mut left = value.sql.clone();
        let mut right = Vec::with_capacity(list.len());
        for entry in list {
            let entry = self.expression(entry, scope)?;
            if entry.ty == Type::Null {
                continue;
            }
            let (l, r) = align(&value, &entry)?;
            left = l;
            right.push(r);
        }
        let not = if negated { "NOT " } else { "" };
        Ok(Condition::of(format!("{left} {not}IN ({})", right.join(", ")), &[&value]))
    }
}
