//! FROM: tables, subqueries and joins.

use sqlparser::ast::{JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

use super::functions::spelled;
use super::refusal::Refusal;
use super::scope::{Columns, Scope, Source};
use super::translator::Translator;
use crate::catalog;

/// How a joined source is attached.
struct Attachment<'e> {
    keyword: &'static str,
    constraint: &'e JoinConstraint,
    left_optional: bool,
    right_optional: bool,
}

impl Translator<'_> {
    /// Adds every source to `scope` and returns the SQLite text of FROM.
    pub fn sources(&mut self, from: &[TableWithJoins], scope: &mut Scope<'_>) -> Result<String, Refusal> {
        let mut sql = String::new();
        for (index, item) in from.iter().enumerate() {
            if index > 0 {
                sql.push_str(", ");
            }
            sql.push_str(&self.source(&item.relation, scope)?);
            for join in &item.joins {
                let attachment = attachment(&join.join_operator)?;
                if attachment.left_optional {
                    scope.sources.iter_mut().for_each(|s| s.optional = true);
                }
                let text = self.source(&join.relation, scope)?;
                if let Some(last) = scope.sources.last_mut() {
                    last.optional = attachment.right_optional;
                }
                sql.push_str(&format!(" {} {text}", attachment.keyword));
                match attachment.constraint {
                    JoinConstraint::On(condition) => {
                        sql.push_str(&format!(" ON {}", self.condition(condition, scope)?.sql));
                    }
                    JoinConstraint::None if attachment.keyword == "CROSS JOIN" => {}
                    _ => return Err(Refusal::unsupported()),
                }
            }
        }
        Ok(sql)
    }

    fn source(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) -> Result<String, Refusal> {
        let (sql, name, columns, alias) = match factor {
            TableFactor::Table { name, alias, args: None, version: None, sample: None, .. } => {
                let written = spelled(name).ok_or_else(Refusal::unsupported)?.to_lowercase();
                let table = catalog::table(&written).filter(|t| t.in_suiteql());
                let table = table.ok_or_else(|| match catalog::not_enabled(&written) {
                    Some(name) => Refusal::denied_table(name),
                    None => Refusal::unknown_table(&written),
                })?;
                self.tables.push(table.name);
                if self.access.denied.contains(table.name) {
                    return Err(Refusal::denied_table(table.name));
                }
                let stored = format!("\"{}\"", table.name);
                let sql = if self.access.silenced.contains(table.name) {
                    format!("(SELECT * FROM {stored} WHERE 0)")
                } else {
                    stored
                };
                (sql, table.name.to_owned(), Columns::Table(table), alias)
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                let inner = self.query(subquery, scope.parent)?;
                (format!("({})", inner.rows), String::new(), Columns::Derived(inner.columns), alias)
            }
            _ => return Err(Refusal::unsupported()),
        };
        let name = match alias {
            Some(alias) if alias.columns.is_empty() => alias.name.value.to_lowercase(),
            Some(_) => return Err(Refusal::unsupported()),
            None => name,
        };
        if !name.is_empty() && scope.sources.iter().any(|s| s.name == name) {
            return Err(Refusal::unsupported());
        }
        let alias = self.next_alias();
        let text = format!("{sql} AS {alias}");
        scope.sources.push(Source { alias, name, columns, optional: false });
        Ok(text)
    }
}

fn attachment(operator: &JoinOperator) -> Result<Attachment<'_>, Refusal> {
    let (keyword, constraint, left_optional, right_optional) = match operator {
        JoinOperator::Join(c) | JoinOperator::Inner(c) => ("JOIN", c, false, false),
        JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => ("LEFT JOIN", c, false, true),
        JoinOperator::Right(c) | JoinOperator::RightOuter(c) => ("RIGHT JOIN", c, true, false),
        JoinOperator::FullOuter(c) => ("FULL JOIN", c, true, true),
        JoinOperator::CrossJoin(c) => ("CROSS JOIN", c, false, false),
        _ => return Err(Refusal::unsupported()),
    };
    Ok(Attachment { keyword, constraint, left_optional, right_optional })
}
