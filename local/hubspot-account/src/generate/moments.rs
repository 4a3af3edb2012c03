//! When records were created and changed: spread over years, with the awkward cases real portals have.

use super::World;
use crate::moment::DAY;

/// 2019-01-01T00:00:00Z.
const FIRST: i64 = 1_546_300_800_000;
/// The youngest generated change: 2025-12-30T00:00:00Z.
pub const LATEST: i64 = 1_767_052_800_000;
/// An import that made seven in ten contacts within one millisecond: 2025-06-30T09:00:00.417Z.
pub const IMPORT: i64 = 1_751_274_000_417;
/// A workflow that touched a tenth of the other records in one millisecond: 2025-03-09T02:30:00Z, without a fraction.
const WORKFLOW: i64 = 1_741_487_400_000;

/// When a record was created and changed last.
pub fn moments(world: &World, object: &str, key: i64) -> (i64, i64) {
    if object == "contacts" && world.mix.percent("contacts.imported", key, 70) {
        return (IMPORT, IMPORT);
    }
    let spread =
        |purpose: &str, key: i64, bound: i64| world.mix.below(&format!("{object}.{purpose}"), key, bound);
    let created = whole(FIRST + spread("created", key, LATEST - FIRST), spread("created.whole", key, 10));
    let candidate = match spread("modified.kind", key, 100) {
        0..10 => WORKFLOW,
        // Never touched since.
        10..25 => created,
        // Two changes one millisecond apart, at the border of a window.
        25..28 => WORKFLOW + 1 + spread("modified.border", key, 2),
        _ => whole(created + spread("modified", key, 400 * DAY), spread("modified.whole", key, 10)),
    };
    let modified = if candidate < created { created } else { candidate };
    (created.min(LATEST), modified.min(LATEST))
}

/// One in ten has no milliseconds, and is written without a fraction.
fn whole(ms: i64, pick: i64) -> i64 {
    if pick == 0 { ms.div_euclid(1_000) * 1_000 } else { ms }
}

/// Some instant in the portal's years.
pub fn some_instant(world: &World, purpose: &str, key: i64) -> i64 {
    let ms = FIRST + world.mix.below(purpose, key, LATEST - FIRST);
    whole(ms, world.mix.below(purpose, !key, 4))
}
