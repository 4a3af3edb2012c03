//! Dates and instants, typed or read from texts: earliest and latest, granularity, gaps, zones, weekdays,
//! hours, values in the future. All exact; gaps say the days per period that they were looked for in.
//!
//! Granularity, weekdays, hours and gaps go by the clock that wrote the value; earliest, latest and future
//! by the instant it means, which without a zone is taken as UTC.

mod days;
mod zones;

use forebay_model::profile::{ColumnProfile, Granularity, TimeStatistics};
use forebay_model::{Instant, Value};
use forebay_stored::{Reader, StateError, Writer};

use self::days::Days;
use self::zones::ZoneCounts;
use super::Statistic;
use crate::seen::{Moment, Seen};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// What `inferred_type` calls the types whose values are points in time.
const TIME_TYPES: [&str; 3] = ["date", "timestamp", "timestamp_tz"];

/// Finest last, as in [`Granularity`]: places are part of stored states.
const GRANULARITIES: [Granularity; 8] = [
    Granularity::Year,
    Granularity::Month,
    Granularity::Day,
    Granularity::Hour,
    Granularity::Minute,
    Granularity::Second,
    Granularity::Millisecond,
    Granularity::Microsecond,
];

#[derive(Debug, Clone, Default)]
pub(crate) struct Times {
    /// The moment at which values are observed, where somebody said so. Not stored.
    as_of: Option<i64>,
    counts: Counts,
    /// Microseconds since 1970, UTC.
    earliest: i64,
    latest: i64,
    granularity: Granularity,
    zones: ZoneCounts,
    weekdays: [u64; 7],
    hours: [u64; 24],
    days: Days,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Counts {
    all: u64,
    /// Values of a type that is a point in time; the others are texts.
    typed: u64,
    /// Without a time of day.
    dates: u64,
    /// Observed where the present moment was known.
    judged: u64,
    future: u64,
}

impl Times {
    pub fn set_as_of(&mut self, at: Instant) {
        self.as_of = Some(at.micros());
    }

    pub fn as_of(&self) -> Option<i64> {
        self.as_of
    }

    #[inline]
    fn add(&mut self, moment: Moment, weight: u64, typed: bool) {
        let micros = moment.micros();
        if self.counts.all == 0 {
            (self.earliest, self.latest) = (micros, micros);
        } else {
            self.earliest = self.earliest.min(micros);
            self.latest = self.latest.max(micros);
        }
        raise(&mut self.counts.all, weight);
        raise(&mut self.counts.typed, weight * u64::from(typed));
        raise(&mut self.counts.dates, weight * u64::from(moment.date_only));
        if let Some(now) = self.as_of {
            raise(&mut self.counts.judged, weight);
            raise(&mut self.counts.future, weight * u64::from(micros > now));
        }
        let day = moment.written_micros.div_euclid(MICROS_PER_DAY);
        let within = moment.written_micros.rem_euclid(MICROS_PER_DAY);
        // 1970 began on a Thursday.
        raise(&mut self.weekdays[(day + 3).rem_euclid(7) as usize], weight);
        if !moment.date_only {
            raise(&mut self.hours[(within / MICROS_PER_HOUR) as usize], weight);
        }
        self.refine(day, within);
        self.zones.add(moment.zone, weight);
        self.days.add(day);
    }

    /// Makes the granularity as fine as a value needs.
    #[inline]
    fn refine(&mut self, day: i64, within: i64) {
        if within == 0 {
            if self.granularity < Granularity::Day {
                self.granularity = self.granularity.max(days::granularity(day));
            }
        } else if self.granularity < Granularity::Microsecond {
            self.granularity = self.granularity.max(clock_granularity(within));
        }
    }
}

fn clock_granularity(within: i64) -> Granularity {
    let units = [
        (MICROS_PER_HOUR, Granularity::Hour),
        (60 * MICROS_PER_SECOND, Granularity::Minute),
        (MICROS_PER_SECOND, Granularity::Second),
        (1_000, Granularity::Millisecond),
    ];
    let fits = units.into_iter().find(|(unit, _)| within % unit == 0);
    fits.map_or(Granularity::Microsecond, |(_, granularity)| granularity)
}

#[inline]
fn raise(count: &mut u64, by: u64) {
    *count = count.saturating_add(by);
}

impl Statistic for Times {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        if let Some(moment) = seen.moment {
            let typed = matches!(seen.value, Value::Date(_) | Value::Timestamp(_));
            self.add(moment, seen.weight, typed);
        }
    }

