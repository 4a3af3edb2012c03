//! What hour of day and day of week explain, learned only where they predict points they have not seen.

use forebay_model::Instant;

use crate::robust::{MAD_TO_SD, clipped_mean, median, sample, sample_of};

/// Seasons must lower the mean absolute error of points left out to this share, or they are not believed.
const BELIEVED: f64 = 0.97;
/// The largest errors, anomalies among them, have no more say in that than those below them.
const CLIPPED: f64 = 0.03;
/// So many points of a cell or block tell its median, where it has more.
const MEMBERS: usize = 63;
const DAY_SECONDS: i64 = 86_400;

/// Local day, hour and weekday (Monday 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub day: i64,
    pub hour: u8,
    pub weekday: u8,
}

impl Slot {
    pub fn of(at: Instant, zone_offset_seconds: i32) -> Self {
        let seconds = at.micros().div_euclid(1_000_000) + i64::from(zone_offset_seconds);
        let day = seconds.div_euclid(DAY_SECONDS);
        Self {
            day,
            hour: (seconds.rem_euclid(DAY_SECONDS) / 3600) as u8,
            // 1970-01-01 was a Thursday.
            weekday: (day + 3).rem_euclid(7) as u8,
        }
    }

    fn hour_of_workday_or_weekend(self) -> u8 {
        self.hour + if self.weekday >= 5 { 24 } else { 0 }
    }
}

/// Deviations from the level by cell, and how many points each cell was learned from.
#[derive(Debug, Clone, Default)]
struct Cells {
    effect: Vec<f64>,
    points: Vec<u32>,
}

impl Cells {
    fn of(&self, cell: u8) -> f64 {
        self.effect.get(usize::from(cell)).copied().unwrap_or(0.0)
    }
}

/// The seasons of a series, on its stabilised scale.
#[derive(Debug, Clone, Default)]
pub struct Season {
    hours: Option<Cells>,
    /// The hours of Saturday and Sunday are cells of their own.
    weekend_hours: bool,
    weekdays: Option<Cells>,
}

impl Season {
    /// Learns from `values` and leaves in them what the seasons do not explain, each point's own part in
    /// its cell taken out.
    pub fn learn(slots: &[Slot], values: &mut [f64], scratch: &mut Vec<f64>) -> Self {
        let mut season = Self::default();
        let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return season };
        let days = last.day - first.day + 1;
        let several_a_day = values.len() as f64 / (distinct_days(slots) as f64) >= 2.5;
        if several_a_day && days >= 3 {
            season.learn_hours(slots, values, days, scratch);
        }
        if days >= 14 {
            let around = Around::blocks(slots, values, 7, scratch);
            let cells: Vec<u8> = slots.iter().map(|slot| slot.weekday).collect();
            season.weekdays = learn_cells(&cells, 7, &around, scratch).map(|(cells, _)| cells);
            if let Some(weekdays) = &season.weekdays {
                take_out(&cells, values, &around, weekdays);
            }
        }
        season
    }

    fn learn_hours(&mut self, slots: &[Slot], values: &mut [f64], days: i64, scratch: &mut Vec<f64>) {
        let around = Around::blocks(slots, values, 1, scratch);
        let plain: Vec<u8> = slots.iter().map(|slot| slot.hour).collect();
        let one = learn_cells(&plain, 24, &around, scratch);
        let best = one.as_ref().map_or(f64::INFINITY, |(_, error)| *error);
        if days >= 21 {
            let split: Vec<u8> = slots.iter().map(|slot| slot.hour_of_workday_or_weekend()).collect();
            let two = learn_cells(&split, 48, &around, scratch).filter(|(_, error)| *error < best * BELIEVED);
            if let Some((cells, _)) = two {
                take_out(&split, values, &around, &cells);
                self.weekend_hours = true;
                self.hours = Some(cells);
                return;
            }
        }
        if let Some((cells, _)) = one {
            take_out(&plain, values, &around, &cells);
            self.hours = Some(cells);
        }
    }

    /// What a point at this hour and weekday has on top of the level.
    pub fn effect(&self, slot: Slot) -> f64 {
        let hour = if self.weekend_hours { slot.hour_of_workday_or_weekend() } else { slot.hour };
        self.hours.as_ref().map_or(0.0, |cells| cells.of(hour))
            + self.weekdays.as_ref().map_or(0.0, |cells| cells.of(slot.weekday))
    }

    pub fn has_hours(&self) -> bool {
        self.hours.is_some()
    }

    pub fn has_weekdays(&self) -> bool {
        self.weekdays.is_some()
    }
}

fn distinct_days(slots: &[Slot]) -> usize {
    1 + slots.windows(2).filter(|pair| pair[0].day != pair[1].day).count()
}

/// A series around the level of its days or weeks.
struct Around {
    level: Vec<f64>,
    deviations: Vec<f64>,
    /// How far off the level the points are where no season is known.
    error: f64,
}

