//! What hour of day and day of week explain, learned only where they predict points they have not seen.

use forebay_model::Instant;

use crate::robust::{MAD_TO_SD, median, trimmed_mean};

/// Seasons must lower the mean absolute error of points left out to this share, or they are not believed.
const BELIEVED: f64 = 0.97;
/// The largest errors, anomalies among them, have no say in that.
const TRIMMED: f64 = 0.03;
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

    fn hour_of_workday_or_weekend(self) -> usize {
        usize::from(self.hour) + if self.weekday >= 5 { 24 } else { 0 }
    }
}

/// Deviations from the level by cell, and how many points each cell was learned from.
#[derive(Debug, Clone, Default)]
struct Cells {
    effect: Vec<f64>,
    points: Vec<u32>,
}

impl Cells {
    fn of(&self, cell: usize) -> f64 {
        self.effect.get(cell).copied().unwrap_or(0.0)
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
            let level = block_levels(slots, values, 7, scratch);
            let cell = |slot: Slot| usize::from(slot.weekday);
            season.weekdays = learn_cells(slots, values, &level, (7, &cell), scratch).map(|(cells, _)| cells);
            if let Some(cells) = &season.weekdays {
                take_out(slots, values, &level, cells, &cell);
            }
        }
        season
    }

    fn learn_hours(&mut self, slots: &[Slot], values: &mut [f64], days: i64, scratch: &mut Vec<f64>) {
        let level = block_levels(slots, values, 1, scratch);
        let plain = |slot: Slot| usize::from(slot.hour);
        let split = |slot: Slot| slot.hour_of_workday_or_weekend();
        let one = learn_cells(slots, values, &level, (24, &plain), scratch);
        let two = if days >= 21 { learn_cells(slots, values, &level, (48, &split), scratch) } else { None };
        let best = one.as_ref().map_or(f64::INFINITY, |(_, error)| *error);
        match (one, two) {
            (_, Some((cells, error))) if error < best * BELIEVED => {
                take_out(slots, values, &level, &cells, &split);
                self.weekend_hours = true;
                self.hours = Some(cells);
            }
            (Some((cells, _)), _) => {
                take_out(slots, values, &level, &cells, &plain);
                self.hours = Some(cells);
            }
            _ => {}
        }
    }

    /// What a point at this hour and weekday has on top of the level.
    pub fn effect(&self, slot: Slot) -> f64 {
        let hour = if self.weekend_hours { slot.hour_of_workday_or_weekend() } else { slot.hour.into() };
        self.hours.as_ref().map_or(0.0, |cells| cells.of(hour))
            + self.weekdays.as_ref().map_or(0.0, |cells| cells.of(slot.weekday.into()))
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

/// The median of each block of `days` days, counted back from the last point; a block with few points has
/// its later neighbour's, because half a week says little about a week's middle.
fn block_levels(slots: &[Slot], values: &[f64], days: i64, scratch: &mut Vec<f64>) -> Vec<f64> {
    let last = slots.last().map_or(0, |s| s.day);
    let block = |slot: &Slot| (last - slot.day) / days;
    let mut levels = vec![0.0; values.len()];
    let blocks = slots.chunk_by(|a, b| block(a) == block(b)).count().max(1);
    let enough = (values.len() / blocks).div_ceil(2);
    let mut later = None;
    let mut end = values.len();
    while end > 0 {
        let mut start = end - 1;
        while start > 0 && block(&slots[start - 1]) == block(&slots[end - 1]) {
            start -= 1;
        }
        let level = match later {
            Some(level) if end - start < enough => level,
            _ => {
                scratch.clear();
                scratch.extend(&values[start..end]);
                median(scratch)
            }
        };
        later = Some(level);
        levels[start..end].fill(level);
        end = start;
    }
    levels
}

type CellOf<'a> = &'a dyn Fn(Slot) -> usize;

/// A one-step Huber mean per cell, and the error of points left out of it; `None` where that is no better
/// than knowing no season.
fn learn_cells(
    slots: &[Slot],
    values: &[f64],
    level: &[f64],
    (count, cell_of): (usize, CellOf<'_>),
    scratch: &mut Vec<f64>,
) -> Option<(Cells, f64)> {
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); count];
    for ((slot, value), level) in slots.iter().zip(values).zip(level) {
        members[cell_of(*slot)].push(value - level);
    }
    scratch.clear();
    scratch.extend(values.iter().zip(level).map(|(v, l)| (v - l).abs()));
    let without = trimmed_mean(scratch, TRIMMED);
    if without == 0.0 {
        return None;
    }
    let (middles, width) = middles(&mut members, scratch);
    let mut cells = Cells { effect: vec![0.0; count], points: vec![0; count] };
    scratch.clear();
    for (cell, values) in members.iter().enumerate() {
        cells.points[cell] = values.len() as u32;
        if values.len() < 2 {
            scratch.extend(values.iter().map(|v| v.abs()));
            continue;
        }
        let n = values.len() as f64;
        let clipped = |v: f64| (v - middles[cell]).clamp(-width, width);
        let effect = middles[cell] + values.iter().map(|v| clipped(*v)).sum::<f64>() / n;
        cells.effect[cell] = effect;
        let left_out = |v: f64| (n * effect - middles[cell] - clipped(v)) / (n - 1.0);
        scratch.extend(values.iter().map(|v| (v - left_out(*v)).abs()));
    }
    let error = trimmed_mean(scratch, TRIMMED);
    (error < without * BELIEVED).then_some((cells, error))
}

/// The median of each cell, and how far from it a point has its full say.
fn middles(members: &mut [Vec<f64>], scratch: &mut Vec<f64>) -> (Vec<f64>, f64) {
    let middles: Vec<f64> = members.iter_mut().map(|values| median(values)).collect();
    scratch.clear();
    for (values, middle) in members.iter().zip(&middles) {
        scratch.extend(values.iter().map(|v| (v - middle).abs()));
    }
    let width = 1.5 * MAD_TO_SD * median(scratch);
    (middles, width)
}

/// Subtracts each point's season as the other points of its cell tell it.
fn take_out(slots: &[Slot], values: &mut [f64], level: &[f64], cells: &Cells, cell_of: CellOf<'_>) {
    for ((slot, value), level) in slots.iter().zip(values).zip(level) {
        let cell = cell_of(*slot);
        let n = f64::from(cells.points[cell]);
        let effect = cells.effect[cell];
        let inflated = if n < 2.0 { 1.0 } else { n / (n - 1.0) };
        *value = level + (*value - level - effect) * inflated;
    }
}
