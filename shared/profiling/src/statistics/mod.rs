//! Every statistic, one file each: observe, merge, write and read, finish. The list is below.

mod counts;
mod digits;
mod distinct;
mod extremes;
mod families;
mod frequent;
mod gathering;
mod integers;
mod keys;
mod lengths;
mod moments;
mod quantiles;
mod sensitive;
mod signs;
mod sums;
mod texts;
mod times;
mod types;
mod unusual;

use forebay_model::profile::{ColumnProfile, NumberStatistics, TextStatistics};
use forebay_stored::{Reader, StateError, Writer};

use self::gathering::{Gathering, Numbers};
use crate::seen::Seen;

/// One statistic of one column. Its default is the state of no rows.
pub(crate) trait Statistic: Clone + Default {
    /// Takes in a value that is not null, seen `weight` times.
    fn observe(&mut self, _seen: &Seen<'_>) {}
    /// Takes in many numbers at once: what needs a number's value alone is cheaper so. Every `seen.number`
    /// comes here too, some time after [`Statistic::observe`] and before the state is settled.
    fn observe_numbers(&mut self, _numbers: &Numbers<'_>) {}
    /// Becomes the state of both. Both are settled.
    fn merge(&mut self, other: &Self);
    /// Empties buffers; called before merge, write and finish.
    fn settle(&mut self) {}
    /// Whether there is nothing to write.
    fn is_default(&self) -> bool;
    fn write(&self, to: &mut Writer);
    /// Refuses what `write` cannot have written.
    fn read(from: &mut Reader<'_>) -> Result<Self, StateError>;
    /// Fills in its fields of the profile.
    fn finish(&self, profile: &mut ColumnProfile);
}

/// Writes out the list: a struct with a field per statistic, and each step for all of them in order.
macro_rules! statistics {
    ($($section:literal $name:ident: $kind:ty),* $(,)?) => {
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Statistics {
            $(pub $name: $kind,)*
            gathering: Gathering,
        }

        impl Statistics {
            #[inline]
            pub fn observe(&mut self, seen: &Seen<'_>) {
                $(self.$name.observe(seen);)*
                if let Some(number) = seen.number
                    && self.gathering.add(number.value, seen.weight)
                {
                    self.observe_numbers();
                }
            }

            fn observe_numbers(&mut self) {
                let mut gathering = std::mem::take(&mut self.gathering);
                let numbers = gathering.sorted();
                $(self.$name.observe_numbers(&numbers);)*
                gathering.clear();
                self.gathering = gathering;
            }

            pub fn merge(&mut self, other: &Self) { $(self.$name.merge(&other.$name);)* }

            pub fn settle(&mut self) {
                self.observe_numbers();
                $(self.$name.settle();)*
            }

            pub fn write(&self, to: &mut Writer) { $(write_section(to, $section, &self.$name);)* }

            /// Statistics that an older version did not have stay empty.
            pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
                let mut all = Self::default();
                while !from.is_empty() {
                    let section = from.u8()?;
                    let length = from.length(usize::MAX)?;
                    let bytes = from.raw(length)?;
                    match section {
                        $($section => all.$name = read_section(bytes, stringify!($name), from.version())?,)*
                        _ => return Err(from.damaged()),
                    }
                }
                if all.counts.has_values() {
                    all.keys.expect_some();
                }
                Ok(all)
            }

            pub fn finish(&self, column: &str) -> ColumnProfile {
                let mut profile = blank(column);
                $(self.$name.finish(&mut profile);)*
                profile
            }
        }
    };
}

// The list, in the order in which figures are filled in: what reads the inferred type comes after `types`.
// A number names a statistic's section in stored states: never change or reuse one.
statistics! {
    1 counts: counts::Counts,
    2 types: types::Types,
    3 lengths: lengths::Lengths,
    4 extremes: extremes::Extremes,
    5 distinct: distinct::Distinct,
    6 frequent: frequent::Frequent,
    7 signs: signs::Signs,
    8 sums: sums::Sums,
    9 moments: moments::Moments,
    10 quantiles: quantiles::Quantiles,
    11 unusual: unusual::Unusual,
    12 integers: integers::Integers,
    13 digits: digits::Digits,
    14 families: families::Families,
    // After the others: they put together what those found.
    20 keys: keys::Keys,
    21 texts: texts::Texts,
    22 times: times::Times,
    40 sensitive: sensitive::Sensitive,
}

fn write_section(to: &mut Writer, section: u8, statistic: &impl Statistic) {
    if statistic.is_default() {
        return;
    }
    let mut body = Writer::default();
    statistic.write(&mut body);
    let body = body.into_bytes();
    to.u8(section);
    to.u64(body.len() as u64);
    to.raw(&body);
}

fn read_section<S: Statistic>(bytes: &[u8], part: &'static str, version: u8) -> Result<S, StateError> {
    let mut from = Reader::new(bytes, part).of_version(version);
    let statistic = S::read(&mut from)?;
    from.end()?;
    Ok(statistic)
}

/// The profile of no rows.
fn blank(column: &str) -> ColumnProfile {
    ColumnProfile { column: column.to_owned(), ..ColumnProfile::default() }
}

/// The profile's figures on numbers, for the statistics that fill them in.
fn numbers(profile: &mut ColumnProfile) -> &mut NumberStatistics {
    profile.numbers.get_or_insert_default()
}

/// The profile's figures on texts, for the statistics that fill them in.
fn texts(profile: &mut ColumnProfile) -> &mut TextStatistics {
    profile.texts.get_or_insert_default()
}
