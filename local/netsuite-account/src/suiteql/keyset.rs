//! Recognises keyset conditions, so that they run as one range over an index.
//!
//! `a > x OR (a = x AND b > y)` is `(a, b) > (x, y)`; SQLite ranges over an index for the latter only.

use sqlparser::ast::{BinaryOperator, Expr};

/// One column of a keyset: `left` is compared with `right`.
#[derive(Debug, PartialEq)]
pub struct Step<'e> {
    pub left: &'e Expr,
    pub right: &'e Expr,
}

/// A keyset condition: the steps in order and the operator between the two tuples.
#[derive(Debug, PartialEq)]
pub struct Keyset<'e> {
    pub steps: Vec<Step<'e>>,
    pub operator: &'static str,
}

/// The keyset that `condition` states, if it is one of two or more columns.
pub fn keyset(condition: &Expr) -> Option<Keyset<'_>> {
    let steps = steps(vec![vec![condition]])?;
    let (_, operator, _) = *steps.last()?;
    let ascending = operator.starts_with('>');
    let agree = steps.iter().all(|(_, op, _)| op.starts_with('>') == ascending);
    (steps.len() > 1 && agree).then(|| Keyset {
        operator,
        steps: steps.iter().map(|(l, _, r)| Step { left: l, right: r }).collect(),
    })
}

type Comparison<'e> = (&'e Expr, &'static str, &'e Expr);

fn steps<'e>(alternatives: Vec<Vec<&'e Expr>>) -> Option<Vec<Comparison<'e>>> {
    let mut alternatives: Vec<Vec<&Expr>> = alternatives.into_iter().flat_map(spread).collect();
    if let [only] = alternatives.as_slice() {
        return match only.as_slice() {
            [single] => inequality(single).map(|step| vec![step]),
            _ => None,
        };
    }
    let first = alternatives.iter().position(|a| strict(a).is_some())?;
    let head = strict(&alternatives.remove(first))?;
    for rest in &mut alternatives {
        let tie = rest.iter().position(|e| equality(e) == Some((head.0, head.2)))?;
        rest.remove(tie);
        if rest.is_empty() {
            return None;
        }
    }
    let mut all = vec![head];
    all.extend(steps(alternatives)?);
    Some(all)
}

/// Splits an alternative that is nothing but an OR, and takes the ANDs of each part apart.
fn spread(alternative: Vec<&Expr>) -> Vec<Vec<&Expr>> {
    let [single] = alternative.as_slice() else {
        return vec![alternative.into_iter().flat_map(conjuncts).collect()];
    };
    disjuncts(single).into_iter().map(conjuncts).collect()
}

fn strict<'e>(alternative: &[&'e Expr]) -> Option<Comparison<'e>> {
    let [single] = alternative else { return None };
    inequality(single).filter(|(_, op, _)| op.len() == 1)
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

fn split<'e>(expr: &'e Expr, operator: &BinaryOperator, out: &mut Vec<&'e Expr>) {
    match bare(expr) {
        Expr::BinaryOp { left, op, right } if op == operator => {
            split(left, operator, out);
            split(right, operator, out);
        }
        other => out.push(other),
    }
}

/// The parts of a condition that must all hold.
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    split(expr, &BinaryOperator::And, &mut out);
    out
}

fn disjuncts(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    split(expr, &BinaryOperator::Or, &mut out);
    out
}

fn inequality(expr: &Expr) -> Option<Comparison<'_>> {
    let Expr::BinaryOp { left, op, right } = bare(expr) else { return None };
    let operator = match op {
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        _ => return None,
    };
    Some((bare(left), operator, bare(right)))
}

fn equality(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match bare(expr) {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => Some((bare(left), bare(right))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::dialect::OracleDialect;
    use sqlparser::parser::Parser;

    fn shape(condition: &str) -> Option<String> {
        let expr = Parser::new(&OracleDialect {}).try_with_sql(condition).unwrap().parse_expr().unwrap();
        keyset(&expr).map(|k| {
            let names: Vec<String> = k.steps.iter().map(|s| format!("{}~{}", s.left, s.right)).collect();
            format!("{} {}", names.join(","), k.operator)
        })
    }

    #[test]
    fn keysets_of_two_and_three_columns_are_recognised_in_every_spelling() {
        assert_eq!(shape("a > 1 OR (a = 1 AND b > 2)").as_deref(), Some("a~1,b~2 >"));
        assert_eq!(shape("((a = 1 AND b >= 2) OR a > 1)").as_deref(), Some("a~1,b~2 >="));
        let three = Some("a~1,b~2,c~3 >");
        assert_eq!(shape("a > 1 OR (a = 1 AND b > 2) OR (a = 1 AND b = 2 AND c > 3)").as_deref(), three);
        assert_eq!(shape("a > 1 OR (a = 1 AND (b > 2 OR (b = 2 AND c > 3)))").as_deref(), three);
        assert_eq!(shape("a < 1 OR (a = 1 AND b < 2)").as_deref(), Some("a~1,b~2 <"));
    }

    #[test]
    fn what_only_looks_like_a_keyset_is_left_alone() {
        for other in [
            "a > 1 OR (a = 2 AND b > 2)",
            "a > 1 OR b > 2",
            "a >= 1 OR (a = 1 AND b > 2)",
            "a > 1 OR (a = 1 AND b < 2)",
            "a > 1",
            "a > 1 OR (a = 1 AND b > 2 AND c = 4)",
        ] {
            assert_eq!(shape(other), None, "{other}");
        }
    }
}
