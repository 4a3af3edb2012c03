//! Brings two values to one type so that they can be compared, as Oracle does implicitly.

use super::format::Format;
use super::fragment::{Flavour, Fragment, Type};
use super::number;
use super::refusal::Refusal;
use crate::pacific::to_utc;

/// The SQL of both sides, ready to stand on either side of a comparison.
pub fn align(left: &Fragment, right: &Fragment) -> Result<(String, String), Refusal> {
    if let Some(pair) = as_moments(left, right) {
        return Ok(pair);
    }
    if let Some((right, left)) = as_moments(right, left) {
        return Ok((left, right));
    }
    let plain = || (left.sql.clone(), right.sql.clone());
    match (left.ty, right.ty) {
        (a, b) if a == b || a == Type::Null || b == Type::Null => Ok(plain()),
        (Type::Number, Type::Text) => Ok((left.sql.clone(), number::from_text(right)?)),
        (Type::Text, Type::Number) => Ok((number::from_text(left)?, right.sql.clone())),
        (Type::Instant, Type::Wall(flavour)) => Ok(instant_and_wall(left, right, flavour)),
        (Type::Wall(flavour), Type::Instant) => {
            let (instant, wall) = instant_and_wall(right, left, flavour);
            Ok((wall, instant))
        }
        (Type::Wall(_), Type::Wall(_)) => Ok((off_index(left), off_index(right))),
        (moment, Type::Text) if moment.is_moment() => align(left, &user_date(right)?),
        (Type::Text, moment) if moment.is_moment() => align(&user_date(left)?, right),
        _ => Err(Refusal::search("ORA-00932: inconsistent datatypes")),
    }
}

/// `TO_CHAR(moment, sortable format) = 'text'` compares the moments when the text is in that format.
fn as_moments(shown: &Fragment, text: &Fragment) -> Option<(String, String)> {
    let format = shown.shown.as_ref()?;
    let moment = exact(&format.format, text.text.as_deref()?)?;
    Some((format.sql.clone(), moment.to_string()))
}

/// The moment a text shows, if showing it again gives the same text.
fn exact(format: &Format, text: &str) -> Option<i64> {
    let (moment, nanos) = format.read(text).ok()?;
    (nanos == 0 && format.show(moment) == text).then_some(moment)
}

/// A DATE column and a TIMESTAMP compare, but the database cannot use its index then.
fn off_index(fragment: &Fragment) -> String {
    if fragment.constant { fragment.sql.clone() } else { format!("+{}", fragment.sql) }
}

fn instant_and_wall(instant: &Fragment, wall: &Fragment, flavour: Flavour) -> (String, String) {
    let column = if flavour == Flavour::Stamp { off_index(instant) } else { instant.sql.clone() };
    match (wall.moment, wall.constant) {
        (Some(moment), _) => (column, to_utc(moment).to_string()),
        (None, true) => (column, format!("ns_to_utc({})", wall.sql)),
        (None, false) => (format!("ns_to_wall({})", instant.sql), wall.sql.clone()),
    }
}

/// A text in the user's date format. `0` is taken for the dawn of time: bound to any type, it compares.
fn user_date(text: &Fragment) -> Result<Fragment, Refusal> {
    let Some(known) = &text.text else {
        return Ok(Fragment::computed(
            format!("ns_user_date({})", text.sql),
            Type::Wall(Flavour::Date),
            &[text],
        ));
    };
    if known == "0" {
        return Ok(Fragment::moment(-62_135_596_800, Type::Wall(Flavour::Date)));
    }
    read_user_date(known)
        .map(|moment| Fragment::moment(moment, Type::Wall(Flavour::Date)))
        .ok_or_else(|| Refusal::bad_date(known))
}

/// Reads `3/2/2026`, `3/2/26` or `3/2/2026 4:30 pm` as a wall second.
pub fn read_user_date(text: &str) -> Option<i64> {
    ["MM/DD/YYYY", "MM/DD/YY", "MM/DD/YYYY HH:MI AM", "MM/DD/YYYY HH:MI:SS AM"]
        .into_iter()
        .filter_map(|model| Format::parse(model).ok())
        .filter_map(|format| format.read(text).ok())
        .map(|(wall, _)| wall)
        .find(|wall| crate::calendar::reading(*wall).year >= 1_000)
}

/// Brings several values to one type, as CASE, NVL and COALESCE need.
pub fn unify(values: &[Fragment]) -> Result<(Vec<String>, Type), Refusal> {
    let mut types: Vec<Type> = values.iter().map(|v| v.ty).filter(|t| *t != Type::Null).collect();
    types.dedup();
    let plain = || values.iter().map(|v| v.sql.clone()).collect();
    match types.as_slice() {
        [] => Ok((plain(), Type::Null)),
        [one] => Ok((plain(), *one)),
        several if several.iter().all(|t| t.is_moment()) => {
            let walls = values.iter().map(|v| {
                if v.ty == Type::Instant { format!("ns_to_wall({})", v.sql) } else { v.sql.clone() }
            });
            Ok((walls.collect(), Type::Wall(Flavour::Date)))
        }
        several if several.iter().any(|t| t.is_moment()) => {
            Err(Refusal::search("ORA-00932: inconsistent datatypes"))
        }
        _ => Ok((values.iter().map(as_text).collect(), Type::Text)),
    }
}

/// A value as text, as concatenation needs it.
pub fn as_text(value: &Fragment) -> String {
    match value.ty {
        Type::Text | Type::Null => value.sql.clone(),
        Type::Number => format!("ns_text({})", value.sql),
        Type::Instant => format!("ns_show_user(ns_to_wall({}))", value.sql),
        Type::Wall(_) => format!("ns_show_user({})", value.sql),
    }
}
