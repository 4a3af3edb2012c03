//! Series as a connector's runs give them, with anomalies whose place is known.

use forebay_anomalies::detect::{Domain, Marks, Settings};
use forebay_model::anomaly::{Metric, Point, SeriesKey};
use forebay_model::{Instant, SourceId, StreamName};

use crate::drawn::{self, Off, Records};
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Daily records, weekly season, noise in proportion.
    Weekly,
    /// Daily records that fall to nearly nothing at weekends.
    Office,
    /// Hourly records, daily and weekly season.
    Hourly,
    /// Daily records that grow.
    Trend,
    /// Daily means that wander slowly.
    Wander,
    /// Daily records with holidays that are marked.
    Holidays,
    /// Daily means with heavy-tailed noise.
    HeavyTails,
    /// Daily counts of zero to five.
    FewRecords,
    /// Runs every one to four days, and gaps of weeks.
    Sparse,
    /// Daily null shares.
    NullShare,
    /// Daily records whose noise is heavy-tailed on top of being in proportion: no labelled series is so.
    HeavyCounts,
    /// Daily shares of what is common, such as zeros, of tens to thousands of records.
    Portions,
    /// Daily shares of what is rare, such as outliers and blank texts, of tens to thousands of records.
    RareShares,
    /// Daily sums of amounts above zero, of dozens to hundreds of records, weekly season.
    Totals,
    /// Daily sums of debits and credits.
    Balances,
}

/// Families that no labelled series of the ten is of.
pub const OTHERS: [Family; 5] =
    [Family::HeavyCounts, Family::Portions, Family::RareShares, Family::Totals, Family::Balances];
/// Those among them that have labelled series of their own.
pub const DRAWN: [Family; 4] = [Family::Portions, Family::RareShares, Family::Totals, Family::Balances];

pub const FAMILIES: [Family; 10] = [
    Family::Weekly,
    Family::Office,
    Family::Hourly,
    Family::Trend,
    Family::Wander,
    Family::Holidays,
    Family::HeavyTails,
    Family::FewRecords,
    Family::Sparse,
    Family::NullShare,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Spike,
    DropToZero,
    Drift,
    Shift,
    Variance,
    Stuck,
}

pub const KINDS: [Kind; 6] =
    [Kind::Spike, Kind::DropToZero, Kind::Drift, Kind::Shift, Kind::Variance, Kind::Stuck];

pub struct Series {
    pub family: Family,
    /// That of all its anomalies.
    pub kind: Option<Kind>,
    pub points: Vec<Point>,
    /// First and last point of each anomaly.
    pub anomalies: Vec<(usize, usize)>,
    pub marks: Marks,
    pub settings: Settings,
}

impl Series {
    /// Whether nobody is to be alarmed by the point at `index`.
    pub fn is_ignored(&self, index: usize) -> bool {
        let at = self.points[index].at;
        self.marks.ignored.iter().any(|(from, to)| (*from..=*to).contains(&at))
    }
}

/// Points that every method may learn from before it is asked.
pub const LEARNING: usize = 30;

/// What a value is before it is measured: a level on the scale where noise is even, and that noise.
struct Shape {
    base: f64,
    noise: f64,
    weekly: [f64; 7],
    daily: [f64; 24],
    growth: f64,
    /// What [`Records::part`] is, of families that draw records.
    part: f64,
}

impl Shape {
    fn draw(family: Family, random: &mut Random) -> Self {
        let mut weekly = [0.0; 7];
        let season = match family {
            Family::Weekly | Family::Hourly | Family::Holidays | Family::Trend | Family::Totals => {
                random.between(0.1, 0.5)
            }
            _ => 0.0,
        };
        weekly.iter_mut().for_each(|w| *w = season * random.between(-1.0, 1.0));
        if matches!(family, Family::Weekly | Family::Hourly) || family == Family::Office {
            let fall = if family == Family::Office { 3.5 } else { random.between(0.0, 1.2) };
            weekly[5] -= fall;
            weekly[6] -= fall;
        }
        let mut daily = [0.0; 24];
        if family == Family::Hourly {
            let height = random.between(0.4, 1.5);
            for (hour, effect) in daily.iter_mut().enumerate() {
                *effect = -height * ((hour as f64 - 3.0) / 24.0 * std::f64::consts::TAU).cos();
            }
        }
        let base = match family {
            Family::FewRecords => random.between(0.8, 4.0),
            Family::NullShare => random.between(0.02, 0.2),
            Family::Wander | Family::HeavyTails => random.between(-50.0, 500.0),
            Family::Portions | Family::RareShares => random.between(3.5, 8.5),
            Family::Totals | Family::Balances => random.between(2.5, 5.5),
            _ => random.between(5.0, 10.0),
        };
        let noise = match family {
            Family::NullShare => random.between(0.05, 0.2) * base,
            Family::Wander | Family::HeavyTails => random.between(1.0, 20.0),
            _ => random.between(0.03, 0.25),
        };
        let growth = if family == Family::Trend { random.between(-0.01, 0.02) } else { 0.0 };
        let part = match family {
            Family::Portions => random.between(0.05, 0.6),
            Family::RareShares => random.between(-9.0, -4.0).exp(),
            Family::Totals | Family::Balances => random.between(0.3, 1.3),
            _ => 0.0,
        };
        Self { base, noise, weekly, daily, growth, part }
    }
}

