//! Generated columns: what systems write, clean, with empty texts, with placeholders and with strays.

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng, rngs::StdRng};
use time::{Duration, macros::date};

use crate::fixtures::{self, Column};

const VALUES: usize = 300;

/// A name, a type, the leading formats or nothing, the leading patterns, and how a value is made.
type Maker = (&'static str, &'static str, &'static str, &'static str, fn(&mut StdRng) -> String);

/// How much of a column is something else.
#[derive(Clone, Copy)]
struct Dirt {
    suffix: &'static str,
    percent: u32,
    with: &'static [&'static str],
}

const DIRT: [Dirt; 5] = [
    Dirt { suffix: "", percent: 0, with: &[] },
    Dirt { suffix: "_nulls", percent: 70, with: &[""] },
    Dirt { suffix: "_placeholders", percent: 25, with: &["N/A", "null", "- None -"] },
    Dirt { suffix: "_strays", percent: 2, with: &["see notes", "unknown", "TBC by Monday"] },
    Dirt { suffix: "_dirty", percent: 3, with: &["#REF!", "ask J. Roe", "12 or 13?", "xx"] },
];

const MAKERS: [Maker; 30] = [
    ("internal_number", "integer", "1234", "9+", |r| r.random_range(1..2_000_000).to_string()),
    ("line_total", "decimal", "1234.56", "9+.99", |r| two_places(r)),
    ("grand_total", "decimal", "1,234.56", "9+.99 ¦ 9+,999.99", |r| grouped(r, ',', '.')),
    ("summe", "decimal", "1.234,56", "9+,99 ¦ 9+.999,99", |r| grouped(r, '.', ',')),
    ("total_fr", "decimal", "1 234,56", "9+,99 ¦ 9+ 999,99", |r| grouped(r, ' ', ',')),
    ("fx_rate", "decimal", "1234.56", "9.999999", |r| format!("{:.6}", r.random_range(0.5..2.0))),
    ("usd_total", "decimal", "$1,234.56", "$9+.99 ¦ $9+,999.99", |r| format!("${}", grouped(r, ',', '.'))),
    ("utilisation", "decimal", "1234.56%", "9+.9%", |r| format!("{:.1}%", r.random_range(0.0..100.0))),
    ("trandate_us", "date", "MM/DD/YYYY", "99/99/9999", |r| {
        let (y, m, d) = ymd(r);
        format!("{m:02}/{d:02}/{y}")
    }),
    ("trandate_us_short", "date", "M/D/YYYY", "9+/9+/9999", |r| {
        let (y, m, d) = ymd(r);
        format!("{m}/{d}/{y}")
    }),
    ("trandate_gb", "date", "DD/MM/YYYY", "99/99/9999", |r| {
        let (y, m, d) = ymd(r);
        format!("{d:02}/{m:02}/{y}")
    }),
    ("datum", "date", "DD.MM.YYYY", "99.99.9999", |r| {
        let (y, m, d) = ymd(r);
        format!("{d:02}.{m:02}.{y}")
    }),
    ("iso_day", "date", "YYYY-MM-DD", "9999-99-99", |r| {
        let (y, m, d) = ymd(r);
        format!("{y}-{m:02}-{d:02}")
    }),
    ("oracle_day", "date", "DD-MMM-YYYY", "99-Aaa-9999", |r| {
        let (y, m, d) = ymd(r);
        format!("{d:02}-{}-{y}", month(m))
    }),
    ("day_compact", "date", "YYYYMMDD", "99999999", |r| {
        let (y, m, d) = ymd(r);
        format!("{y}{m:02}{d:02}")
    }),
    ("created_on", "timestamp", "YYYY-MM-DD HH:mm:ss", "9999-99-99 99:99:99", |r| {
        let (y, m, d) = ymd(r);
        format!(
            "{y}-{m:02}-{d:02} {:02}:{:02}:{:02}",
            r.random_range(0..24),
            r.random_range(0..60),
            r.random_range(0..60)
        )
    }),
    (
        "system_modstamp",
        "timestamp_tz",
        "YYYY-MM-DDTHH:mm:ss.SSS+hhmm",
        "9999-99-99A99:99:99.999+9999",
        |r| {
            let (y, m, d) = ymd(r);
            format!("{y}-{m:02}-{d:02}T{:02}:{:02}:00.000+0000", r.random_range(0..24), r.random_range(0..60))
        },
    ),
    ("hs_createdate", "timestamp_tz", "epoch milliseconds", "9+", |r| {
        (1_600_000_000_000_i64 + r.random_range(0..200_000_000) * 1_000).to_string()
    }),
    ("is_taxable", "boolean", "T/F", "A", |r| pick(r, &["T", "F"])),
    ("opted_in", "boolean", "yes/no", "none", |r| pick(r, &["Yes", "No"])),
    ("record_uuid", "uuid", "", "none", |r| {
        format!(
            "{:08x}-{:04x}-4000-8000-{:012x}",
            r.random::<u32>(),
            r.random::<u16>(),
            r.random_range(0_u64..1 << 48)
        )
    }),
    ("contact_email", "email", "", "aaaa9+@aaaaaaa9.aaa", |r| {
        format!("user{}@example{}.com", r.random_range(0..99_999), r.random_range(0..9))
    }),
    (
        "contact_phone",
        "phone",
        "(NNN) NNN-NNNN | NNN-NNN-NNNN | +CCNNNNNNNNNN | NNN.NNN.NNNN | NNNNNNNNNN",
        "(999) 999-9999 ¦ 999-999-9999 ¦ +9+ ¦ 999.999.9999 ¦ 9+",
        |r| telephone(r),
    ),
    ("ship_zip", "postal_code", "99999", "99999", |r| format!("{:05}", r.random_range(501..99_950))),
    ("ship_country", "country", "alpha-2", "AA", |r| {
        pick(r, &["US", "CA", "GB", "DE", "FR", "JP", "NO", "NA", "IN"])
    }),
    ("fx_currency", "currency", "ISO 4217", "AAA", |r| pick(r, &["USD", "EUR", "GBP", "JPY", "CAD"])),
    ("client_ip", "ip", "IPv4", "9+.9+.9+.9+", |r| {
        format!(
            "{}.{}.{}.{}",
            r.random_range(1..224),
            r.random_range(0..256),
            r.random_range(0..256),
            r.random_range(1..255)
        )
    }),
    ("landing_page", "url", "", "a+://a+.a+/a+/9+?a+=9+", |r| {
        format!("https://example.com/p/{}?x={}", r.random_range(0..999), r.random::<u8>())
    }),
    ("sf_id", "text", "", "none", |r| format!("0015g00000{}AAB", letters(r, 5))),
    ("free_text", "text", "", "none", |r| {
        (0..r.random_range(2..9))
            .map(|_| pick(r, &["slyly", "final", "Requests", "boost", "at", "12", "no"]))
            .collect::<Vec<_>>()
            .join(" ")
    }),
];

