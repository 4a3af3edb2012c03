//! Values of properties, as the vendor's texts.

use super::{World, moments, owner_id};
use crate::catalog::{DEAL_STAGES, Kind, ObjectType, Property};
use crate::moment;

const FIRST_NAMES: [&str; 12] =
    ["Ada", "Björn", "Chiara", "Dmitri", "Eun-ji", "Fatima", "Grace", "Håkon", "Inés", "José", "Kofi", "Lin"];
const LAST_NAMES: [&str; 12] = [
    "Abara", "Brandt", "Cruz", "D'Amico", "Eriksen", "Fofana", "García", "Haddad", "Ito", "Jansen",
    "Kowalski", "Łuczak",
];
const CITIES: [&str; 8] =
    ["Rotterdam", "Singapore", "Lisboa", "Gdańsk", "Valparaíso", "Busan", "Mombasa", "São Paulo"];
const COUNTRIES: [&str; 6] = ["Netherlands", "Singapore", "Portugal", "Poland", "Chile", "Kenya"];
/// Texts that readers get wrong: quotes, line ends, other scripts, JSON and SQL, and a lone comma.
const AWKWARD: [&str; 8] = [
    "said \"later\"",
    "line one\nline two",
    "コンテナ 40ft",
    "tab\there",
    "null",
    "{\"a\":1}",
    "O'Brien; DROP",
    "a,b",
];

/// A value for a property of the record numbered `key`, or none.
pub fn value(world: &World, object: &ObjectType, property: &Property, key: i64) -> Option<String> {
    let purpose = format!("{}.{}", object.name, property.name);
    if !world.mix.percent(&purpose, key, property.filled) {
        return None;
    }
    let pick = |bound: i64| world.mix.below(&purpose, key ^ 0x1357_9bdf, bound);
    if property.owner {
        return Some(owner_id(pick(world.owners())).to_string());
    }
    if let Some(known) = known(object, property, key, &pick) {
        return Some(known);
    }
    Some(match property.kind {
        Kind::Text => text(property, &pick),
        Kind::Number => number(pick(1_000_000)),
        Kind::Date => moment::day(moments::some_instant(world, &purpose, key)),
        Kind::DateTime => moment::vendor(moments::some_instant(world, &purpose, key)),
        Kind::Flag => (pick(2) == 0).to_string(),
        Kind::Choice => one(property.options, pick(1_000)).to_owned(),
        Kind::Choices => several(property.options, pick(1_000)),
    })
}

/// An element, whatever the number.
fn one<'a>(of: &[&'a str], pick: i64) -> &'a str {
    let index = usize::try_from(pick.unsigned_abs()).unwrap_or(0) % of.len().max(1);
    of.get(index).copied().unwrap_or("")
}

fn several(options: &[&str], pick: i64) -> String {
    let chosen: Vec<&str> =
        options.iter().enumerate().filter(|(n, _)| (pick >> n) & 1 == 1).map(|(_, option)| *option).collect();
    if chosen.is_empty() { one(options, pick).to_owned() } else { chosen.join(";") }
}

/// Whole numbers, cents with and without their zeros, and now and then a negative one.
fn number(pick: i64) -> String {
    match pick % 7 {
        0..3 => (pick / 7 % 5_000).to_string(),
        3 | 4 => format!("{}.{:02}", pick / 7 % 90_000, pick % 100),
        5 => format!("{}.50", pick / 7 % 9_000),
        _ => format!("-{}", pick / 7 % 400 + 1),
    }
}

fn text(property: &Property, pick: &dyn Fn(i64) -> i64) -> String {
    let n = pick(900);
    if n < 40 { one(&AWKWARD, n).to_owned() } else { format!("{} {n}", property.label) }
}

/// Values that have to make sense, because people look at them or because others follow from them.
fn known(object: &ObjectType, property: &Property, key: i64, pick: &dyn Fn(i64) -> i64) -> Option<String> {
    Some(match (object.name, property.name.as_str()) {
        ("contacts", "email") => format!("person{key}@example.com"),
        ("contacts", "firstname") => one(&FIRST_NAMES, pick(1_000)).to_owned(),
        ("contacts", "lastname") => one(&LAST_NAMES, pick(1_000)).to_owned(),
        ("companies", "name") => format!("{} Shipping {key}", one(&CITIES, pick(1_000))),
        ("companies", "domain") => format!("company{key}.example"),
        ("deals", "dealname") => format!("Deal {key}"),
        ("deals", "amount") => format!("{}.{:02}", 500 + pick(250_000), key % 100),
        ("products" | "line_items", "price") => format!("{}.{:02}", 5 + pick(900), key % 100),
        ("line_items", "quantity") => (1 + pick(40)).to_string(),
        ("p_shipment", "shipment_number") => format!("SH-{key:07}"),
        (_, "city") => one(&CITIES, pick(1_000)).to_owned(),
        (_, "country") => one(&COUNTRIES, pick(1_000)).to_owned(),
        (_, "phone" | "mobilephone") => format!("+31 10 555 {:04}", pick(10_000)),
        (_, "hs_call_duration") => (pick(3_600) * 1_000).to_string(),
        _ => return None,
    })
}

/// The chance of closing that a stage has, as the vendor writes it.
pub fn probability(stage: &str) -> &'static str {
    DEAL_STAGES.iter().find(|(name, _)| *name == stage).map_or("0.0", |(_, chance)| chance)
}
