//! Which type the values would fit. Every value counts under its form: a kind, and in which spelling; a column
//! of few forms has few counters. What a value could be besides (`12345` a postal code, `T` a truth value, `US`
//! a country) is in its form, so that the decision is taken once, for the column, from all values together.
//!
//! ```text
//!                                             text
//!   boolean  decimal  timestamp  time  uuid  email  url  json  ip  phone  country  currency  postal_code
//!               |       |    |
//!            integer  date  timestamp_tz
//! ```
//!
//! Empty and blank texts say nothing about the type and are left out of the share.

mod claims;
mod decide;
mod formats;
mod forms;
mod labels;
mod name;
mod number_formats;
mod separators;
mod tally;
mod time_formats;
mod variety;

use forebay_model::Value;
use forebay_model::profile::{ColumnProfile, InferredType, TypeShare};
use forebay_stored::{Reader, StateError, Writer};

use super::Statistic;
use crate::scan::{Digits, Form, Kind, NumberForm, Style, UNBOUNDED, digits_of, places};
use crate::seen::Seen;
use claims::Evidence;
use decide::Decision;
use forms::Forms;
use name::Hints;
use separators::Separators;
use tally::Tally;
use variety::Varieties;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Types {
    forms: Forms,
    limits: Limits,
    varieties: Varieties,
}

/// The most digits of any number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Limits {
    whole: u8,
    after: u8,
    /// Before the point of numbers like `1.234`, and of those like `1,234` read as thousands.
    point_three: u8,
    comma_three: u8,
}

impl Limits {
    #[inline]
    fn widen(&mut self, whole: u8, after: u8) {
        self.whole = self.whole.max(whole);
        self.after = self.after.max(after);
    }

    /// Takes in a number in a text.
    fn observe(&mut self, form: Form) {
        match NumberForm::of(form.key).style {
            Style::PointThree => self.point_three = self.point_three.max(form.whole),
            Style::CommaThree => self.comma_three = self.comma_three.max(form.whole),
            _ => self.widen(form.whole, form.after),
        }
    }

    fn merge(&mut self, other: Self) {
        self.widen(other.whole, other.after);
        self.point_three = self.point_three.max(other.point_three);
        self.comma_three = self.comma_three.max(other.comma_three);
    }

    fn bytes(self) -> [u8; 4] {
        [self.whole, self.after, self.point_three, self.comma_three]
    }
}

impl Types {
    #[inline]
    fn observe_text(&mut self, seen: &Seen<'_>) {
        self.forms.add(seen.form.key, seen.weight);
        match seen.kind {
            Kind::Text if seen.form.key.detail() != 0 => self.varieties.observe(seen),
            Kind::Integer => {
                self.limits.observe(seen.form);
                self.varieties.observe(seen);
            }
            Kind::Decimal => self.limits.observe(seen.form),
            Kind::Country | Kind::Currency | Kind::PostalCode => self.varieties.observe(seen),
            _ => {}
        }
    }

    #[inline]
    fn observe_integer(&mut self, i: i64, seen: &Seen<'_>) {
        let digits = digits_of(i);
        self.forms.add_integer(digits, seen.weight);
        let length = i.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        self.limits.widen(length as u8, 0);
        if digits == Digits::Five {
            self.varieties.observe_postal_code(seen.hash);
        }
    }

    fn inferred(&self, column: &str) -> InferredType {
        let tally = Tally::of(&self.forms);
        let separators = Separators::of(&tally);
        let hints = Hints::of(column);
        let evidence = Evidence { tally: &tally, hints, varieties: self.varieties, separators };
        let decision = Decision::of(&evidence);
        let (precision, scale) = self.precision(decision.kind, separators);
        let candidate = |(kind, share): (Kind, f64)| TypeShare { name: kind.name().to_owned(), share };
        InferredType {
            name: decision.kind.name().to_owned(),
            share: decision.share,
            confidence: decision.confidence,
            precision,
            scale,
            formats: formats::of(&self.forms, &decision, separators),
            candidates: decision.candidates.into_iter().map(candidate).collect(),
        }
    }

    /// Digits in all, and after the point. Nothing where floats or wide exponents leave it open.
    fn precision(&self, kind: Kind, separators: Separators) -> (Option<u32>, Option<u32>) {
        let (whole, after) = separators.places(&self.limits);
        let number = matches!(kind, Kind::Integer | Kind::Decimal);
        if !number || usize::from(whole) == UNBOUNDED || whole + after == 0 {
            return (None, None);
        }
        // An integer column's few decimals are strays.
        let after = if kind == Kind::Integer { 0 } else { u32::from(after) };
        (Some((u32::from(whole) + after).max(1)), Some(after))
    }
}

/// Digits of the largest 96-bit decimal, and decimal places of the smallest.
const MOST_WHOLE: u8 = 29;
const MOST_AFTER: u8 = 28;

impl Statistic for Types {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        match seen.value {
            Value::Text(_) => self.observe_text(seen),
            Value::Integer(i) => self.observe_integer(*i, seen),
            Value::Decimal(_) => {
                self.forms.add_kind(Kind::Decimal, seen.weight);
                if let Some(exact) = seen.number.and_then(|number| number.exact) {
                    let (whole, after) = places(exact);
                    self.limits.widen(whole as u8, after as u8);
                }
            }
            Value::Float(_) => {
                self.forms.add_kind(Kind::Decimal, seen.weight);
                self.limits.whole = UNBOUNDED as u8;
            }
            _ => self.forms.add_kind(seen.kind, seen.weight),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.forms.merge(&other.forms);
        self.limits.merge(other.limits);
        self.varieties.merge(&other.varieties);
    }

    fn is_default(&self) -> bool {
        self.forms.is_empty()
    }

    fn write(&self, to: &mut Writer) {
        self.forms.write_first(to);
        to.raw(&self.limits.bytes());
        self.varieties.write(to);
        self.forms.write_rest(to);
    }

    /// The first version wrote counters of eleven kinds and no more.
    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut types = Self { forms: Forms::read_first(from)?, ..Self::default() };
        if from.is_empty() {
            return Ok(types);
        }
        let [whole, after, point_three, comma_three] = from.array()?;
        let whole_fits = whole <= MOST_WHOLE || usize::from(whole) == UNBOUNDED;
        if after > MOST_AFTER || point_three > 3 || comma_three > 6 || !whole_fits {
            return Err(from.damaged());
        }
        types.limits = Limits { whole, after, point_three, comma_three };
        types.varieties = Varieties::read(from)?;
        types.forms.read_rest(from)?;
        Ok(types)
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        profile.inferred_type = self.inferred(&profile.column);
    }
}

#[cfg(test)]
mod tests;