/// Kinds of dirt for every maker.
pub fn all() -> Vec<Column> {
    let mut columns = Vec::new();
    for (seed, maker) in MAKERS.iter().enumerate() {
        for dirt in DIRT {
            columns.push(column(*maker, dirt, seed as u64));
        }
    }
    columns
}

fn column((name, kind, formats, patterns, make): Maker, dirt: Dirt, seed: u64) -> Column {
    let mut rng = StdRng::seed_from_u64(seed * 100 + u64::from(dirt.percent));
    // Exactly so many in a hundred, spread evenly.
    let is_dirt = |at: usize| (at as u32 * dirt.percent) % 100 + dirt.percent > 99;
    let mut value = |at: usize| if is_dirt(at) { pick(&mut rng, dirt.with) } else { make(&mut rng) };
    Column {
        name: format!("{name}{}", dirt.suffix),
        source: "generated",
        kind: kind.to_owned(),
        formats: formats.split(" | ").filter(|format| !format.is_empty()).map(str::to_owned).collect(),
        ambiguous: false,
        patterns: fixtures::patterns(patterns),
        values: (0..VALUES).map(&mut value).collect(),
    }
}

fn pick(rng: &mut StdRng, from: &[&str]) -> String {
    from.choose(rng).map_or_else(String::new, |value| (*value).to_owned())
}

fn letters(rng: &mut StdRng, length: usize) -> String {
    (0..length).map(|_| char::from(b"ABCDEFXYZabcdefxyz0123456789"[rng.random_range(0..28)])).collect()
}

fn two_places(rng: &mut StdRng) -> String {
    let cents = rng.random_range(-100_000_i64..5_000_000);
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn grouped(rng: &mut StdRng, group: char, point: char) -> String {
    // Amounts are as often of one size as of another.
    let digits = rng.random_range(1..=6);
    let whole = rng.random_range(0..10_i64.pow(digits));
    let cents = rng.random_range(0..100);
    match (whole / 1_000, whole % 1_000) {
        (0, low) => format!("{low}{point}{cents:02}"),
        (high, low) => format!("{high}{group}{low:03}{point}{cents:02}"),
    }
}

fn ymd(rng: &mut StdRng) -> (i32, u8, u8) {
    let (year, month, day): (i32, time::Month, u8) =
        (date!(2019 - 01 - 01) + Duration::days(rng.random_range(0..2_900))).to_calendar_date();
    (year, month.into(), day)
}

fn month(month: u8) -> &'static str {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        [usize::from(month) - 1]
}

fn telephone(rng: &mut StdRng) -> String {
    let (a, b, c) = (rng.random_range(201..990), rng.random_range(201..990), rng.random_range(0..10_000));
    match rng.random_range(0..5) {
        0 => format!("({a}) {b}-{c:04}"),
        1 => format!("{a}-{b}-{c:04}"),
        2 => format!("+1{a}{b}{c:04}"),
        3 => format!("{a}.{b}.{c:04}"),
        _ => format!("{a}{b}{c:04}"),
    }
}
