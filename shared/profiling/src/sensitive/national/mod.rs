//! National identification numbers: of digits alone, and with letters in them.

mod digits;
mod letters;

pub(super) use digits::inspect as inspect_digits;
pub(super) use letters::inspect as inspect_letters;

/// Day and month of some year; a month has at most 31 days here, which is all that checksums leave to ask.
fn is_day(day: u64, month: u64) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}
