//! The SQL functions that translated SuiteQL calls. All are pure, so SQLite evaluates constants once.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use crate::calendar::{DAY, add_months, reading, user_date, wall_date, weekday};
use crate::pacific::{to_utc, to_wall};
use crate::suiteql::format::Format;
use crate::suiteql::{USER_ERROR, functions_support as support};

const PURE: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);

/// Makes every function known to a connection.
pub fn register(db: &Connection) -> Result<()> {
    moments(db)?;
    texts(db)?;
    numbers(db)
}

fn add(db: &Connection, name: &str, arity: i32, f: fn(&Context<'_>) -> Result<Value>) -> Result<()> {
    db.create_scalar_function(name, arity, PURE, move |ctx| {
        // NULL in, NULL out. SUBSTR's length is the one argument that may be missing.
        let nulls =
            (0..ctx.len()).any(|i| ctx.get_raw(i) == ValueRef::Null && !(name_allows_null(ctx.len(), i)));
        if nulls { Ok(Value::Null) } else { f(ctx) }
    })
}

fn name_allows_null(arity: usize, index: usize) -> bool {
    arity == 3 && index == 2
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::UserFunctionError(format!("{USER_ERROR}{reason}").into())
}

fn seconds(ctx: &Context<'_>, index: usize) -> Result<(i64, f64)> {
    match ctx.get_raw(index) {
        ValueRef::Integer(n) => Ok((n, 0.0)),
        ValueRef::Real(n) => {
            let whole = n.floor();
            #[expect(clippy::cast_possible_truncation, reason = "moments are far inside i64")]
            let floor = whole as i64;
            Ok((floor, n - whole))
        }
        _ => Err(failed("ORA-00932: inconsistent datatypes")),
    }
}

fn format_of(ctx: &Context<'_>, index: i32) -> Result<std::sync::Arc<Format>> {
    ctx.get_or_create_aux(index, |value| -> Result<Format, String> {
        let model = value.as_str().map_err(|e| e.to_string())?;
        Format::parse(model).map_err(|e| format!("{USER_ERROR}{e}"))
    })
}

fn moments(db: &Connection) -> Result<()> {
    add(db, "ns_to_wall", 1, |ctx| Ok(Value::Integer(to_wall(seconds(ctx, 0)?.0))))?;
    add(db, "ns_to_utc", 1, |ctx| {
        let (whole, fraction) = seconds(ctx, 0)?;
        let utc = to_utc(whole);
        #[expect(clippy::cast_precision_loss, reason = "moments are far inside f64's whole numbers")]
        Ok(if fraction > 0.0 { Value::Real(utc as f64 + fraction) } else { Value::Integer(utc) })
    })?;
    add(db, "ns_show", 2, |ctx| Ok(Value::Text(format_of(ctx, 1)?.show(seconds(ctx, 0)?.0))))?;
    add(db, "ns_show_user", 1, |ctx| Ok(Value::Text(user_date(seconds(ctx, 0)?.0))))?;
    add(db, "ns_read", 2, |ctx| {
        let format = format_of(ctx, 1)?;
        let text: String = ctx.get(0)?;
        format.read(&text).map(|(wall, _)| Value::Integer(wall)).map_err(failed)
    })?;
    add(db, "ns_user_date", 1, |ctx| {
        let text: String = ctx.get(0)?;
        support::read_user_date(&text)
            .map(Value::Integer)
            .ok_or_else(|| failed("ORA-01843: not a valid month"))
    })?;
    add(db, "ns_shift", 2, |ctx| {
        let days = reach(ctx.get(1)?)?;
        #[expect(clippy::cast_possible_truncation, reason = "moments are far inside i64")]
        #[expect(clippy::cast_precision_loss, reason = "a day has few seconds")]
        let shifted = seconds(ctx, 0)?.0 + (days * DAY as f64).round() as i64;
        Ok(Value::Integer(shifted))
    })?;
    add(db, "ns_add_months", 2, |ctx| {
        let months = reach(ctx.get(1)?)?;
        #[expect(clippy::cast_possible_truncation, reason = "Oracle takes the whole months")]
        Ok(Value::Integer(add_months(seconds(ctx, 0)?.0, months as i64)))
    })?;
    add(db, "ns_truncate", 2, |ctx| {
        let unit: String = ctx.get(1)?;
        truncate(seconds(ctx, 0)?.0, &unit).map(Value::Integer)
    })
}

/// Days or months to move by; more than Oracle's calendar holds are refused.
fn reach(count: f64) -> Result<f64> {
    if count.abs() <= 5_000_000.0 {
        Ok(count)
    } else {
        Err(failed("ORA-01841: (full) year must be between -4713 and +9999, and not be 0"))
    }
}

fn truncate(wall: i64, unit: &str) -> Result<i64> {
    let r = reading(wall);
    let midnight = wall.div_euclid(DAY) * DAY;
    match unit.to_uppercase().as_str() {
        "DD" | "DDD" | "J" => Ok(midnight),
        "MM" | "MON" | "MONTH" => Ok(wall_date(r.year, r.month, 1)),
        "Q" => Ok(wall_date(r.year, (r.month - 1) / 3 * 3 + 1, 1)),
        "YYYY" | "YEAR" | "YY" => Ok(wall_date(r.year, 1, 1)),
        "D" | "DAY" | "DY" => Ok(midnight - weekday(wall.div_euclid(DAY)) * DAY),
        "HH" | "HH24" => Ok(wall.div_euclid(3_600) * 3_600),
        "MI" => Ok(wall.div_euclid(60) * 60),
        _ => Err(failed("ORA-01899: bad precision specifier")),
    }
}

fn texts(db: &Connection) -> Result<()> {
    add(db, "ns_text", 1, |ctx| {
        Ok(match ctx.get_raw(0) {
            ValueRef::Integer(n) => Value::Text(n.to_string()),
            ValueRef::Real(n) => Value::Text(support::show_number(n)),
            other => other.try_into()?,
        })
    })?;
    add(db, "ns_substr", 3, |ctx| {
        let text: String = ctx.get(0)?;
        let from: f64 = ctx.get(1)?;
        let length: Option<f64> = ctx.get(2)?;
        let cut = substring(&text, from, length);
        Ok(if cut.is_empty() { Value::Null } else { Value::Text(cut) })
    })
}

/// Oracle's SUBSTR: positions count from 1, 0 is taken for 1, negative ones count from the end.
fn substring(text: &str, from: f64, length: Option<f64>) -> String {
    let characters: Vec<char> = text.chars().collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions are clamped to the text"
    )]
    let position = |n: f64| n.clamp(0.0, characters.len() as f64) as usize;
    #[expect(clippy::cast_precision_loss, reason = "texts are short")]
    let count = characters.len() as f64;
    let start = if from < 0.0 { count + from } else { (from - 1.0).max(0.0) };
    if start < 0.0 {
        return String::new();
    }
    let end = length.map_or(count, |n| start + n.max(0.0));
    characters[position(start)..position(end).max(position(start))].iter().collect()
}

