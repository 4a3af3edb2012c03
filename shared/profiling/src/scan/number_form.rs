//! How a number is written.

use super::kind::{Form, Key, Kind};

/// Where the separators stand. The numbers are part of stored states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Style {
    /// `1234`, `1234.56`.
    Plain = 0,
    /// `1.234`: a decimal, or thousands with a point.
    PointThree = 1,
    /// `1,234`: thousands, or a decimal with a comma.
    CommaThree = 2,
    /// `12,5`.
    CommaDecimal = 3,
    /// `1,234,567`.
    CommaGroups = 4,
    /// `1,234.56`.
    CommaGroupsPoint = 5,
    /// `1.234.567`.
    PointGroups = 6,
    /// `1.234,56`.
    PointGroupsComma = 7,
    /// `1 234`.
    SpaceGroups = 8,
    /// `1 234,56`.
    SpaceGroupsComma = 9,
    /// `1 234.56`.
    SpaceGroupsPoint = 10,
    /// `1'234`.
    QuoteGroups = 11,
    /// `1'234.56`.
    QuoteGroupsPoint = 12,
    /// `1e5`.
    Exponent = 13,
}

const STYLES: [Style; 14] = [
    Style::Plain,
    Style::PointThree,
    Style::CommaThree,
    Style::CommaDecimal,
    Style::CommaGroups,
    Style::CommaGroupsPoint,
    Style::PointGroups,
    Style::PointGroupsComma,
    Style::SpaceGroups,
    Style::SpaceGroupsComma,
    Style::SpaceGroupsPoint,
    Style::QuoteGroups,
    Style::QuoteGroupsPoint,
    Style::Exponent,
];

/// What plain digits could be besides a number. The numbers are part of stored states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Digits {
    Any = 0,
    Zero = 1,
    One = 2,
    /// As many as postal codes have in some country.
    Four = 3,
    Five = 4,
    Six = 5,
    Seven = 6,
    Eight = 7,
    /// `20260303`, between 1900 and 2099.
    CompactDate = 8,
    Nine = 9,
    Ten = 10,
    /// Ten that are a North American telephone number.
    TenDialled = 11,
    /// Seconds since 1970, between 2000 and 2038.
    EpochSeconds = 12,
    Eleven = 13,
    /// Milliseconds since 1970, between 1973 and 2065.
    EpochMillis = 14,
    /// `20260303100000`.
    CompactTimestamp = 15,
}

impl Digits {
    pub const ALL: [Digits; 16] = [
        Digits::Any,
        Digits::Zero,
        Digits::One,
        Digits::Four,
        Digits::Five,
        Digits::Six,
        Digits::Seven,
        Digits::Eight,
        Digits::CompactDate,
        Digits::Nine,
        Digits::Ten,
        Digits::TenDialled,
        Digits::EpochSeconds,
        Digits::Eleven,
        Digits::EpochMillis,
        Digits::CompactTimestamp,
    ];
}

/// A currency beside a number. The numbers are part of stored states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Sign {
    None = 0,
    Dollar = 1,
    Euro = 2,
    Pound = 3,
    Yen = 4,
    /// Another sign.
    Other = 5,
    /// Three letters.
    Code = 6,
}

const SIGNS: [Sign; 7] =
    [Sign::None, Sign::Dollar, Sign::Euro, Sign::Pound, Sign::Yen, Sign::Other, Sign::Code];

/// Everything about how a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberForm {
    pub style: Style,
    pub digits: Digits,
    pub sign: Sign,
    pub sign_after: bool,
    pub percent: bool,
    pub parentheses: bool,
    pub minus_after: bool,
}

impl NumberForm {
    pub const PLAIN: Self = Self {
        style: Style::Plain,
        digits: Digits::Any,
        sign: Sign::None,
        sign_after: false,
        percent: false,
        parentheses: false,
        minus_after: false,
    };

    pub const fn styled(style: Style) -> Self {
        Self { style, ..Self::PLAIN }
    }

    pub const fn counted(digits: Digits) -> Self {
        Self { digits, ..Self::PLAIN }
    }

    pub const fn form(self, kind: Kind) -> Form {
        let detail = self.style as u32
            | (self.digits as u32) << 4
            | (self.sign as u32) << 8
            | (self.sign_after as u32) << 11
            | (self.percent as u32) << 12
            | (self.parentheses as u32) << 13
            | (self.minus_after as u32) << 14;
        Form::with(kind, detail)
    }

    /// Any bits are read as some form, since states come from outside.
    pub fn of(key: Key) -> Self {
        let detail = key.detail() as usize;
        Self {
            style: STYLES[(detail & 15) % STYLES.len()],
            digits: Digits::ALL[detail >> 4 & 15],
            sign: SIGNS[(detail >> 8 & 7) % SIGNS.len()],
            sign_after: detail >> 11 & 1 == 1,
            percent: detail >> 12 & 1 == 1,
            parentheses: detail >> 13 & 1 == 1,
            minus_after: detail >> 14 & 1 == 1,
        }
    }
}