    fn merge(&mut self, other: &Self) {
        if other.counts.all == 0 {
            return;
        }
        if self.counts.all == 0 {
            *self = Self { as_of: self.as_of, ..other.clone() };
            return;
        }
        let (ours, theirs) = (&mut self.counts, other.counts);
        raise(&mut ours.all, theirs.all);
        raise(&mut ours.typed, theirs.typed);
        raise(&mut ours.dates, theirs.dates);
        raise(&mut ours.judged, theirs.judged);
        raise(&mut ours.future, theirs.future);
        self.earliest = self.earliest.min(other.earliest);
        self.latest = self.latest.max(other.latest);
        self.granularity = self.granularity.max(other.granularity);
        self.zones.merge(&other.zones);
        self.weekdays.iter_mut().zip(other.weekdays).for_each(|(ours, theirs)| raise(ours, theirs));
        self.hours.iter_mut().zip(other.hours).for_each(|(ours, theirs)| raise(ours, theirs));
        self.days.merge(&other.days);
    }

    fn is_default(&self) -> bool {
        self.counts.all == 0
    }

    fn write(&self, to: &mut Writer) {
        let Counts { all, typed, dates, judged, future } = self.counts;
        [all, typed, dates, judged, future].iter().for_each(|count| to.u64(*count));
        to.i64(self.earliest);
        to.i64(self.latest);
        to.u8(self.granularity as u8);
        self.weekdays.iter().chain(&self.hours).for_each(|count| to.u64(*count));
        self.zones.write(to);
        self.days.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let counts = Counts {
            all: from.u64()?,
            typed: from.u64()?,
            dates: from.u64()?,
            judged: from.u64()?,
            future: from.u64()?,
        };
        let (earliest, latest) = (from.i64()?, from.i64()?);
        let granularity = GRANULARITIES.get(usize::from(from.u8()?)).copied().ok_or(from.damaged())?;
        let most = counts.typed.max(counts.dates).max(counts.judged);
        if counts.all == 0 || most > counts.all || counts.future > counts.judged || earliest > latest {
            return Err(from.damaged());
        }
        let (mut weekdays, mut hours) = ([0; 7], [0; 24]);
        for count in weekdays.iter_mut().chain(&mut hours) {
            *count = from.u64()?;
        }
        let (zones, days) = (ZoneCounts::read(from)?, Days::read(from)?);
        Ok(Self { as_of: None, counts, earliest, latest, granularity, zones, weekdays, hours, days })
    }

    /// After `types`: texts that read as times by chance are no times of their column.
    fn finish(&self, profile: &mut ColumnProfile) {
        let is_time = TIME_TYPES.contains(&profile.inferred_type.name.as_str());
        if self.counts.all == 0 || (self.counts.typed == 0 && !is_time) {
            return;
        }
        profile.times = Some(TimeStatistics {
            count: self.counts.all,
            earliest: self.shown(self.earliest),
            latest: self.shown(self.latest),
            granularity: self.granularity,
            gaps: self.days.gaps(),
            future: (self.counts.judged > 0).then_some(self.counts.future),
            zones: self.zones.shown(),
            weekdays: self.weekdays,
            hours: self.hours,
        });
    }
}

impl Times {
    /// A date where the column holds dates only.
    fn shown(&self, micros: i64) -> String {
        if self.counts.dates == self.counts.all {
            days::text(micros.div_euclid(MICROS_PER_DAY))
        } else {
            Instant::from_micros(micros).to_string()
        }
    }
}
