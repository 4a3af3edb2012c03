//! Names of the spellings of everything that is neither a number nor a time.

use std::collections::BTreeMap;

use super::formats::Counted;
use super::forms::Forms;
use crate::scan::{Address, Dialled, Digits, Hidden, Key, Kind, Money, Nation, NumberForm, Post, Truth};

/// Only spellings that the type is decided by.
pub(super) fn of(forms: &Forms, kind: Kind) -> Vec<Counted> {
    let mut counts = BTreeMap::new();
    for (key, count) in forms.counts() {
        let label = if key.kind() == kind { label(key) } else { lent(key, kind) };
        if let Some(label) = label {
            let sum: &mut u64 = counts.entry(label).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let counted =
        |(label, count): (&str, u64)| Counted { format: label.to_owned(), count, alternatives: vec![] };
    counts.into_iter().map(counted).collect()
}

fn label(key: Key) -> Option<&'static str> {
    Some(match key.kind() {
        Kind::Boolean => match Truth::of(key) {
            None | Some(Truth::True | Truth::False) => "true/false",
            Some(Truth::T | Truth::F) => "T/F",
            Some(Truth::Y | Truth::N) => "Y/N",
            Some(Truth::Yes | Truth::No | Truth::Norway) => "yes/no",
            Some(Truth::On | Truth::Off) => "on/off",
        },
        Kind::Phone => match Dialled::of(key)? {
            Dialled::Compact => "+CCNNNNNNNNNN",
            Dialled::International => "+CC NNN NNN NNNN",
            Dialled::Parentheses => "(NNN) NNN-NNNN",
            Dialled::Dashes => "NNN-NNN-NNNN",
            Dialled::Points => "NNN.NNN.NNNN",
            Dialled::Spaces => "NNN NNN NNNN",
            Dialled::Extension => "with extension",
        },
        Kind::Ip => match Address::of(key)? {
            Address::V4 => "IPv4",
            Address::V4Block => "IPv4 CIDR",
            Address::V6 => "IPv6",
            Address::V6Block => "IPv6 CIDR",
        },
        Kind::Country => match Nation::of(key)? {
            Nation::Two | Nation::TwoOrState => "alpha-2",
            Nation::Three | Nation::ThreeOrCurrency => "alpha-3",
            Nation::Name => "name",
        },
        Kind::Currency => match Money::of(key)? {
            Money::Code | Money::MajorCode => "ISO 4217",
            Money::Name => "name",
        },
        Kind::PostalCode => match Post::of(key)? {
            Post::ZipPlus4 => "99999-9999",
            Post::British => "United Kingdom",
            Post::Canadian => "A9A 9A9",
            Post::Dutch => "9999 AA",
        },
        _ => return None,
    })
}

/// Of values of another kind that the type covers too.
fn lent(key: Key, kind: Kind) -> Option<&'static str> {
    let digits = (key.kind() == Kind::Integer).then(|| NumberForm::of(key).digits);
    let hidden = Hidden::of_text(key);
    Some(match (kind, digits, hidden) {
        (Kind::Boolean, Some(Digits::Zero | Digits::One), _) => "0/1",
        (Kind::PostalCode, Some(Digits::Five), _) => "99999",
        (Kind::PostalCode, _, Some(Hidden::Zeros5 | Hidden::Zeros5Low)) => "99999",
        (Kind::PostalCode, Some(Digits::Four), _) | (Kind::PostalCode, _, Some(Hidden::Zeros4)) => "9999",
        (Kind::PostalCode, Some(Digits::Six), _) => "999999",
        (Kind::PostalCode, _, Some(Hidden::Dash34)) => "999-9999",
        (Kind::PostalCode, _, Some(Hidden::Dash53)) => "99999-999",
        (Kind::PostalCode, _, Some(Hidden::Dash23)) => "99-999",
        (Kind::PostalCode, _, Some(Hidden::Dash43)) => "9999-999",
        (Kind::PostalCode, _, Some(Hidden::Space32)) => "999 99",
        (Kind::Phone, Some(Digits::Ten | Digits::TenDialled), _) => "NNNNNNNNNN",
        (Kind::Phone, Some(Digits::Eleven), _) => "NNNNNNNNNNN",
        (Kind::Phone, _, Some(Hidden::PhoneLike | Hidden::Dash34 | Hidden::ZerosLong)) => "local",
        (Kind::Country, _, Some(Hidden::SmallCode | Hidden::Namibia)) => "alpha-2",
        _ => return None,
    })
}
