//! Showing the elements of a format model.

use super::{Case, Element, MONTHS, WEEKDAYS};
use crate::calendar::{Reading, civil_from_days, days_from_civil, weekday};

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

pub fn show_element(element: &Element, r: Reading, days: i64, fill: bool, out: &mut String) {
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
    let (year, _, _) = civil_from_days(thursday);
    (thursday - days_from_civil(year, 1, 1)) / 7 + 1
}
