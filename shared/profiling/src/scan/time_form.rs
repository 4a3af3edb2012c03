//! How a date or time is written.

use super::kind::{Form, Key, Kind};

/// Orders of day, month and year, as a set of bits.
pub(crate) const YEAR_FIRST: u8 = 1;
pub(crate) const DAY_FIRST: u8 = 2;
pub(crate) const MONTH_FIRST: u8 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Between {
    Dash = 0,
    Slash = 1,
    Point = 2,
    /// `20260303`, or words apart.
    Nothing = 3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum MonthName {
    None = 0,
    Short = 1,
    Long = 2,
    /// Short and long at once.
    May = 3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Precision {
    None = 0,
    Minute = 1,
    Second = 2,
    Millisecond = 3,
    Microsecond = 4,
    OtherFraction = 5,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum ZoneForm {
    None = 0,
    Z = 1,
    /// `+02:00`.
    Colon = 2,
    /// `+0200`.
    Tight = 3,
    /// `+02`.
    Hour = 4,
    Name = 5,
}

/// What stands between date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Joint {
    Space = 0,
    T = 1,
    Comma = 2,
}

/// Everything about how a date or time is written; `orders` is empty for times of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimeForm {
    pub orders: u8,
    pub short_year: bool,
    pub between: Between,
    pub month: MonthName,
    pub weekday: bool,
    /// A day or month of one digit.
    pub unpadded: bool,
    pub joint: Joint,
    pub precision: Precision,
    pub half_days: bool,
    pub zone: ZoneForm,
    /// A space before an offset.
    pub zone_apart: bool,
    /// An hour of one digit.
    pub short_hour: bool,
    /// An hour of half a day that begins with a zero.
    pub zero_hour: bool,
}

impl TimeForm {
    pub const NONE: Self = Self {
        orders: 0,
        short_year: false,
        between: Between::Nothing,
        month: MonthName::None,
        weekday: false,
        unpadded: false,
        joint: Joint::Space,
        precision: Precision::None,
        half_days: false,
        zone: ZoneForm::None,
        zone_apart: false,
        short_hour: false,
        zero_hour: false,
    };

    /// What a value without spelling reads as: typed, or of a first version's state.
    pub fn of_nothing() -> Self {
        Self::of(Key::new(Kind::Date, 0))
    }

    pub const fn form(self, kind: Kind) -> Form {
        let detail = self.orders as u32
            | (self.short_year as u32) << 3
            | (self.between as u32) << 4
            | (self.month as u32) << 6
            | (self.weekday as u32) << 8
            | (self.unpadded as u32) << 9
            | (self.joint as u32) << 10
            | (self.precision as u32) << 12
            | (self.half_days as u32) << 15
            | (self.zone as u32) << 16
            | (self.zone_apart as u32) << 19
            | (self.short_hour as u32) << 20
            | (self.zero_hour as u32) << 21;
        Form::with(kind, detail)
    }

    /// Any bits are read as some form, since states come from outside.
    pub fn of(key: Key) -> Self {
        let detail = key.detail();
        let bits = |shift: u32, mask: u32| detail >> shift & mask;
        Self {
            orders: bits(0, 7) as u8,
            short_year: bits(3, 1) == 1,
            between: match bits(4, 3) {
                0 => Between::Dash,
                1 => Between::Slash,
                2 => Between::Point,
                _ => Between::Nothing,
            },
            month: match bits(6, 3) {
                0 => MonthName::None,
                1 => MonthName::Short,
                2 => MonthName::Long,
                _ => MonthName::May,
            },
            weekday: bits(8, 1) == 1,
            unpadded: bits(9, 1) == 1,
            joint: match bits(10, 3) {
                0 => Joint::Space,
                1 => Joint::T,
                _ => Joint::Comma,
            },
            precision: match bits(12, 7) {
                0 => Precision::None,
                1 => Precision::Minute,
                2 => Precision::Second,
                3 => Precision::Millisecond,
                4 => Precision::Microsecond,
                _ => Precision::OtherFraction,
            },
            half_days: bits(15, 1) == 1,
            zone: match bits(16, 7) {
                0 => ZoneForm::None,
                1 => ZoneForm::Z,
                2 => ZoneForm::Colon,
                3 => ZoneForm::Tight,
                4 => ZoneForm::Hour,
                _ => ZoneForm::Name,
            },
            zone_apart: bits(19, 1) == 1,
            short_hour: bits(20, 1) == 1,
            zero_hour: bits(21, 1) == 1,
        }
    }
}
