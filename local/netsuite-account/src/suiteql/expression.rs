//! Values.

use sqlparser::ast::{CeilFloorKind, Expr, UnaryOperator};

use super::compare::{align, unify};
use super::fragment::{Fragment, Type};
use super::number;
use super::refusal::Refusal;
use super::scope::Scope;
use super::translator::{Translator, literal};

impl Translator<'_> {
    /// Any value. Conditions are values only inside CASE.
    pub fn expression(&mut self, expr: &Expr, scope: &Scope<'_>) -> Result<Fragment, Refusal> {
        match expr {
            Expr::Value(value) => literal(&value.value),
            Expr::Nested(inner) => self.expression(inner, scope),
            Expr::Identifier(name) => self.identifier(&name.value.to_lowercase(), scope),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => {
                    let (table, column) = (table.value.to_lowercase(), column.value.to_lowercase());
                    scope.resolve(self.access, Some(&table), &column)
                }
                _ => Err(Refusal::unsupported()),
            },
            Expr::BinaryOp { left, op, right } => {
                let (left, right) = (self.expression(left, scope)?, self.expression(right, scope)?);
                super::operators::arithmetic(&left, op, &right)
            }
            Expr::UnaryOp { op, expr } => self.signed(*op, expr, scope),
            Expr::Function(function) => self.function(function, scope),
            Expr::Case { operand, conditions, else_result, .. } => {
                let pairs: Vec<(&Expr, &Expr)> =
                    conditions.iter().map(|c| (&c.condition, &c.result)).collect();
                self.case(operand.as_deref(), &pairs, else_result.as_deref(), scope)
            }
            Expr::Subquery(query) => {
                let inner = self.query(query, Some(scope))?;
                match inner.columns.as_slice() {
                    [column] => Ok(Fragment::new(format!("({})", inner.rows), column.ty, false)),
                    _ => Err(Refusal::unsupported()),
                }
            }
            Expr::Ceil { expr, field: CeilFloorKind::DateTimeField(_) } => self.call("CEIL", &[expr], scope),
            Expr::Floor { expr, field: CeilFloorKind::DateTimeField(_) } => {
                self.call("FLOOR", &[expr], scope)
            }
            Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
                self.call("TRIM", &[expr], scope)
            }
            Expr::Substring { expr, substring_from: Some(from), substring_for, special: true, .. } => {
                let mut arguments: Vec<&Expr> = vec![expr, from];
                arguments.extend(substring_for.as_deref());
                self.call("SUBSTR", &arguments, scope)
            }
            _ => Err(Refusal::unsupported()),
        }
    }

    fn identifier(&mut self, name: &str, scope: &Scope<'_>) -> Result<Fragment, Refusal> {
        match name {
            "sysdate" | "current_date" => Ok(self.today()),
            "systimestamp" | "current_timestamp" => Ok(self.instant()),
            "rownum" => Ok(Fragment::new("ROW_NUMBER() OVER ()".to_owned(), Type::Number, false)),
            _ => scope.resolve(self.access, None, name),
        }
    }

    fn signed(&mut self, op: UnaryOperator, expr: &Expr, scope: &Scope<'_>) -> Result<Fragment, Refusal> {
        let inner = self.expression(expr, scope)?;
        let sign = match op {
            UnaryOperator::Minus => "-",
            UnaryOperator::Plus => "+",
            _ => return Err(Refusal::unsupported()),
        };
        let value = match inner.ty {
            Type::Number | Type::Null => inner.sql.clone(),
            Type::Text => number::from_text(&inner)?,
            _ => return Err(Refusal::search("ORA-00932: inconsistent datatypes")),
        };
        Ok(Fragment::computed(format!("({sign}{value})"), Type::Number, &[&inner]))
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        pairs: &[(&Expr, &Expr)],
        otherwise: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> Result<Fragment, Refusal> {
        let operand = operand.map(|o| self.expression(o, scope)).transpose()?;
        let mut tests = Vec::new();
        let mut results = Vec::new();
        for (condition, result) in pairs {
            tests.push(match &operand {
                Some(operand) => {
                    let (left, right) = align(operand, &self.expression(condition, scope)?)?;
                    format!("{left} = {right}")
                }
                None => self.condition(condition, scope)?.sql,
            });
            results.push(self.expression(result, scope)?);
        }
        results.push(otherwise.map_or_else(|| Ok(Fragment::null()), |e| self.expression(e, scope))?);
        let (values, ty) = unify(&results)?;
        let mut sql = String::from("CASE");
        for (test, value) in tests.iter().zip(&values) {
            sql.push_str(&format!(" WHEN {test} THEN {value}"));
        }
        if let Some(last) = values.last() {
            sql.push_str(&format!(" ELSE {last}"));
        }
        sql.push_str(" END");
        let mut fragment = Fragment::computed(sql, ty, &results.iter().collect::<Vec<_>>());
        // Its conditions may read columns although its results do not.
        fragment.constant = false;
        Ok(fragment)
    }
}
