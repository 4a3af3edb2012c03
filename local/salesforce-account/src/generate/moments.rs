//! When rows were created and changed: spread over years, with the awkward cases real orgs have.

use forebay_simulation::Mix;

use crate::instant::DAY;

/// 2021-01-04T00:00:00Z.
const FIRST: i64 = 1_609_718_400_000;
/// The second of a bulk import that made half of all contacts, leads and accounts: 2026-02-14T03:00:00Z.
pub const IMPORT: i64 = 1_771_038_000_000;
/// No generated row is younger: 2026-06-30T22:00:00Z.
const LATEST: i64 = 1_782_856_800_000;

/// A row's instants, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    pub created: i64,
    pub modified: i64,
    /// SystemModstamp, which automated processes move as well.
    pub stamp: i64,
}

/// The instants of the row with this number among so many. Ids and creation sort alike.
pub fn of(mix: Mix, object: &str, number: i64, count: i64) -> Moments {
    let imported = matches!(object, "Contact" | "Lead" | "Account");
    let (from, to) = (count * 2 / 5, count * 9 / 10);
    if imported && (from..to).contains(&number) {
        return Moments { created: IMPORT, modified: IMPORT, stamp: IMPORT };
    }
    let created = if number < from || !imported {
        let rows = if imported { from } else { count };
        between(FIRST, if imported { IMPORT } else { LATEST - 30 * DAY }, number, rows)
    } else {
        between(IMPORT, LATEST, number - to, count - to + 1)
    };
    let moved = match mix.below("modified", number, 10) {
        0..3 => created,
        _ => created + mix.below("modified by", number, 400 * 86_400) * 1_000,
    };
    let modified = moved.clamp(created, LATEST);
    let stamp = match mix.below("stamp", number, 10) {
        0 => (modified + mix.below("stamp by", number, 90 * 86_400) * 1_000).clamp(modified, LATEST),
        _ => modified,
    };
    Moments { created, modified, stamp }
}

fn between(from: i64, to: i64, number: i64, rows: i64) -> i64 {
    let seconds = (to - from) / 1_000;
    from + seconds / rows.max(1) * number.min(rows) * 1_000
}
