//! Reading a text element by element.

use super::{Element, MONTHS};
use crate::calendar::{Reading, checked_wall};

/// What was read so far.
#[derive(Default)]
pub struct Fields {
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
    pub fn take<'t>(&mut self, element: &Element, rest: &'t str) -> Result<&'t str, String> {
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

    pub fn finish(self) -> Result<(i64, u32), String> {
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
