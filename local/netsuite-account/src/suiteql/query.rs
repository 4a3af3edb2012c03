//! A whole query: a SELECT or a combination of them, and the order.

use sqlparser::ast::{
    Expr, OrderBy, OrderByExpr, OrderByKind, OrderBySort, Query, SetExpr, SetOperator, SetQuantifier, Value,
};

use super::fragment::Fragment;
use super::refusal::Refusal;
use super::scope::Scope;
use super::select::{Selected, single};
use super::translator::{Plan, Translator};

impl Translator<'_> {
    /// Translates a query whose outer names are those of `parent`.
    pub fn query<'p>(&mut self, query: &Query, parent: Option<&'p Scope<'p>>) -> Result<Plan, Refusal> {
        refuse_extras(query)?;
        let order = match &query.order_by {
            None => &[][..],
            Some(OrderBy { kind: OrderByKind::Expressions(list), interpolate: None }) => list.as_slice(),
            Some(_) => return Err(Refusal::unsupported()),
        };
        match single(&query.body) {
            Some(select) => {
                let selected = self.select(select, parent)?;
                if selected.scope.sources.is_empty() {
                    return Err(Refusal::unsupported());
                }
                self.ordered(&selected, order)
            }
            None => self.combined(&query.body, order, parent),
        }
    }

    fn ordered(&mut self, selected: &Selected<'_>, order: &[OrderByExpr]) -> Result<Plan, Refusal> {
        let mut keys = Vec::new();
        let mut directions = Vec::new();
        for entry in order {
            let key = self.order_key(&entry.expr, selected)?;
            if selected.distinct && !selected.items.iter().any(|item| item.sql == key.sql) {
                return Err(Refusal::search("ORA-01791: not a SELECTed expression"));
            }
            directions.push(direction(entry, key.nullable)?);
            keys.push(key.shown.map_or(key.sql, |shown| shown.sql));
        }
        let columns = selected.columns.clone();
        let first_table = selected.first_table();
        let limit = selected.first.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
        let shape =
            if selected.plain { format!("SELECT 1{}{limit}", selected.body) } else { selected.sql(&[]) };
        if keys.is_empty() {
            return Ok(Plan {
                first_table,
                tables: Vec::new(),
                columns,
                rows: format!("{}{limit}", selected.sql(&[])),
                shape,
            });
        }
        if selected.first.is_none() {
            let list: Vec<String> = keys.iter().zip(&directions).map(|(k, d)| format!("{k}{d}")).collect();
            return Ok(Plan {
                first_table,
                tables: Vec::new(),
                columns,
                rows: format!("{} ORDER BY {}", selected.sql(&[]), list.join(", ")),
                shape,
            });
        }
        // ROWNUM and TOP take rows before they are ordered.
        let list: Vec<String> =
            directions.iter().enumerate().map(|(index, d)| format!("o{index}{d}")).collect();
        let names: Vec<String> = (0..columns.len()).map(|index| format!("c{index}")).collect();
        let rows = format!(
            "SELECT {} FROM ({}{limit}) ORDER BY {}",
            names.join(", "),
            selected.sql(&keys),
            list.join(", ")
        );
        Ok(Plan { first_table, tables: Vec::new(), columns, rows, shape })
    }

    /// What an ORDER BY entry means: a position, the name of a result column, or any expression.
    fn order_key(&mut self, expr: &Expr, selected: &Selected<'_>) -> Result<Fragment, Refusal> {
        if let Some(item) = position(expr).map(|n| selected.items.get(n)) {
            return item.cloned().ok_or_else(|| {
                Refusal::search("ORA-01785: ORDER BY item must be the number of a SELECT-list expression")
            });
        }
        if let Expr::Identifier(name) = expr {
            let name = name.value.to_lowercase();
            if let Some(index) = selected.columns.iter().position(|c| c.name == name) {
                return Ok(selected.items[index].clone());
            }
        }
        self.expression(expr, &selected.scope)
    }

    fn combined<'p>(
        &mut self,
        body: &SetExpr,
        order: &[OrderByExpr],
        parent: Option<&'p Scope<'p>>,
    ) -> Result<Plan, Refusal> {
        let mut plan = self.set(body, parent)?;
        let mut keys = Vec::new();
        for entry in order {
            let named = match &entry.expr {
                Expr::Identifier(name) => {
                    let name = name.value.to_lowercase();
                    plan.columns.iter().position(|c| c.name == name)
                }
                other => position(other).filter(|n| *n < plan.columns.len()),
            };
            let index = named.ok_or_else(Refusal::unsupported)?;
            keys.push(format!("c{index}{}", direction(entry, true)?));
        }
        if !keys.is_empty() {
            plan.rows = format!("SELECT * FROM ({}) ORDER BY {}", plan.rows, keys.join(", "));
        }
        Ok(plan)
    }

    fn set<'p>(&mut self, body: &SetExpr, parent: Option<&'p Scope<'p>>) -> Result<Plan, Refusal> {
        match body {
            SetExpr::Select(select) => {
                let selected = self.select(select, parent)?;
                self.ordered(&selected, &[])
            }
            SetExpr::Query(query) => self.query(query, parent),
            SetExpr::SetOperation { op, set_quantifier, left, right } => {
                let (left, right) = (self.set(left, parent)?, self.set(right, parent)?);
                let same = left.columns.len() == right.columns.len()
                    && left.columns.iter().zip(&right.columns).all(|(l, r)| l.ty == r.ty);
                if !same {
                    return Err(Refusal::search(
                        "ORA-01790: expression must have same datatype as corresponding expression",
                    ));
                }
                let operator = match (op, set_quantifier) {
                    (SetOperator::Union, SetQuantifier::All) => "UNION ALL",
                    (SetOperator::Union, SetQuantifier::None) => "UNION",
                    (SetOperator::Intersect, SetQuantifier::None) => "INTERSECT",
                    (SetOperator::Minus, SetQuantifier::None) => "EXCEPT",
                    _ => return Err(Refusal::unsupported()),
                };
                let rows = format!("SELECT * FROM ({}) {operator} SELECT * FROM ({})", left.rows, right.rows);
                Ok(Plan {
                    first_table: left.first_table,
                    tables: Vec::new(),
                    columns: left.columns,
                    shape: rows.clone(),
                    rows,
                })
            }
            _ => Err(Refusal::unsupported()),
        }
    }
}

fn refuse_extras(query: &Query) -> Result<(), Refusal> {
    let plain = query.with.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty();
    if plain { Ok(()) } else { Err(Refusal::unsupported()) }
}

/// `ORDER BY 2` as an index.
fn position(expr: &Expr) -> Option<usize> {
    let Expr::Value(value) = expr else { return None };
    let Value::Number(digits, _) = &value.value else { return None };
    Some(digits.parse::<usize>().ok()?.wrapping_sub(1))
}

/// Oracle puts NULL last when ascending and first when descending; SQLite does the opposite.
fn direction(entry: &OrderByExpr, nullable: bool) -> Result<String, Refusal> {
    let descending = match &entry.options.sort {
        None | Some(OrderBySort::Asc) => false,
        Some(OrderBySort::Desc) => true,
        Some(OrderBySort::Using(_)) => return Err(Refusal::unsupported()),
    };
    let first = entry.options.nulls_first.unwrap_or(descending);
    let nulls = match (nullable, first) {
        (false, _) => "",
        (true, true) => " NULLS FIRST",
        (true, false) => " NULLS LAST",
    };
    Ok(format!("{}{nulls}", if descending { " DESC" } else { "" }))
}
