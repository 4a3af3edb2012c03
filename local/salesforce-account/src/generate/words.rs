//! Made-up words. None of them is a person's or a company's.

use super::Context;

const FIRST: &[&str] =
    &["Ada", "Bo", "Cleo", "Dara", "Eli", "Fay", "Gus", "Hana", "Ivo", "June", "Kai", "Lív", "Mío", "Noor"];
const LAST: &[&str] = &[
    "Abner", "Birch", "Cole", "Dune", "Elm", "Frost", "Glen", "Heath", "Isle", "O'Reed", "Kleß", "Moor",
    "Pike", "Quill", "Rowan", "Sedge",
];
const COMPANY: &[&str] =
    &["Alder", "Basalt", "Cedar", "Delta", "Ember", "Flint", "Garnet", "Harbor", "Indigo"];
const TRADE: &[&str] =
    &["Works", "Logistics", "Foods", "Systems, Inc.", "& Sons", "GmbH", "Mills", "Bearings"];
const CITY: &[&str] = &["Northfield", "Eastbrook", "Südhafen", "Westmere", "Oldtown", "Newbridge"];
pub const STATES: &[&str] = &["CA", "NY", "TX", "WA", "BY"];
pub const COUNTRIES: &[&str] = &["USA", "Germany", "Japan"];

pub fn first(context: &Context<'_>) -> &'static str {
    context.one_of("first name", FIRST)
}

pub fn last(context: &Context<'_>) -> &'static str {
    context.one_of("last name", LAST)
}

pub fn city(context: &Context<'_>) -> &'static str {
    context.one_of("city", CITY)
}

pub fn company(context: &Context<'_>) -> String {
    format!("{} {} {}", context.one_of("company", COMPANY), context.one_of("trade", TRADE), context.number)
}

pub fn street(context: &Context<'_>) -> String {
    let number = 1 + context.below("street number", 400);
    // Streets have a second line now and then.
    if context.percent("street lines", 10) {
        format!("{number} Mill Lane\nSuite {}", 1 + context.below("suite", 40))
    } else {
        format!("{number} Mill Lane")
    }
}

/// Running text with everything that trips readers of CSV: quotes, commas, line ends, blanks at the ends. Empty at
/// times.
pub fn remark(context: &Context<'_>) -> String {
    let number = context.number;
    match context.below("remark", 8) {
        0 => String::new(),
        1 => format!("Asked for \"offer {number}\", then waited."),
        2 => format!("First line, {number}\nsecond line\r\nthird line"),
        3 => format!(" blanks around {number} "),
        4 => format!("größer als {number}, 価格 ✓"),
        5 => format!("null\\n {number}; =1+1\t#N/A"),
        _ => format!("Nothing unusual about number {number}."),
    }
}