/// The days and hours at which runs came.
fn times(family: Family, length: usize, random: &mut Random) -> Vec<i64> {
    let start = 1_767_225_600 + (random.next() % 365) as i64 * 86_400;
    let mut at = start + 6 * 3600 * i64::from(family != Family::Hourly);
    let gap_at = (random.next() % length as u64) as usize;
    let mut times = Vec::with_capacity(length);
    while times.len() < length {
        let missed = match family {
            Family::Sparse => random.chance(0.3) || (times.len() == gap_at && random.chance(0.9)),
            _ => random.chance(0.03) || (times.len() == gap_at && random.chance(0.8)),
        };
        if !missed {
            times.push(at);
        }
        at += match family {
            Family::Hourly => 3600,
            Family::Sparse => 86_400 * (1 + (random.next() % 2) as i64),
            _ => 86_400,
        };
    }
    times
}

fn place(kind: Option<Kind>, family: Family, length: usize, random: &mut Random) -> Vec<(usize, usize)> {
    let Some(kind) = kind else { return Vec::new() };
    let first = if family == Family::Hourly { 24 * 14 } else { 50 };
    let count = 1 + usize::from(random.chance(0.75));
    let span = (length - first - 25) / count;
    let last = |kind| match kind {
        Kind::Spike | Kind::DropToZero => 0,
        Kind::Drift => 19,
        Kind::Shift => 5,
        Kind::Variance => 14,
        Kind::Stuck => 7,
    };
    let begin = |index: usize, random: &mut Random| {
        first + index * span + (random.next() % (span as u64 - 25).max(1)) as usize
    };
    (0..count).map(|index| begin(index, random)).map(|from| (from, from + last(kind))).collect()
}

/// Zero is no news where zeros are usual, and repeated values are none where values repeat.
fn fitting(kind: Kind, family: Family) -> Kind {
    use Family::*;
    match (kind, family) {
        (Kind::DropToZero, FewRecords | Wander | HeavyTails | NullShare | RareShares | Balances) => {
            Kind::Spike
        }
        (Kind::Stuck | Kind::Variance, FewRecords | RareShares | Portions | Totals | Balances) => Kind::Spike,
        (Kind::Stuck, Office) => Kind::Shift,
        _ => kind,
    }
}

pub fn generate(seed: u64, with_anomalies: bool) -> Series {
    generate_of(FAMILIES[(seed % 10) as usize], seed, with_anomalies)
}

pub fn generate_of(family: Family, seed: u64, with_anomalies: bool) -> Series {
    let mut random = Random::new(seed.wrapping_mul(2) + u64::from(with_anomalies));
    let wanted = KINDS.get((seed / 10 % 7) as usize).copied().filter(|_| with_anomalies);
    let kind = wanted.map(|kind| fitting(kind, family));
    let length = if family == Family::Hourly { 24 * 35 } else { 150 };
    let shape = Shape::draw(family, &mut random);
    let times = times(family, length, &mut random);
    let anomalies = place(kind, family, length, &mut random);
    let holidays = holidays(family, &times, &mut random);
    let values = values(family, kind, &shape, (&times, &anomalies, &holidays), &mut random);
    let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
    let day = |index: usize| (at(times[index]), at(times[index]));
    let points = times.iter().zip(values).map(|(t, value)| Point { at: at(*t), value }).collect();
    let marks = Marks { ignored: holidays.iter().map(|i| day(*i)).collect(), ..Marks::default() };
    let records = if DRAWN.contains(&family) { shape.base.exp() as u64 } else { 0 };
    let settings = settings(family).of_records(records);
    Series { family, kind, points, anomalies, marks, settings }
}

