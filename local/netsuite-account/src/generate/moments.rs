//! When rows were created and changed: spread over years, with the awkward cases real accounts have.

use crate::calendar::{DAY, Reading, civil_from_days, wall};
use crate::pacific::{daylight_ends, to_utc, to_wall};

use super::World;

/// The youngest generated change: 2025-12-30 in the account's zone.
const LATEST: i64 = 1_767_139_200;
/// A mass update that touched a seventh of everything in one second: 2025-06-30T09:00:00Z.
const MASS_UPDATE: i64 = 1_751_274_000;
/// TPC-H's dates run from 1992 to 1998; the account's from 2019 to 2025.
pub const SHIFT_DAYS: i64 = 9_862;

/// The UTC second at which a record with this business day was entered, in business hours.
pub fn created(world: &World, purpose: &str, key: i64, day_wall: i64) -> i64 {
    let second = world.mix.below(purpose, key, 9 * 3_600);
    to_utc(day_wall + 8 * 3_600 + second).min(world.now)
}

/// The UTC second of the last change of a record created at `created`.
///
/// A seventh shares one second; a fifth shares the second of a monthly job; some lie in the hour that the
/// account's clocks show twice.
pub fn modified(world: &World, purpose: &str, key: i64, created: i64) -> i64 {
    let pick = world.mix.below(purpose, key, 100);
    let spread = world.mix.number(purpose, key ^ 0x5bd1_e995);
    let candidate = match pick {
        0..14 => MASS_UPDATE,
        14..34 => monthly_job(created, spread),
        34..36 => repeated_hour(created, spread),
        _ => created + (spread % (400 * DAY.unsigned_abs())).cast_signed(),
    };
    let latest = LATEST.min(world.now);
    if candidate < created { created.min(latest) } else { candidate.min(latest) }
}

fn monthly_job(created: i64, spread: u64) -> i64 {
    let (year, month, _) = civil_from_days(to_wall(created).div_euclid(DAY));
    let index = year * 12 + month + (spread % 12).cast_signed();
    let first = Reading {
        year: index.div_euclid(12),
        month: index.rem_euclid(12) + 1,
        day: 1,
        hour: 2,
        minute: 0,
        second: 0,
    };
    to_utc(wall(first))
}

fn repeated_hour(created: i64, spread: u64) -> i64 {
    let (year, _, _) = civil_from_days(created.div_euclid(DAY));
    let ends = daylight_ends((year + (spread % 3).cast_signed()).min(2025));
    ends - 3_600 + (spread / 3 % 7_200).cast_signed()
}
