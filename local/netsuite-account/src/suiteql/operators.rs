//! Arithmetic and concatenation, with Oracle's days as the unit between moments.

use sqlparser::ast::BinaryOperator;

use super::compare::as_text;
use super::fragment::{Flavour, Fragment, Type};
use super::number;
use super::refusal::Refusal;
use crate::calendar::DAY;
use crate::pacific::to_wall;

/// No two days of Oracle's calendar are further apart.
const FURTHEST_DAYS: u64 = 5_000_000;
/// Oracle's words for a day outside its calendar.
const OUT_OF_RANGE: &str = "ORA-01841: (full) year must be between -4713 and +9999, and not be 0";

/// `left op right`.
pub fn arithmetic(left: &Fragment, op: &BinaryOperator, right: &Fragment) -> Result<Fragment, Refusal> {
    match op {
        BinaryOperator::StringConcat => Ok(concatenate(left, right)),
        BinaryOperator::Plus if left.ty.is_moment() => shift(left, "+", right),
        BinaryOperator::Plus if right.ty.is_moment() => shift(right, "+", left),
        BinaryOperator::Minus if left.ty.is_moment() && right.ty.is_moment() => Ok(days_between(left, right)),
        BinaryOperator::Minus if left.ty.is_moment() => shift(left, "-", right),
        BinaryOperator::Plus => numeric(left, "+", right),
        BinaryOperator::Minus => numeric(left, "-", right),
        BinaryOperator::Multiply => numeric(left, "*", right),
        BinaryOperator::Divide => divide(left, right),
        _ => Err(Refusal::unsupported()),
    }
}

/// NULL counts as the empty text.
fn concatenate(left: &Fragment, right: &Fragment) -> Fragment {
    let side = |f: &Fragment| format!("COALESCE({}, '')", as_text(f));
    Fragment::computed(format!("NULLIF({} || {}, '')", side(left), side(right)), Type::Text, &[left, right])
}

fn as_number(value: &Fragment) -> Result<String, Refusal> {
    match value.ty {
        Type::Number | Type::Null => Ok(value.sql.clone()),
        Type::Text => number::from_text(value),
        _ => Err(Refusal::search("ORA-00932: inconsistent datatypes")),
    }
}

fn numeric(left: &Fragment, operator: &str, right: &Fragment) -> Result<Fragment, Refusal> {
    let sql = format!("({} {operator} {})", as_number(left)?, as_number(right)?);
    Ok(Fragment::computed(sql, Type::Number, &[left, right]))
}

fn divide(left: &Fragment, right: &Fragment) -> Result<Fragment, Refusal> {
    let sql = format!("ns_divide({}, {})", as_number(left)?, as_number(right)?);
    Ok(Fragment::computed(sql, Type::Number, &[left, right]))
}

/// A moment as a wall reading; days are added to readings, not to instants.
fn wall(moment: &Fragment) -> (String, Option<i64>, Flavour) {
    match moment.ty {
        Type::Instant => (format!("ns_to_wall({})", moment.sql), moment.moment.map(to_wall), Flavour::Date),
        Type::Wall(flavour) => (moment.sql.clone(), moment.moment, flavour),
        _ => (moment.sql.clone(), None, Flavour::Date),
    }
}

fn shift(moment: &Fragment, sign: &str, days: &Fragment) -> Result<Fragment, Refusal> {
    let (sql, known, flavour) = wall(moment);
    let days_sql = as_number(days)?;
    if let (Some(wall), Ok(count)) = (known, days_sql.parse::<i64>()) {
        if count.unsigned_abs() > FURTHEST_DAYS {
            return Err(Refusal::search(OUT_OF_RANGE));
        }
        let seconds = if sign == "-" { -count * DAY } else { count * DAY };
        return Ok(Fragment::moment(wall + seconds, Type::Wall(flavour)));
    }
    let sql = format!("ns_shift({sql}, {sign}({days_sql}))");
    Ok(Fragment::computed(sql, Type::Wall(flavour), &[moment, days]))
}

fn days_between(left: &Fragment, right: &Fragment) -> Fragment {
    let (l, r) = (wall(left).0, wall(right).0);
    Fragment::computed(format!("(({l} - {r}) / 86400.0)"), Type::Number, &[left, right])
}
