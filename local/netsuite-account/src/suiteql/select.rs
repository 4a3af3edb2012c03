//! One SELECT, without its order.

use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, Select, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, TopQuantity,
};

use super::SILENT_COLUMN_CAP;
use super::fragment::{Fragment, OutputColumn};
use super::functions::spelled;
use super::keyset::conjuncts;
use super::refusal::Refusal;
use super::scope::{Columns, Scope};
use super::translator::Translator;

/// A translated SELECT.
pub struct Selected<'p> {
    pub scope: Scope<'p>,
    /// The select list.
    pub items: Vec<Fragment>,
    pub columns: Vec<OutputColumn>,
    pub distinct: bool,
    /// From ` FROM` on.
    pub body: String,
    /// Rows kept before any ordering: ROWNUM or TOP.
    pub first: Option<u64>,
    /// Each row of the body is a row of the result.
    pub plain: bool,
}

impl Translator<'_> {
    pub fn select<'p>(
        &mut self,
        select: &Select,
        parent: Option<&'p Scope<'p>>,
    ) -> Result<Selected<'p>, Refusal> {
        refuse_extras(select)?;
        let mut scope = Scope { sources: Vec::new(), parent };
        let from = self.sources(&select.from, &mut scope)?;
        let mut parts = select.selection.as_ref().map(conjuncts).unwrap_or_default();
        let one_type = parts.iter().any(|p| names_item_type(p));
        let first = row_cap(select, &mut parts)?;
        let named = self.select_list(&select.projection, &scope, one_type)?;
        let grouped = self.group_by(&select.group_by, &scope)?;
        let mut body = if from.is_empty() { String::new() } else { format!(" FROM {from}") };
        if !parts.is_empty() {
            body.push_str(&format!(" WHERE {}", self.filter(&parts, &scope)?));
        }
        let having = select.having.as_ref().map(|h| self.condition(h, &scope)).transpose()?;
        if select.projection.len() > SILENT_COLUMN_CAP {
            body.push_str(if parts.is_empty() { " WHERE 0" } else { " AND 0" });
        }
        let aggregated = !grouped.is_empty() || having.is_some() || named.iter().any(|(_, f)| f.aggregate);
        if aggregated {
            check_grouping(&named, &grouped)?;
        }
        if !grouped.is_empty() {
            body.push_str(&format!(" GROUP BY {}", grouped.join(", ")));
        }
        if let Some(having) = having {
            body.push_str(&format!(" HAVING {}", having.sql));
        }
        let distinct = matches!(select.distinct, Some(Distinct::Distinct));
        let plain = !aggregated && !distinct;
        if first.is_some() && !plain {
            return Err(Refusal::unsupported());
        }
        let columns = named.iter().map(|(name, f)| OutputColumn { name: name.clone(), ty: f.ty }).collect();
        let items = named.into_iter().map(|(_, f)| f).collect();
        Ok(Selected { scope, items, columns, distinct, body, first, plain })
    }

    fn select_list(
        &mut self,
        projection: &[SelectItem],
        scope: &Scope<'_>,
        one_type: bool,
    ) -> Result<Vec<(String, Fragment)>, Refusal> {
        let mut named: Vec<(String, Fragment)> = Vec::new();
        let mut unnamed = 0;
        for item in projection {
            match item {
                SelectItem::Wildcard(_) => {
                    named.extend(scope.sources.iter().flat_map(|s| s.star(self.access, one_type)));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let name = spelled(name).ok_or_else(Refusal::unsupported)?.to_lowercase();
                    let source =
                        scope.sources.iter().find(|s| s.name == name).ok_or_else(|| scope.unknown(&name))?;
                    named.extend(source.star(self.access, one_type));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    named.push((alias.value.to_lowercase(), self.expression(expr, scope)?));
                }
                SelectItem::UnnamedExpr(expr) => {
                    let name = column_name(expr).unwrap_or_else(|| {
                        unnamed += 1;
                        format!("expr{unnamed}")
                    });
                    named.push((name, self.expression(expr, scope)?));
                }
                _ => return Err(Refusal::unsupported()),
            }
        }
        Ok(distinct_names(named))
    }

    fn group_by(&mut self, group_by: &GroupByExpr, scope: &Scope<'_>) -> Result<Vec<String>, Refusal> {
        let GroupByExpr::Expressions(list, modifiers) = group_by else {
            return Err(Refusal::unsupported());
        };
        if !modifiers.is_empty() {
            return Err(Refusal::unsupported());
        }
        list.iter()
            .map(|expr| {
                let fragment = self.expression(expr, scope)?;
                if fragment.aggregate {
                    return Err(Refusal::search("ORA-00934: group function is not allowed here"));
                }
                // A bare number would mean a column's position to SQLite.
                Ok(if fragment.constant { format!("({})", fragment.sql) } else { fragment.sql })
            })
            .collect()
    }
}

