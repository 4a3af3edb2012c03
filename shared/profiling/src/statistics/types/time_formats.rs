//! How a column's dates and times are written, with the order of day and month settled by all of them.

use std::collections::BTreeMap;

use super::formats::Counted;
use super::forms::Forms;
use crate::scan::{
    Between, DAY_FIRST, Digits, Joint, Kind, MONTH_FIRST, MonthName, NumberForm, Precision, TimeForm,
    YEAR_FIRST, ZoneForm,
};

/// The share of dates in another order from which a column counts as mixed.
const MIXED: u64 = 20;

pub(super) fn of(forms: &Forms, kind: Kind) -> Vec<Counted> {
    let times: Vec<(TimeForm, u64)> = forms
        .counts()
        .filter(|(key, _)| match key.kind() {
            Kind::Time => kind == Kind::Time,
            Kind::Date | Kind::Timestamp | Kind::TimestampTz => kind != Kind::Time,
            _ => false,
        })
        .map(|(key, count)| (TimeForm::of(key), count))
        .filter(|(form, _)| *form != TimeForm::NONE && *form != TimeForm::of_nothing())
        .collect();
    let orders = Orders::of(&times);
    let long = times.iter().any(|(form, _)| form.month == MonthName::Long);
    let mut sums: BTreeMap<TimeForm, Sum> = BTreeMap::new();
    for (form, count) in times {
        let mut key = TimeForm {
            orders: orders.meant(form),
            unpadded: false,
            short_hour: false,
            zero_hour: false,
            ..form
        };
        if key.month == MonthName::May {
            key.month = if long { MonthName::Long } else { MonthName::Short };
        }
        let sum = sums.entry(key).or_default();
        sum.count = sum.count.saturating_add(count);
        sum.unpadded |= form.unpadded;
        sum.short_hour |= form.short_hour;
        sum.zero_hour |= form.zero_hour;
        sum.doubtful |= orders.is_doubtful(form);
    }
    let written = sums.into_iter().map(|(form, sum)| {
        let Sum { count, unpadded, short_hour, zero_hour, doubtful } = sum;
        let form = TimeForm { unpadded, short_hour, zero_hour, ..form };
        let others = if doubtful { orders.others(form) } else { vec![] };
        let alternatives = others.into_iter().map(|orders| shown(TimeForm { orders, ..form })).collect();
        Counted { format: shown(form), count, alternatives }
    });
    written.chain(of_digits(forms, kind)).collect()
}

/// Values of one form, and how some of them are written that others leave open.
#[derive(Default)]
struct Sum {
    count: u64,
    unpadded: bool,
    short_hour: bool,
    zero_hour: bool,
    doubtful: bool,
}

/// Dates of digits alone.
fn of_digits(forms: &Forms, kind: Kind) -> Vec<Counted> {
    let counted = |(key, count): (_, u64)| {
        let format = match (kind, NumberForm::of(key).digits) {
            (Kind::Date, Digits::CompactDate) => "YYYYMMDD",
            (Kind::Timestamp, Digits::CompactTimestamp) => "YYYYMMDDHHmmss",
            (Kind::TimestampTz, Digits::EpochSeconds) => "epoch seconds",
            (Kind::TimestampTz, Digits::EpochMillis) => "epoch milliseconds",
            _ => return None,
        };
        Some(Counted { format: format.to_owned(), count, alternatives: vec![] })
    };
    forms.counts().filter(|(key, _)| key.kind() == Kind::Integer).filter_map(counted).collect()
}

/// Which order of day, month and year fits the column's dates.
struct Orders {
    /// Best first.
    ranked: [u8; 3],
    /// Those that fit as well as the best, or are meant by one value in twenty.
    doubtful: u8,
}

