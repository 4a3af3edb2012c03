//! How a column's numbers are written: separators, and what stands around the digits.

use std::collections::BTreeMap;

use super::formats::Counted;
use super::forms::Forms;
use super::separators::Separators;
use crate::scan::{Kind, NumberForm, Sign, Style};

/// One way to write numbers; values without separators take the column's most frequent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Manner {
    /// Between thousands.
    group: Option<char>,
    comma: bool,
    exponent: bool,
    sign: Sign,
    sign_after: bool,
    percent: bool,
    parentheses: bool,
    minus_after: bool,
}

#[derive(Debug, Default)]
struct Sum {
    count: u64,
    decimals: bool,
    unsettled: bool,
}

pub(super) fn of(forms: &Forms, separators: Separators) -> Vec<Counted> {
    let numbers = || forms.counts().filter(|(key, _)| matches!(key.kind(), Kind::Integer | Kind::Decimal));
    let mut groups: BTreeMap<(Option<char>, bool), u64> = BTreeMap::new();
    for (key, count) in numbers() {
        let (group, comma) = separated(NumberForm::of(key).style, separators.comma);
        if group.is_some() {
            let sum = groups.entry((group, comma)).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let mut sums: BTreeMap<Manner, Sum> = BTreeMap::new();
    for (key, count) in numbers() {
        let form = NumberForm::of(key);
        let (mut group, comma) = separated(form.style, separators.comma);
        if group.is_none() {
            let common =
                groups.iter().filter(|((_, other), _)| *other == comma).max_by_key(|(_, count)| **count);
            group = common.and_then(|((group, _), _)| *group);
        }
        let sum = sums.entry(manner(form, group, comma)).or_default();
        sum.count = sum.count.saturating_add(count);
        let thousands = form.style == Style::CommaThree && !comma || form.style == Style::PointThree && comma;
        sum.decimals |= key.kind() == Kind::Decimal && !thousands || form.style == Style::CommaThree && comma;
        sum.unsettled |= separators.ambiguous && matches!(form.style, Style::CommaThree | Style::PointThree);
    }
    sums.into_iter().map(|(manner, sum)| manner.counted(&sum)).collect()
}

/// The separator of thousands, and whether the decimal sign is a comma; `comma` is the column's.
fn separated(style: Style, comma: bool) -> (Option<char>, bool) {
    match style {
        Style::Exponent => (None, false),
        Style::Plain => (None, comma),
        Style::PointThree if comma => (Some('.'), true),
        Style::PointThree => (None, false),
        Style::CommaThree if comma => (None, true),
        Style::CommaThree | Style::CommaGroups | Style::CommaGroupsPoint => (Some(','), false),
        Style::CommaDecimal => (None, true),
        Style::PointGroups | Style::PointGroupsComma => (Some('.'), true),
        Style::SpaceGroups => (Some(' '), comma),
        Style::SpaceGroupsComma => (Some(' '), true),
        Style::SpaceGroupsPoint => (Some(' '), false),
        Style::QuoteGroups => (Some('\''), comma),
        Style::QuoteGroupsPoint => (Some('\''), false),
    }
}

fn manner(form: NumberForm, group: Option<char>, comma: bool) -> Manner {
    let exponent = form.style == Style::Exponent;
    let NumberForm { sign, sign_after, percent, parentheses, minus_after, .. } = form;
    let group = if exponent { None } else { group };
    Manner { group, comma, exponent, sign, sign_after, percent, parentheses, minus_after }
}

impl Manner {
    fn counted(self, sum: &Sum) -> Counted {
        let digits =
            if self.exponent { "1e5".to_owned() } else { digits(self.group, self.comma, sum.decimals) };
        let alternatives = match (sum.unsettled, self.group) {
            (false, _) => vec![],
            (true, Some(',')) => vec![self.around(&digits_of(None, ','))],
            (true, Some(_)) => vec![self.around(&digits_of(None, '.'))],
            (true, None) => vec![self.around(if self.comma { "1,234" } else { "1.234" })],
        };
        Counted { format: self.around(&digits), count: sum.count, alternatives }
    }

    fn around(self, digits: &str) -> String {
        let percent = if self.percent { "%" } else { "" };
        let minus = if self.minus_after { "-" } else { "" };
        let sign = match self.sign {
            Sign::None => "",
            Sign::Dollar => "$",
            Sign::Euro => "€",
            Sign::Pound => "£",
            Sign::Yen => "¥",
            Sign::Other => "¤",
            Sign::Code => "XXX",
        };
        let amount = match (self.sign, self.sign_after) {
            (Sign::None, _) => format!("{digits}{percent}{minus}"),
            (Sign::Code, false) => format!("{sign} {digits}{percent}{minus}"),
            (_, false) => format!("{sign}{digits}{percent}{minus}"),
            (_, true) => format!("{digits}{percent}{minus} {sign}"),
        };
        if self.parentheses { format!("({amount})") } else { amount }
    }
}

fn digits(group: Option<char>, comma: bool, decimals: bool) -> String {
    let whole = group.map_or("1234".to_owned(), |group| format!("1{group}234"));
    let point = if comma { ',' } else { '.' };
    if decimals { format!("{whole}{point}56") } else { whole }
}

/// With three digits after the point, which made it doubtful.
fn digits_of(group: Option<char>, point: char) -> String {
    let whole = group.map_or("1234".to_owned(), |group| format!("1{group}234"));
    format!("{whole}{point}567")
}
