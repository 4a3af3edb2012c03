//! Oracle's datetime format models, as far as SuiteQL's TO_CHAR, TO_DATE and TO_TIMESTAMP take them.

mod read;
mod show;

use read::Fields;
use show::show_element;

use crate::calendar::{days_from_civil, reading};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Title,
    Lower,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    Year4,
    Year2,
    Month,
    MonthName(Case),
    MonthShort(Case),
    Day,
    DayOfYear,
    DayOfWeek,
    DayName(Case),
    DayShort(Case),
    Hour24,
    Hour12,
    Minute,
    Second,
    SecondOfDay,
    Fraction(usize),
    Meridian(Case),
    Quarter,
    IsoWeek,
    FillMode,
    Text(String),
}

/// Elements by their names, longest first where one begins another.
const NAMES: &[(&str, Element)] = &[
    ("YYYY", Element::Year4),
    ("RRRR", Element::Year4),
    ("YY", Element::Year2),
    ("RR", Element::Year2),
    ("MONTH", Element::MonthName(Case::Upper)),
    ("MON", Element::MonthShort(Case::Upper)),
    ("MM", Element::Month),
    ("MI", Element::Minute),
    ("DDD", Element::DayOfYear),
    ("DD", Element::Day),
    ("DAY", Element::DayName(Case::Upper)),
    ("DY", Element::DayShort(Case::Upper)),
    ("D", Element::DayOfWeek),
    ("HH24", Element::Hour24),
    ("HH12", Element::Hour12),
    ("HH", Element::Hour12),
    ("SSSSS", Element::SecondOfDay),
    ("SS", Element::Second),
    ("AM", Element::Meridian(Case::Upper)),
    ("PM", Element::Meridian(Case::Upper)),
    ("IW", Element::IsoWeek),
    ("Q", Element::Quarter),
    ("FM", Element::FillMode),
];

/// A format model that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    elements: Vec<Element>,
}

impl Format {
    /// Takes a format model apart; the error is Oracle's.
    pub fn parse(model: &str) -> Result<Self, String> {
        let mut elements = Vec::new();
        let mut rest = model;
        while let Some(first) = rest.chars().next() {
            let (element, taken) = match first {
                '"' => quoted(rest)?,
                '-' | '/' | ',' | '.' | ';' | ':' | ' ' => (Element::Text(first.to_string()), 1),
                _ => named(rest)?,
            };
            elements.push(element);
            rest = &rest[taken..];
        }
        Ok(Self { elements })
    }

    /// Whether texts in this format sort as the moments they show, to the second.
    pub fn sorts_by_time(&self) -> bool {
        let order: Vec<&Element> = self.elements.iter().filter(|e| !matches!(e, Element::Text(_))).collect();
        let wanted =
            [Element::Year4, Element::Month, Element::Day, Element::Hour24, Element::Minute, Element::Second];
        order.len() == wanted.len() && order.iter().zip(&wanted).all(|(have, want)| *have == want)
    }

    /// Shows a wall second.
    pub fn show(&self, wall: i64) -> String {
        let r = reading(wall);
        let days = days_from_civil(r.year, r.month, r.day);
        let mut fill = true;
        let mut out = String::with_capacity(24);
        for element in &self.elements {
            match element {
                Element::FillMode => fill = !fill,
                Element::Text(text) => out.push_str(text),
                other => show_element(other, r, days, fill, &mut out),
            }
        }
        out
    }

    /// Reads a text; the error is Oracle's. Fractions are kept to the nanosecond.
    pub fn read(&self, text: &str) -> Result<(i64, u32), String> {
        let mut fields = Fields::default();
        let mut rest = text.trim_end();
        for element in &self.elements {
            rest = fields.take(element, rest)?;
        }
        if !rest.is_empty() {
            return Err(
                "ORA-01830: date format picture ends before converting entire input string".to_owned()
            );
        }
        fields.finish()
    }
}

fn quoted(rest: &str) -> Result<(Element, usize), String> {
    let end = rest[1..].find('"').ok_or("ORA-01821: date format not recognized")?;
    Ok((Element::Text(rest[1..=end].to_owned()), end + 2))
}

fn named(rest: &str) -> Result<(Element, usize), String> {
    let begins = |name: &str| rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    if begins("FF") {
        let digit =
            rest.as_bytes().get(2).filter(|b| (b'1'..=b'9').contains(b)).map(|b| usize::from(b - b'0'));
        return Ok((Element::Fraction(digit.unwrap_or(6)), if digit.is_some() { 3 } else { 2 }));
    }
    for (name, element) in NAMES {
        if begins(name) {
            return Ok((cased(element.clone(), &rest[..name.len()]), name.len()));
        }
    }
    Err("ORA-01821: date format not recognized".to_owned())
}

fn cased(element: Element, written: &str) -> Element {
    let mut letters = written.chars();
    let case = match (
        letters.next().is_some_and(char::is_uppercase),
        letters.next().is_some_and(char::is_uppercase),
    ) {
        (true, true) => Case::Upper,
        (true, false) => Case::Title,
        _ => Case::Lower,
    };
    match element {
        Element::MonthName(_) => Element::MonthName(case),
        Element::MonthShort(_) => Element::MonthShort(case),
        Element::DayName(_) => Element::DayName(case),
        Element::DayShort(_) => Element::DayShort(case),
        Element::Meridian(_) => Element::Meridian(case),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(model: &str, wall: i64) -> String {
        Format::parse(model).unwrap().show(wall)
    }

    #[test]
    fn models_show_what_oracle_shows() {
        // Sunday, 2025-11-02 13:05:09.
        let wall = 1_762_088_709;
        for (model, text) in [
            ("YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"", "2025-11-02T13:05:09Z"),
            ("MM/DD/YY HH:MI AM", "11/02/25 01:05 PM"),
            ("FMMM/DD/YYYY", "11/2/2025"),
            ("Dy, DD Mon YYYY", "Sun, 02 Nov 2025"),
            ("FMMonth DD", "November 2"),
            ("DDD Q D IW SSSSS", "306 4 1 44 47109"),
            ("YYYY-MM-DD HH24:MI:SS.FF3", "2025-11-02 13:05:09.000"),
        ] {
            assert_eq!(shown(model, wall), text, "{model}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back_and_what_is_missing_is_midnight() {
        let format = Format::parse("YYYY-MM-DD HH24:MI:SS").unwrap();
        for wall in (0..2_000_000_000).step_by(7_654_321) {
            assert_eq!(format.read(&format.show(wall)), Ok((wall, 0)));
        }
        assert_eq!(format.read("2025-11-02"), Ok((1_762_041_600, 0)));
    }

    #[test]
    fn models_and_texts_that_oracle_refuses_are_refused() {
        assert!(Format::parse("YYYY-MM-DDTHH24").is_err());
        assert!(Format::parse("YYYY \"open").is_err());
        let format = Format::parse("YYYY-MM-DD").unwrap();
        for text in ["2025-02-30", "2025/01/01", "2025-01-01 10:00", "05-01-01-01", "", "abc"] {
            assert!(format.read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_full_descending_units_sort_by_time() {
        for (model, sorts) in [
            ("YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"", true),
            ("YYYYMMDDHH24MISS", true),
            ("YYYY-MM-DD HH:MI:SS", false),
            ("YYYY-MM-DD", false),
            ("DD-MM-YYYY HH24:MI:SS", false),
        ] {
            assert_eq!(Format::parse(model).unwrap().sorts_by_time(), sorts, "{model}");
        }
    }
}