fn numbers(db: &Connection) -> Result<()> {
    add(db, "ns_number", 1, |ctx| {
        Ok(match ctx.get_raw(0) {
            ValueRef::Text(text) => {
                let text = String::from_utf8_lossy(text);
                Value::Real(support::parse_number(&text).ok_or_else(|| failed("ORA-01722: invalid number"))?)
            }
            other => other.try_into()?,
        })
    })?;
    add(db, "ns_divide", 2, |ctx| {
        let (left, right): (f64, f64) = (ctx.get(0)?, ctx.get(1)?);
        if right == 0.0 {
            return Err(failed("ORA-01476: divisor is equal to zero"));
        }
        Ok(Value::Real(left / right))
    })?;
    add(db, "ns_mod", 2, |ctx| {
        let (left, right): (f64, f64) = (ctx.get(0)?, ctx.get(1)?);
        Ok(Value::Real(if right == 0.0 { left } else { left % right }))
    })?;
    add(db, "ns_ceil", 1, |ctx| Ok(Value::Real(ctx.get::<f64>(0)?.ceil())))?;
    add(db, "ns_floor", 1, |ctx| Ok(Value::Real(ctx.get::<f64>(0)?.floor())))?;
    add(db, "ns_round", 2, |ctx| scaled(ctx, f64::round))?;
    add(db, "ns_trunc", 2, |ctx| scaled(ctx, f64::trunc))
}

fn scaled(ctx: &Context<'_>, f: fn(f64) -> f64) -> Result<Value> {
    let (value, digits): (f64, f64) = (ctx.get(0)?, ctx.get(1)?);
    let factor = 10_f64.powf(digits.trunc());
    Ok(Value::Real(f(value * factor) / factor))
}
