//! Which of point and comma is a column's decimal sign, settled by the values that leave no choice.

use super::Limits;
use super::tally::Tally;
use crate::scan::{Kind, Style};

/// The share of values of the other sort from which a column counts as mixed.
const MIXED: u64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    /// The decimal sign is a comma, and a point stands between thousands.
    pub comma: bool,
    /// Nothing but the custom of the language tells: the other reading fits as well.
    pub ambiguous: bool,
}

impl Separators {
    pub fn of(tally: &Tally) -> Self {
        let sum = |styles: &[Style]| styles.iter().fold(0_u64, |sum, style| sum + tally.style(*style));
        let comma = sum(&[Style::CommaDecimal, Style::PointGroups, Style::PointGroupsComma]);
        let point = sum(&[Style::CommaGroups, Style::CommaGroupsPoint]) + tally.plain_decimals();
        let unsettled = sum(&[Style::PointThree, Style::CommaThree]);
        let mixed = comma.min(point) * MIXED > comma.max(point);
        let ambiguous = unsettled > 0 && (comma.max(point) == 0 || mixed);
        Self { comma: comma > point, ambiguous }
    }

    /// Values that are whole numbers in this reading.
    pub fn integers(self, tally: &Tally) -> u64 {
        let all = tally.kind(Kind::Integer);
        match self.comma {
            true => all - tally.style(Style::CommaThree) + tally.style(Style::PointThree),
            false => all,
        }
    }

    /// Digits before and after the point that the numbers need in this reading.
    pub fn places(self, limits: &Limits) -> (u8, u8) {
        let (mut whole, mut after) = (limits.whole, limits.after);
        // The groups of an unsettled number are held as read with a decimal point, and with thousands' commas.
        let (point, comma) = (limits.point_three, limits.comma_three);
        if point > 0 {
            let (w, a) = if self.comma { (point + 3, 0) } else { (point, 3) };
            (whole, after) = (whole.max(w), after.max(a));
        }
        if comma > 0 {
            let (w, a) = if self.comma { (comma - comma.min(3), 3) } else { (comma, 0) };
            (whole, after) = (whole.max(w), after.max(a));
        }
        (whole, after)
    }
}