impl Orders {
    fn of(times: &[(TimeForm, u64)]) -> Self {
        let open = || times.iter().filter(|(form, _)| is_open(form));
        let fitting = |order: u8| {
            open()
                .filter(|(form, _)| form.orders & order != 0)
                .fold(0_u64, |sum, (_, n)| sum.saturating_add(*n))
        };
        let dashes = open().any(|(form, _)| form.between == Between::Dash);
        let custom =
            if dashes { [DAY_FIRST, MONTH_FIRST, YEAR_FIRST] } else { [MONTH_FIRST, DAY_FIRST, YEAR_FIRST] };
        let mut ranked = custom;
        ranked.sort_by_key(|order| std::cmp::Reverse(fitting(*order)));
        let best = ranked[0];
        let without_best = |order: u8| {
            let only = open().filter(|(form, _)| form.orders & order != 0 && form.orders & best == 0);
            only.fold(0_u64, |sum, (_, n)| sum.saturating_add(*n))
        };
        let total = open().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
        let doubtful = ranked[1..].iter().filter(|order| {
            let tied = fitting(**order) == fitting(best);
            total > 0 && (tied || without_best(**order).saturating_mul(MIXED) >= total)
        });
        Self { ranked, doubtful: doubtful.fold(0, |set, order| set | order) }
    }

    fn meant(&self, form: TimeForm) -> u8 {
        if !is_open(&form) {
            return form.orders;
        }
        self.ranked.iter().copied().find(|order| form.orders & order != 0).unwrap_or_default()
    }

    /// Whether another order would do for this form and is not ruled out by the others.
    fn is_doubtful(&self, form: TimeForm) -> bool {
        is_open(&form) && form.orders & self.doubtful & !self.meant(form) != 0
    }

    fn others(&self, form: TimeForm) -> Vec<u8> {
        self.ranked
            .iter()
            .copied()
            .filter(|order| order & self.doubtful != 0 && *order != form.orders)
            .collect()
    }
}

/// Three numbers, the year not plainly first.
fn is_open(form: &TimeForm) -> bool {
    form.month == MonthName::None && form.orders != 0 && (form.short_year || form.orders != YEAR_FIRST)
}

/// As in `DD/MM/YYYY HH:mm`.
fn shown(form: TimeForm) -> String {
    let mut text = date(form);
    if form.precision == Precision::None {
        return text;
    }
    if form.orders != 0 {
        text.push_str(match form.joint {
            Joint::Space => " ",
            Joint::T => "T",
            Joint::Comma => ", ",
        });
    }
    text.push_str(match (form.half_days, form.short_hour) {
        (true, false) if form.zero_hour => "hh:mm",
        (true, _) => "h:mm",
        (false, true) => "H:mm",
        (false, false) => "HH:mm",
    });
    text.push_str(match form.precision {
        Precision::None | Precision::Minute => "",
        Precision::Second => ":ss",
        Precision::Millisecond => ":ss.SSS",
        Precision::Microsecond => ":ss.SSSSSS",
        Precision::OtherFraction => ":ss.S",
    });
    text.push_str(if form.half_days { " A" } else { "" });
    text.push_str(if form.zone_apart { " " } else { "" });
    text.push_str(match form.zone {
        ZoneForm::None => "",
        ZoneForm::Z => "Z",
        ZoneForm::Colon => "+hh:mm",
        ZoneForm::Tight => "+hhmm",
        ZoneForm::Hour => "+hh",
        ZoneForm::Name => " z",
    });
    text
}

fn date(form: TimeForm) -> String {
    let year = if form.short_year { "YY" } else { "YYYY" };
    let (day, number) = if form.unpadded { ("D", "M") } else { ("DD", "MM") };
    let month = match form.month {
        MonthName::None => number,
        MonthName::Short | MonthName::May => "MMM",
        MonthName::Long => "MMMM",
    };
    let weekday = if form.weekday { "ddd, " } else { "" };
    let between = match form.between {
        Between::Dash => "-",
        Between::Slash => "/",
        Between::Point => ".",
        Between::Nothing => " ",
    };
    match form.orders {
        0 => String::new(),
        YEAR_FIRST => format!("{weekday}{year}{between}{month}{between}{day}"),
        MONTH_FIRST if form.month != MonthName::None => format!("{weekday}{month} {day}, {year}"),
        MONTH_FIRST => format!("{month}{between}{day}{between}{year}"),
        _ if form.month != MonthName::None && form.between == Between::Point => {
            format!("{weekday}{day}. {month} {year}")
        }
        _ => format!("{weekday}{day}{between}{month}{between}{year}"),
    }
}
