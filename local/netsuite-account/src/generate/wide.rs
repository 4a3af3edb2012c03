//! Values of the customers' fields by line of business. A customer has dealings with about a fifth of the lines.

use rusqlite::types::Value;

use super::Mix;
use crate::calendar::DAY;
use crate::catalog::{FIELDS_PER_LINE, LINES};

const TIERS: [&str; 4] = ["bronze", "silver", "gold", "platinum"];

/// Values in the catalog's order; `joined` is a wall second, `made` a UTC second.
pub fn values(mix: &Mix, key: i64, joined: i64, made: i64) -> Vec<Value> {
    let mut values = Vec::with_capacity(LINES * FIELDS_PER_LINE);
    for line in (0_i64..).take(LINES) {
        let draw = mix.number("customer.line", key * 16 + line);
        if draw.is_multiple_of(5) {
            values.extend(dealings(draw / 5, joined, made));
        } else {
            values.extend(std::iter::repeat_n(Value::Null, FIELDS_PER_LINE));
        }
    }
    values
}

/// The fields of one line, all from one number, since there are so many of them.
fn dealings(draw: u64, joined: i64, made: i64) -> [Value; FIELDS_PER_LINE] {
    let below = |shift: u32, bound: u64| (draw >> shift).checked_rem(bound).unwrap_or(0).cast_signed();
    #[expect(clippy::cast_precision_loss, reason = "shares and rebates are small")]
    let hundredths = |number: i64| Value::Real(number as f64 / 100.0);
    let tier = usize::try_from(below(0, 4)).ok().and_then(|t| TIERS.get(t)).copied().unwrap_or("none");
    let optional = |bit: u32, value: Value| if below(bit, 2) == 0 { value } else { Value::Null };
    [
        Value::Text(tier.to_owned()),
        Value::Integer(below(2, 100_000)),
        hundredths(below(5, 10_000)),
        Value::Text(if below(7, 3) == 0 { "T" } else { "F" }.to_owned()),
        Value::Integer(joined + below(11, 300) * DAY),
        optional(13, Value::Integer(made + below(17, 86_400))),
        optional(19, Value::Text(format!("said \"{tier}\" on visit {}", below(21, 40)))),
        Value::Integer(1 + below(23, 50)),
        optional(29, hundredths(below(31, 2_500))),
        Value::Integer(1 + below(37, 25)),
    ]
}
