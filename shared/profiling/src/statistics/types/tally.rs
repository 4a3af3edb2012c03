//! A column's forms, summed up by what the decision asks.

use super::forms::Forms;
use crate::scan::{Dialled, Digits, Hidden, Key, Kind, Money, Nation, NumberForm, Style, Truth};

/// Sums and small multiples of them fit 64 bits below this; beyond, counts are taken in units of 2^20.
const MOST_SUMMED: u128 = 1 << 52;
const SHIFT: u32 = 20;

#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// All but empty and blank texts.
    pub filled: u64,
    pub empty: u64,
    kinds: [u64; Kind::COUNT],
    /// Typed, or counted before spellings were told apart.
    pub booleans: u64,
    truths: [u64; 12],
    digits: [u64; 16],
    integer_styles: [u64; 14],
    decimal_styles: [u64; 14],
    hidden: [u64; 18],
    nations: [u64; 6],
    moneys: [u64; 4],
    /// With a plus or in the groups of North America.
    pub telephones: u64,
    pub plus_telephones: u64,
}

impl Tally {
    pub fn of(forms: &Forms) -> Self {
        let total: u128 = forms.counts().map(|(_, count)| u128::from(count)).sum();
        let shift = if total < MOST_SUMMED { 0 } else { SHIFT };
        let mut tally = Self::default();
        forms.counts().for_each(|(key, count)| tally.add(key, count >> shift));
        tally
    }

    fn add(&mut self, key: Key, count: u64) {
        let kind = key.kind();
        let add = |to: &mut u64| *to = to.saturating_add(count);
        if kind == Kind::Empty {
            return add(&mut self.empty);
        }
        add(&mut self.filled);
        add(&mut self.kinds[kind as usize]);
        match kind {
            Kind::Boolean => match Truth::of(key) {
                Some(truth) => add(&mut self.truths[truth as usize]),
                None => add(&mut self.booleans),
            },
            Kind::Integer => {
                let form = NumberForm::of(key);
                add(&mut self.integer_styles[form.style as usize]);
                add(&mut self.digits[form.digits as usize]);
            }
            Kind::Decimal => add(&mut self.decimal_styles[NumberForm::of(key).style as usize]),
            Kind::Text => {
                if let Some(hidden) = Hidden::of(key) {
                    add(&mut self.hidden[hidden as usize]);
                }
            }
            Kind::Country => {
                if let Some(nation) = Nation::of(key) {
                    add(&mut self.nations[nation as usize]);
                }
            }
            Kind::Currency => {
                if let Some(money) = Money::of(key) {
                    add(&mut self.moneys[money as usize]);
                }
            }
            Kind::Phone => {
                add(&mut self.telephones);
                if matches!(Dialled::of(key), Some(Dialled::Compact | Dialled::International)) {
                    add(&mut self.plus_telephones);
                }
            }
            _ => {}
        }
    }

    pub fn kind(&self, kind: Kind) -> u64 {
        self.kinds[kind as usize]
    }

    pub fn truth(&self, truth: Truth) -> u64 {
        self.truths[truth as usize]
    }

    pub fn digits(&self, digits: Digits) -> u64 {
        self.digits[digits as usize]
    }

    pub fn hidden(&self, hidden: Hidden) -> u64 {
        self.hidden[hidden as usize]
    }

    pub fn nation(&self, nation: Nation) -> u64 {
        self.nations[nation as usize]
    }

    pub fn money(&self, money: Money) -> u64 {
        self.moneys[money as usize]
    }

    /// Integers and decimals of a style.
    pub fn style(&self, style: Style) -> u64 {
        self.integer_styles[style as usize].saturating_add(self.decimal_styles[style as usize])
    }

    /// Numbers with a point and not exactly three digits after it.
    pub fn plain_decimals(&self) -> u64 {
        self.decimal_styles[Style::Plain as usize]
    }

    /// Codes of digits that begin with zeros.
    pub fn zero_codes(&self) -> u64 {
        [Hidden::Zeros, Hidden::Zeros4, Hidden::Zeros5, Hidden::Zeros5Low, Hidden::ZerosLong]
            .iter()
            .fold(0, |sum, hidden| sum + self.hidden(*hidden))
    }

    /// Values that say something: filled, and no placeholder.
    pub fn telling(&self) -> u64 {
        self.filled - self.hidden(Hidden::Placeholder)
    }
}
