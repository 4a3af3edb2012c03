//! The fields that make `customer` wider than a SuiteQL select list may be: a hundred and ten of the account's
//! own, ten for each line of business.

use super::Kind;
use super::column::{Column, custom};

macro_rules! per_line {
    ($($line:literal),+) => {
        [$(
            custom(concat!("custentity_", $line, "_tier"), concat!("Tier: ", $line), Kind::Text),
            custom(concat!("custentity_", $line, "_target"), concat!("Target: ", $line), Kind::Integer),
            custom(concat!("custentity_", $line, "_share"), concat!("Share: ", $line), Kind::Decimal),
            custom(concat!("custentity_", $line, "_approved"), concat!("Approved: ", $line), Kind::Flag),
            custom(concat!("custentity_", $line, "_since"), concat!("Since: ", $line), Kind::Date),
            custom(concat!("custentity_", $line, "_synced"), concat!("Synchronised: ", $line), Kind::DateTime),
            custom(concat!("custentity_", $line, "_notes"), concat!("Notes: ", $line), Kind::Text),
            custom(concat!("custentity_", $line, "_ranking"), concat!("Ranking: ", $line), Kind::Integer),
            custom(concat!("custentity_", $line, "_rebate"), concat!("Rebate: ", $line), Kind::Decimal),
            custom(concat!("custentity_", $line, "_depot"), concat!("Depot: ", $line), Kind::Integer)
                .to("location"),
        )+]
    };
}

/// Fields of each line of business.
pub const FIELDS_PER_LINE: usize = 10;
/// Lines of business.
pub const LINES: usize = 11;

pub const BY_LINE: [Column; LINES * FIELDS_PER_LINE] = per_line!(
    "bearings", "bolts", "cables", "filters", "gears", "hoses", "motors", "pumps", "seals", "sensors",
    "valves"
);

/// Both lists as one, since a table's columns are one.
pub const fn join<const A: usize, const B: usize, const ALL: usize>(
    first: [Column; A],
    second: [Column; B],
) -> [Column; ALL] {
    assert!(A + B == ALL, "the lists do not add up");
    let mut all = [first[0]; ALL];
    let mut index = 0;
    while index < ALL {
        all[index] = if index < A { first[index] } else { second[index - A] };
        index += 1;
    }
    all
}
