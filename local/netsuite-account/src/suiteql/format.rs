//! Oracle's datetime format models, as far as SuiteQL's TO_CHAR, TO_DATE and TO_TIMESTAMP take them.

use crate::calendar::{self, Reading, checked_wall, days_from_civil, reading, weekday};

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

fn push_name(name: &str, case: Case, width: usize, out: &mut String) {
    let shown = match case {
        Case::Upper => name.to_uppercase(),
        Case::Title => name.to_owned(),
        Case::Lower => name.to_lowercase(),
    };
    out.push_str(&format!("{shown:<width$}"));
}

fn push_number(value: i64, width: usize, fill: bool, out: &mut String) {
    let width = if fill { width } else { 0 };
    out.push_str(&format!("{value:0width$}"));
}

fn name_at<'a>(names: &[&'a str], index: i64) -> &'a str {
    usize::try_from(index).ok().and_then(|i| names.get(i)).copied().unwrap_or("")
}

fn show_element(element: &Element, r: Reading, days: i64, fill: bool, out: &mut String) {
    let month = name_at(&MONTHS, r.month - 1);
    let weekday_name = name_at(&WEEKDAYS, weekday(days));
    let padded = if fill { 9 } else { 0 };
    match element {
        Element::Year4 => push_number(r.year, 4, fill, out),
        Element::Year2 => push_number(r.year % 100, 2, fill, out),
        Element::Month => push_number(r.month, 2, fill, out),
        Element::MonthName(case) => push_name(month, *case, padded, out),
        Element::MonthShort(case) => push_name(month.get(..3).unwrap_or(""), *case, 0, out),
        Element::Day => push_number(r.day, 2, fill, out),
        Element::DayOfYear => push_number(days - days_from_civil(r.year, 1, 1) + 1, 3, fill, out),
        Element::DayOfWeek => push_number(weekday(days) + 1, 1, fill, out),
        Element::DayName(case) => push_name(weekday_name, *case, padded, out),
        Element::DayShort(case) => push_name(weekday_name.get(..3).unwrap_or(""), *case, 0, out),
        Element::Hour24 => push_number(r.hour, 2, fill, out),
        Element::Hour12 => push_number((r.hour + 11) % 12 + 1, 2, fill, out),
        Element::Minute => push_number(r.minute, 2, fill, out),
        Element::Second => push_number(r.second, 2, fill, out),
        Element::SecondOfDay => push_number(r.hour * 3_600 + r.minute * 60 + r.second, 5, fill, out),
        Element::Fraction(digits) => out.push_str(&"0".repeat(*digits)),
        Element::Meridian(case) if *case == Case::Lower => {
            out.push_str(if r.hour < 12 { "am" } else { "pm" })
        }
        Element::Meridian(_) => out.push_str(if r.hour < 12 { "AM" } else { "PM" }),
        Element::Quarter => push_number((r.month + 2) / 3, 1, fill, out),
        Element::IsoWeek => push_number(iso_week(days), 2, fill, out),
        Element::FillMode | Element::Text(_) => {}
    }
}

fn iso_week(days: i64) -> i64 {
    let thursday = days - (weekday(days) + 6) % 7 + 3;
    let (year, _, _) = calendar::civil_from_days(thursday);
    (thursday - days_from_civil(year, 1, 1)) / 7 + 1
}

/// What was read so far.
#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    afternoon: Option<bool>,
    nanos: u32,
}

impl Fields {
    fn take<'t>(&mut self, element: &Element, rest: &'t str) -> Result<&'t str, String> {
        match element {
            Element::FillMode => return Ok(rest),
            Element::Meridian(_) | Element::MonthName(_) | Element::MonthShort(_) if rest.is_empty() => {
                return Ok(rest);
            }
            Element::Text(text) => return skip_text(text, rest),
            Element::Fraction(digits) => return self.take_fraction(*digits, rest),
            Element::Meridian(_) => return self.take_meridian(rest),
            Element::MonthName(_) | Element::MonthShort(_) => return self.take_month(rest),
            _ => {}
        }
        let is_year = matches!(element, Element::Year4 | Element::Year2);
        if rest.is_empty() && !is_year {
            // Oracle takes what is missing at the end for midnight, or for the first.
            return Ok(rest);
        }
        let width = if matches!(element, Element::Year4) { 4 } else { 2 };
        let (value, rest) = digits(rest, width)?;
        match element {
            Element::Year4 => self.year = Some(value),
            Element::Year2 => self.year = Some(if value < 50 { 2_000 + value } else { 1_900 + value }),
            Element::Month => self.month = Some(value),
            Element::Day => self.day = Some(value),
            Element::Hour24 => self.hour = Some(value),
            Element::Hour12 => self.hour = Some(value % 12),
            Element::Minute => self.minute = Some(value),
            Element::Second => self.second = Some(value),
            _ => return Err("ORA-01820: format code cannot appear in date input format".to_owned()),
        }
        Ok(rest)
    }

    fn take_fraction<'t>(&mut self, width: usize, rest: &'t str) -> Result<&'t str, String> {
        let length = rest.bytes().take(width).take_while(u8::is_ascii_digit).count();
        let (head, tail) = rest.split_at(length);
        let padded = format!("{head:0<9}");
        self.nanos = padded.parse().map_err(|_| "ORA-01858: a non-numeric character was found".to_owned())?;
        Ok(tail)
    }

    fn take_meridian<'t>(&mut self, rest: &'t str) -> Result<&'t str, String> {
        let head = rest.get(..2).unwrap_or("").to_ascii_uppercase();
        match head.as_str() {
            "AM" => self.afternoon = Some(false),
            "PM" => self.afternoon = Some(true),
            _ => return Err("ORA-01855: AM/A.M. or PM/P.M. required".to_owned()),
        }
        Ok(&rest[2..])
    }

    fn take_month<'t>(&mut self, rest: &'t str) -> Result<&'t str, String> {
        for (number, name) in (1_i64..).zip(MONTHS) {
            for spelled in [name, &name[..3]] {
                if rest.get(..spelled.len()).is_some_and(|head| head.eq_ignore_ascii_case(spelled)) {
                    self.month = Some(number);
                    return Ok(&rest[spelled.len()..]);
                }
            }
        }
        Err("ORA-01843: not a valid month".to_owned())
    }

    fn finish(self) -> Result<(i64, u32), String> {
        let hour = self.hour.unwrap_or(0) + if self.afternoon == Some(true) { 12 } else { 0 };
        let r = Reading {
            year: self.year.ok_or("ORA-01840: input value not long enough for date format")?,
            month: self.month.unwrap_or(1),
            day: self.day.unwrap_or(1),
            hour,
            minute: self.minute.unwrap_or(0),
            second: self.second.unwrap_or(0),
        };
        let wall = checked_wall(r).ok_or("ORA-01847: day, month or time of day is out of range")?;
        Ok((wall, self.nanos))
    }
}

fn skip_text<'t>(text: &str, rest: &'t str) -> Result<&'t str, String> {
    if rest.is_empty() {
        return Ok(rest);
    }
    rest.strip_prefix(text).ok_or_else(|| "ORA-01861: literal does not match format string".to_owned())
}

fn digits(rest: &str, width: usize) -> Result<(i64, &str), String> {
    if rest.is_empty() {
        return Err("ORA-01840: input value not long enough for date format".to_owned());
    }
    let length = rest.bytes().take(width).take_while(u8::is_ascii_digit).count();
    let (head, tail) = rest.split_at(length);
    let value = head.parse().map_err(|_| "ORA-01858: a non-numeric character was found".to_owned())?;
    Ok((value, tail))
}