fn settings(family: Family) -> Settings {
    let of = |metric| {
        let (Ok(source), Ok(stream)) = (SourceId::new("crm"), StreamName::new("customer")) else {
            unreachable!("both are names")
        };
        Settings { series: None, ..Settings::for_series(&SeriesKey { source, stream, column: None, metric }) }
    };
    let domain = match family {
        Family::Portions => return of(Metric::ZeroShare),
        Family::RareShares => return of(Metric::OutlierShare),
        Family::Totals | Family::Balances => return of(Metric::Sum),
        Family::Wander | Family::HeavyTails => Domain::Any,
        Family::NullShare => Domain::Share,
        _ => Domain::Count,
    };
    Settings { domain, ..Settings::default() }
}

fn holidays(family: Family, times: &[i64], random: &mut Random) -> Vec<usize> {
    if family != Family::Holidays {
        return Vec::new();
    }
    (0..times.len()).filter(|_| random.chance(0.03)).collect()
}

type Places<'a> = (&'a [i64], &'a [(usize, usize)], &'a [usize]);

fn values(
    family: Family,
    kind: Option<Kind>,
    shape: &Shape,
    (times, anomalies, holidays): Places<'_>,
    random: &mut Random,
) -> Vec<f64> {
    let (mut wander, mut shifted, mut size) = (0.0, 0.0, 0.0);
    let mut values: Vec<f64> = Vec::with_capacity(times.len());
    for (index, at) in times.iter().enumerate() {
        let inside = anomalies.iter().find(|(from, to)| (*from..=*to).contains(&index));
        let begins = inside.is_some_and(|(from, _)| *from == index);
        if begins {
            size = amount(kind, random);
        }
        if family == Family::Wander {
            wander = 0.97 * wander + 0.15 * random.normal();
        }
        let heavy = matches!(family, Family::HeavyTails | Family::HeavyCounts);
        let mut noise = if heavy { random.heavy() } else { random.normal() };
        let mut off = shifted;
        match kind.filter(|_| inside.is_some()) {
            Some(Kind::Spike) => off += size,
            Some(Kind::Drift) => {
                off += size
                    * inside.map_or(0.0, |(from, to)| (index - from + 1) as f64 / (to - from + 1) as f64);
            }
            Some(Kind::Shift) if begins => {
                shifted += size;
                off = shifted;
            }
            Some(Kind::Variance) => noise *= size.abs(),
            _ => {}
        }
        let value = match kind.filter(|_| inside.is_some()) {
            Some(Kind::DropToZero) => 0.0,
            Some(Kind::Stuck) if !begins => values[index - 1],
            _ if holidays.contains(&index) => measured(family, shape, *at, (-2.0 / shape.noise, 0.0), random),
            _ => measured(family, shape, *at, (wander + noise, off), random),
        };
        values.push(value);
    }
    values
}

/// In standard deviations of the noise; of the variance change, its factor.
fn amount(kind: Option<Kind>, random: &mut Random) -> f64 {
    let size = match kind {
        Some(Kind::Variance) => return random.between(3.5, 6.0),
        Some(Kind::Spike) => random.between(6.0, 14.0),
        Some(Kind::Drift) => random.between(5.0, 9.0),
        _ => random.between(5.0, 10.0),
    };
    if random.chance(0.5) { -size } else { size }
}

/// The value that a run would report; noise and anomaly in standard deviations of the noise.
fn measured(
    family: Family,
    shape: &Shape,
    at: i64,
    (noise, anomaly): (f64, f64),
    random: &mut Random,
) -> f64 {
    let off = noise + anomaly;
    let day = at.div_euclid(86_400);
    let season = shape.weekly[(day + 3).rem_euclid(7) as usize]
        + shape.daily[(at.rem_euclid(86_400) / 3600) as usize]
        + shape.growth * (day - 20_454) as f64;
    let records =
        Records { expected: (shape.base + season).exp(), part: shape.part, noise: shape.noise / 2.0 };
    match family {
        Family::Portions => drawn::share(records, Off { noise, anomaly }, random),
        // Fewer of what is rare than usual is no news.
        Family::RareShares => drawn::share(records, Off { noise, anomaly: anomaly.abs() }, random),
        Family::Totals => drawn::sum(records, false, Off { noise, anomaly }, random),
        Family::Balances => drawn::sum(records, true, Off { noise, anomaly }, random),
        Family::Wander | Family::HeavyTails => shape.base + season + off * shape.noise,
        Family::NullShare => (shape.base + off * shape.noise).clamp(0.0, 1.0),
        // Fewer than none cannot be: anomalies are bursts.
        Family::FewRecords => random.poisson(shape.base + anomaly.abs() * shape.base.sqrt()),
        _ => random.poisson((shape.base + season + off * shape.noise).exp().min(1e12)),
    }
}
