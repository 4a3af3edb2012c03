//! Decimals for SQLite, which has none: the functions that `forebay_sql` asks for by name.

use forebay_model::rule::number_in;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

/// A value as a number. A text that is none, and one with more digits than a decimal has, is not a number.
fn number(value: ValueRef<'_>) -> Option<Decimal> {
    match value {
        ValueRef::Integer(i) => Some(Decimal::from(i)),
        ValueRef::Real(f) => Decimal::from_f64(f),
        ValueRef::Text(text) => number_in(std::str::from_utf8(text).ok()?),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// The one text of a number, whatever zeros it was written with.
fn text(number: Decimal) -> String {
    number.normalize().to_string()
}

/// An amount; `None` for null. What is no number cannot be added, and must not be passed over.
fn amount(value: ValueRef<'_>) -> Result<Option<Decimal>> {
    match value {
        ValueRef::Null => Ok(None),
        value => number(value)
            .map(Some)
            .ok_or_else(|| Error::UserFunctionError("an amount is not a number".into())),
    }
}

fn overflow() -> Error {
    Error::UserFunctionError("a sum has more digits than a decimal holds".into())
}

/// Adds without rounding: a decimal that runs out of digits would drop its last places.
fn exact_sum(left: Decimal, right: Decimal) -> Result<Decimal> {
    let (left, right) = (left.normalize(), right.normalize());
    let sum = left.checked_add(right).ok_or_else(overflow)?;
    let is_exact = sum.is_zero() || sum.scale() == left.scale().max(right.scale());
    if is_exact { Ok(sum) } else { Err(overflow()) }
}

fn is_apart(context: &Context<'_>) -> Result<Option<bool>> {
    let at = |n| amount(context.get_raw(n));
    let (Some(left), Some(right), Some(tolerance)) = (at(0)?, at(1)?, at(2)?) else { return Ok(None) };
    Ok(Some(exact_sum(left, -right)?.abs() > tolerance))
}

/// Adds amounts; nulls are none.
struct Sum;

impl Aggregate<Option<Decimal>, Option<String>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Option<Decimal>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Option<Decimal>) -> Result<()> {
        if let Some(next) = amount(context.get_raw(0))? {
            *sum = Some(exact_sum(sum.unwrap_or_default(), next)?);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Option<Decimal>>) -> Result<Option<String>> {
        Ok(sum.flatten().map(text))
    }
}

/// Makes the functions known to a connection.
pub(super) fn add(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("forebay_number", 1, flags, |context| {
        Ok(number(context.get_raw(0)).map(text))
    })?;
    connection.create_scalar_function("forebay_apart", 3, flags, is_apart)?;
    connection.create_aggregate_function("forebay_sum", 1, flags, Sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(sql: &str) -> Result<Option<String>> {
        let connection = Connection::open_in_memory()?;
        add(&connection)?;
        connection.query_row(&format!("SELECT CAST({sql} AS TEXT)"), [], |row| row.get(0))
    }

    fn one(sql: &str) -> Option<String> {
        asked(sql).unwrap()
    }

    #[test]
    fn a_number_has_one_text() {
        for same in ["5", "'5'", "'5.00'", "5.0", "'+05.0'"] {
            assert_eq!(one(&format!("forebay_number({same})")).as_deref(), Some("5"), "{same}");
        }
        for none in ["NULL", "''", "'five'", "x'35'", "'1e2000'", "' 5'"] {
            assert_eq!(one(&format!("forebay_number({none})")), None, "{none}");
        }
    }

    #[test]
    fn sums_are_exact_where_floating_point_is_not() {
        let tenths = (0..10).map(|_| "SELECT '0.1' AS a").collect::<Vec<_>>().join(" UNION ALL ");
        assert_eq!(one(&format!("(SELECT forebay_sum(a) FROM ({tenths}))")).as_deref(), Some("1"));
        let large = "SELECT '79228162514264337593543950335' AS a";
        assert!(asked(&format!("(SELECT forebay_sum(a) FROM ({large} UNION ALL {large}))")).is_err());
        let lossy = "SELECT '7922816251426433759354395033' AS a UNION ALL SELECT '0.00001'";
        assert!(asked(&format!("(SELECT forebay_sum(a) FROM ({lossy}))")).is_err(), "rounded in silence");
        assert_eq!(one("(SELECT forebay_sum(a) FROM (SELECT NULL AS a))"), None);
    }

    #[test]
    fn apart_is_further_than_the_tolerance() {
        for (asked, expected) in
            [("'0.3', '0.1', '0.2'", "0"), ("'0.3', '0.1', '0.19'", "1"), ("1, 1, 0", "0")]
        {
            assert_eq!(one(&format!("forebay_apart({asked})")).as_deref(), Some(expected), "{asked}");
        }
        assert_eq!(one("forebay_apart(NULL, 1, 0)"), None);
        assert!(asked("forebay_apart('x', 1, 0)").is_err(), "it never counts as held");
        assert!(asked("(SELECT forebay_sum(a) FROM (SELECT '1' AS a UNION ALL SELECT 'x'))").is_err());
    }
}