fn refuse_extras(select: &Select) -> Result<(), Refusal> {
    let plain = select.into.is_none()
        && select.prewhere.is_none()
        && select.qualify.is_none()
        && select.exclude.is_none()
        && select.connect_by.is_empty()
        && select.lateral_views.is_empty()
        && select.cluster_by.is_empty()
        && select.distribute_by.is_empty()
        && select.sort_by.is_empty()
        && select.named_window.is_empty()
        && !matches!(select.distinct, Some(Distinct::On(_)));
    if plain { Ok(()) } else { Err(Refusal::unsupported()) }
}

fn column_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(name.value.to_lowercase()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|p| p.value.to_lowercase()),
        _ => None,
    }
}

/// A name that occurs again is told apart by a number, since a JSON object holds each key once.
fn distinct_names(named: Vec<(String, Fragment)>) -> Vec<(String, Fragment)> {
    let mut seen: Vec<String> = Vec::with_capacity(named.len());
    named
        .into_iter()
        .map(|(name, fragment)| {
            let mut unique = name.clone();
            let mut number = 0;
            while seen.contains(&unique) {
                unique = format!("{name}_{number}");
                number += 1;
            }
            seen.push(unique.clone());
            (unique, fragment)
        })
        .collect()
}

/// Oracle's ORA-00979: what is selected must be grouped by, aggregated or constant.
fn check_grouping(named: &[(String, Fragment)], grouped: &[String]) -> Result<(), Refusal> {
    let fits = |f: &Fragment| f.aggregate || f.constant || grouped.iter().any(|g| f.sql.contains(g.as_str()));
    if named.iter().all(|(_, f)| fits(f)) {
        return Ok(());
    }
    Err(Refusal::search("ORA-00979: not a GROUP BY expression"))
}

/// Whether a condition limits items to one type, which brings the type's own columns into `SELECT *`.
fn names_item_type(condition: &Expr) -> bool {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, .. } = condition else { return false };
    column_name(left).is_some_and(|name| name == "itemtype")
}

/// Takes `ROWNUM <= n` out of the conditions, or reads TOP.
fn row_cap(select: &Select, parts: &mut Vec<&Expr>) -> Result<Option<u64>, Refusal> {
    let mut cap = match &select.top {
        None => None,
        Some(top) if top.percent || top.with_ties => return Err(Refusal::unsupported()),
        Some(top) => match &top.quantity {
            Some(TopQuantity::Constant(count)) => Some(*count),
            Some(TopQuantity::Expr(expr)) => Some(whole(expr).ok_or_else(Refusal::unsupported)?),
            None => return Err(Refusal::unsupported()),
        },
    };
    let mut refused = false;
    parts.retain(|part| {
        let Expr::BinaryOp { left, op, right } = part else { return true };
        if column_name(left).as_deref() != Some("rownum") {
            return true;
        }
        let bound = match (op, whole(right)) {
            (BinaryOperator::LtEq, Some(n)) => Some(n),
            (BinaryOperator::Lt, Some(n)) => Some(n.saturating_sub(1)),
            (BinaryOperator::Eq, Some(1)) => Some(1),
            _ => None,
        };
        refused |= bound.is_none();
        cap = cap.min(bound).or(bound);
        false
    });
    if refused { Err(Refusal::unsupported()) } else { Ok(cap) }
}

fn whole(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::Value(value) => value.value.to_string().trim_matches('\'').parse().ok(),
        Expr::Nested(inner) => whole(inner),
        _ => None,
    }
}

/// The SELECT that a query is, if it is a single one.
pub fn single(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

impl Selected<'_> {
    /// `SELECT a AS c0, …` with the body.
    pub fn sql(&self, extra: &[String]) -> String {
        let mut list: Vec<String> =
            self.items.iter().enumerate().map(|(index, f)| format!("{} AS c{index}", f.sql)).collect();
        list.extend(extra.iter().enumerate().map(|(index, sql)| format!("{sql} AS o{index}")));
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        format!("SELECT {distinct}{}{}", list.join(", "), self.body)
    }

    /// The first table among the sources.
    pub fn first_table(&self) -> Option<&'static str> {
        self.scope.sources.iter().find_map(|s| match &s.columns {
            Columns::Table(table) => Some(table.name),
            Columns::Derived(_) => None,
        })
    }
}
