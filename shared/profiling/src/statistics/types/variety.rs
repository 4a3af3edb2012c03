//! Whether a kind's values differ: sets of six bits of their hashes, which merge by union.

use forebay_stored::{Reader, StateError, Writer};

use crate::scan::{Digits, Hidden, Kind, NumberForm};
use crate::seen::Seen;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Varieties {
    countries: u64,
    currencies: u64,
    postal_codes: u64,
}

impl Varieties {
    #[inline]
    pub fn observe(&mut self, seen: &Seen<'_>) {
        let bit = 1 << (seen.hash >> 58);
        match seen.kind {
            Kind::Country => self.countries |= bit,
            Kind::Currency => self.currencies |= bit,
            Kind::PostalCode => self.postal_codes |= bit,
            Kind::Integer if NumberForm::of(seen.form.key).digits == Digits::Five => self.postal_codes |= bit,
            Kind::Text if Hidden::of(seen.form.key) == Some(Hidden::Zeros5) => self.postal_codes |= bit,
            _ => {}
        }
    }

    /// An integer of five digits.
    #[inline]
    pub fn observe_postal_code(&mut self, hash: u64) {
        self.postal_codes |= 1 << (hash >> 58);
    }

    pub fn merge(&mut self, other: &Self) {
        self.countries |= other.countries;
        self.currencies |= other.currencies;
        self.postal_codes |= other.postal_codes;
    }

    /// At least so many different ones were seen; 64 at most.
    pub fn countries(&self) -> u32 {
        self.countries.count_ones()
    }

    pub fn currencies(&self) -> u32 {
        self.currencies.count_ones()
    }

    pub fn postal_codes(&self) -> u32 {
        self.postal_codes.count_ones()
    }

    pub fn write(&self, to: &mut Writer) {
        [self.countries, self.currencies, self.postal_codes].iter().for_each(|bits| to.u64(*bits));
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { countries: from.u64()?, currencies: from.u64()?, postal_codes: from.u64()? })
    }
}
