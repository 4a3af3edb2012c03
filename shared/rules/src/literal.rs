//! Values that are written in rules.

use forebay_model::value::parse_date;
use forebay_model::{ColumnType, Instant, Value};
use rust_decimal::Decimal;

/// The value in the column's type; `None` where the text is no such value.
pub(crate) fn parse(text: &str, column_type: ColumnType) -> Option<Value> {
    Some(match column_type {
        ColumnType::Boolean => Value::Boolean(match text {
            "true" => true,
            "false" => false,
            _ => return None,
        }),
        ColumnType::Integer => Value::Integer(text.parse().ok().filter(|_| is_plain(text))?),
        ColumnType::Decimal { .. } => Value::Decimal(decimal(text)?),
        ColumnType::Float => {
            let number = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            Value::Float(text.parse::<f64>().ok().filter(|x| number && x.is_finite())?)
        }
        ColumnType::Date => Value::Date(parse_date(text)?),
        ColumnType::Timestamp => Value::Timestamp(Instant::parse(text)?),
        ColumnType::Text => Value::Text(text.to_owned()),
        ColumnType::Json => return None,
    })
}

/// Every digit counts: what does not fit 28 digits is no decimal.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    if is_plain(text) { Decimal::from_str_exact(text).ok() } else { None }
}

/// `-12.50`: no exponent, no plus, no group separators.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, places].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// How such a value is written, for messages.
pub(crate) fn form(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Boolean => "true or false",
        ColumnType::Integer => "a whole number of 64 bits, as in -12",
        ColumnType::Decimal { .. } => "a decimal number of at most 28 digits, as in 12.50",
        ColumnType::Float => "a number, as in 0.5 or 1e-3",
        ColumnType::Date => "a date, as in 2026-03-01",
        ColumnType::Timestamp => "an instant with its offset, as in 2026-03-01T00:00:00Z",
        ColumnType::Text => "text",
        ColumnType::Json => "a column that is not JSON",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_their_columns_type_and_no_other_way() {
        let money = ColumnType::Decimal { precision: 18, scale: 2 };
        assert_eq!(parse("12.50", money), Some(Value::Decimal(Decimal::new(1250, 2))));
        assert_eq!(parse("-7", ColumnType::Integer), Some(Value::Integer(-7)));
        assert_eq!(parse("1e-3", ColumnType::Float), Some(Value::Float(0.001)));
        for (text, column_type) in [
            ("1.5", ColumnType::Integer),
            ("+1", ColumnType::Integer),
            ("9223372036854775808", ColumnType::Integer),
            ("1_000", money),
            ("1e3", money),
            (".5", money),
            ("0.12345678901234567890123456789", money),
            ("99999999999999999999999999999999", money),
            ("inf", ColumnType::Float),
            ("NaN", ColumnType::Float),
            ("1e999", ColumnType::Float),
            ("2026-02-30", ColumnType::Date),
            ("2026-03-01", ColumnType::Timestamp),
            ("TRUE", ColumnType::Boolean),
            ("{}", ColumnType::Json),
        ] {
            assert_eq!(parse(text, column_type), None, "{text} as {column_type:?}");
        }
    }
}