impl Around {
    fn blocks(slots: &[Slot], values: &[f64], days: i64, scratch: &mut Vec<f64>) -> Self {
        let level = block_levels(slots, values, days, scratch);
        let deviations: Vec<f64> = values.iter().zip(&level).map(|(value, level)| value - level).collect();
        let sizes: Vec<f64> = deviations.iter().map(|deviation| deviation.abs()).collect();
        let error = clipped_mean(&sizes, CLIPPED, scratch);
        Self { level, deviations, error }
    }
}

/// The median of each block of `days` days, counted back from the last point; a block with few points has
/// its later neighbour's, because half a week says little about a week's middle.
fn block_levels(slots: &[Slot], values: &[f64], days: i64, scratch: &mut Vec<f64>) -> Vec<f64> {
    let last = slots.last().map_or(0, |s| s.day);
    let mut ends = Vec::new();
    let mut block = 0;
    for (place, slot) in slots.iter().enumerate().rev() {
        if ends.is_empty() || last - slot.day >= (block + 1) * days {
            block = (last - slot.day) / days;
            ends.push(place + 1);
        }
    }
    let enough = (values.len() / ends.len().max(1)).div_ceil(2);
    let mut levels = vec![0.0; values.len()];
    let mut later = None;
    for (index, end) in ends.iter().enumerate() {
        let start = ends.get(index + 1).copied().unwrap_or(0);
        let block = &values[start..*end];
        let level = later.filter(|_| block.len() < enough).unwrap_or_else(|| {
            sample_of(block.len(), MEMBERS, scratch, |index| block[index]);
            median(scratch)
        });
        later = Some(level);
        levels[start..*end].fill(level);
    }
    levels
}

/// The members of each of `count` cells, in the order of the cells, and where each cell ends.
fn grouped(cells: &[u8], count: usize, values: &[f64]) -> (Vec<f64>, Vec<usize>) {
    let mut ends = vec![0usize; count];
    for cell in cells {
        ends[usize::from(*cell)] += 1;
    }
    let mut next = Vec::with_capacity(count);
    let mut sum = 0;
    for end in &mut ends {
        next.push(sum);
        sum += *end;
        *end = sum;
    }
    let mut members = vec![0.0; values.len()];
    for (cell, value) in cells.iter().zip(values) {
        let place = &mut next[usize::from(*cell)];
        members[*place] = *value;
        *place += 1;
    }
    (members, ends)
}

/// A one-step Huber mean per cell, and the error of points left out of it; `None` where that is no better
/// than knowing no season.
fn learn_cells(cells: &[u8], count: usize, around: &Around, scratch: &mut Vec<f64>) -> Option<(Cells, f64)> {
    if around.error == 0.0 {
        return None;
    }
    let (mut members, ends) = grouped(cells, count, &around.deviations);
    let mut learned = Cells { effect: vec![0.0; count], points: vec![0; count] };
    let mut start = 0;
    for (cell, end) in ends.iter().enumerate() {
        let values = &mut members[start..*end];
        sample_of(values.len(), MEMBERS, scratch, |index| values[index]);
        // The middle for now; a cell of one point keeps it as it is, since others do not tell it.
        learned.effect[cell] = if values.len() < 2 { 0.0 } else { median(scratch) };
        learned.points[cell] = values.len() as u32;
        values.iter_mut().for_each(|value| *value -= learned.effect[cell]);
        start = *end;
    }
    sample(members.len(), scratch, |index| members[index].abs());
    let width = 1.5 * MAD_TO_SD * median(scratch);
    let mut start = 0;
    for (cell, end) in ends.iter().enumerate() {
        let values = &mut members[start..*end];
        start = *end;
        if values.len() < 2 {
            continue;
        }
        let n = values.len() as f64;
        let sum: f64 = values.iter().map(|value| value.clamp(-width, width)).sum();
        learned.effect[cell] += sum / n;
        for value in values {
            *value -= (sum - value.clamp(-width, width)) / (n - 1.0);
        }
    }
    members.iter_mut().for_each(|value| *value = value.abs());
    let error = clipped_mean(&members, CLIPPED, scratch);
    (error < around.error * BELIEVED).then_some((learned, error))
}

/// Subtracts each point's season as the other points of its cell tell it.
fn take_out(cells: &[u8], values: &mut [f64], around: &Around, learned: &Cells) {
    let inflated: Vec<f64> =
        learned.points.iter().map(|n| if *n < 2 { 1.0 } else { f64::from(*n) / f64::from(*n - 1) }).collect();
    let known = cells.iter().zip(&around.level).zip(&around.deviations);
    for (value, ((cell, level), deviation)) in values.iter_mut().zip(known) {
        let cell = usize::from(*cell);
        *value = level + (deviation - learned.effect[cell]) * inflated[cell];
    }
}
