//! How often each form of value was seen: dense counters for what is common, a short list for the rest.

use forebay_stored::{Reader, StateError, Writer};

use crate::scan::{Digits, Form, Key, Kind, NumberForm};

/// Forms that are told apart besides bare kinds and plain integers. Real columns have a handful. Where a
/// column has more, the forms with the smallest keys are kept and the others count as their kind alone: what
/// is kept depends on the set of forms only, so order and split change nothing.
const MOST_FORMS: usize = 128;
/// Kinds that states of the first version know.
const FIRST_KINDS: usize = 11;
const DIGITS: usize = 16;

#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    /// Values of a kind without detail, and what the list has no room for.
    kinds: [u64; Kind::COUNT],
    /// Plain integers by their [`Digits`].
    integers: [u64; DIGITS],
    /// Ascending.
    listed: Vec<(Key, u64)>,
    /// Where the last one was, as columns repeat their forms.
    last: usize,
}

impl PartialEq for Forms {
    fn eq(&self, other: &Self) -> bool {
        (&self.kinds, &self.integers, &self.listed) == (&other.kinds, &other.integers, &other.listed)
    }
}

impl Forms {
    #[inline]
    pub fn add_kind(&mut self, kind: Kind, weight: u64) {
        let count = &mut self.kinds[kind as usize];
        *count = count.saturating_add(weight);
    }

    #[inline]
    pub fn add_integer(&mut self, digits: Digits, weight: u64) {
        let count = &mut self.integers[digits as usize];
        *count = count.saturating_add(weight);
    }

    #[inline]
    pub fn add(&mut self, key: Key, weight: u64) {
        if key.detail() == 0 && key.kind() != Kind::Integer {
            return self.add_kind(key.kind(), weight);
        }
        if let Some((held, count)) = self.listed.get_mut(self.last)
            && *held == key
        {
            *count = count.saturating_add(weight);
            return;
        }
        if let Some(digits) = plain_integer(key) {
            return self.add_integer(digits, weight);
        }
        self.list(key, weight);
    }

    fn list(&mut self, key: Key, weight: u64) {
        match self.listed.binary_search_by_key(&key, |(held, _)| *held) {
            Ok(at) => {
                self.last = at;
                self.listed[at].1 = self.listed[at].1.saturating_add(weight);
            }
            Err(at) => {
                self.listed.insert(at, (key, weight));
                self.last = at;
                if self.listed.len() > MOST_FORMS
                    && let Some((dropped, count)) = self.listed.pop()
                {
                    self.add_kind(dropped.kind(), count);
                }
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        other.listed.iter().for_each(|(key, count)| self.list(*key, *count));
        let pairs = self.kinds.iter_mut().chain(&mut self.integers);
        for (ours, theirs) in pairs.zip(other.kinds.iter().chain(&other.integers)) {
            *ours = ours.saturating_add(*theirs);
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every form and its count.
    pub fn counts(&self) -> impl Iterator<Item = (Key, u64)> + '_ {
        let kinds = Kind::ALL.iter().zip(self.kinds).map(|(kind, count)| (Form::of(*kind).key, count));
        let integers = Digits::ALL
            .iter()
            .zip(self.integers)
            .map(|(digits, count)| (NumberForm::counted(*digits).form(Kind::Integer).key, count));
        kinds.chain(integers).chain(self.listed.iter().copied()).filter(|(_, count)| *count > 0)
    }

    /// The part that the first version wrote.
    pub fn write_first(&self, to: &mut Writer) {
        self.kinds[..FIRST_KINDS].iter().for_each(|count| to.u64(*count));
    }

    pub fn write_rest(&self, to: &mut Writer) {
        self.kinds[FIRST_KINDS..].iter().chain(&self.integers).for_each(|count| to.u64(*count));
        to.u64(self.listed.len() as u64);
        for (key, count) in &self.listed {
            to.u64(key.stored());
            to.u64(*count);
        }
    }

    pub fn read_first(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut forms = Self::default();
        for count in &mut forms.kinds[..FIRST_KINDS] {
            *count = from.u64()?;
        }
        Ok(forms)
    }

    pub fn read_rest(&mut self, from: &mut Reader<'_>) -> Result<(), StateError> {
        for count in self.kinds[FIRST_KINDS..].iter_mut().chain(&mut self.integers) {
            *count = from.u64()?;
        }
        for _ in 0..from.length(MOST_FORMS)? {
            let key = Key::from_stored(from.u64()?).ok_or(from.damaged())?;
            let follows = self.listed.last().is_none_or(|(last, _)| *last < key);
            if !follows || key.detail() == 0 || plain_integer(key).is_some() {
                return Err(from.damaged());
            }
            self.listed.push((key, from.u64()?));
        }
        Ok(())
    }
}

/// An integer of digits alone.
fn plain_integer(key: Key) -> Option<Digits> {
    if key.kind() != Kind::Integer {
        return None;
    }
    let digits = NumberForm::of(key).digits;
    (NumberForm::counted(digits).form(Kind::Integer).key == key).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forms(keys: &[u64]) -> Forms {
        let mut forms = Forms::default();
        keys.iter().filter_map(|key| Key::from_stored(*key)).for_each(|key| forms.add(key, 1));
        forms
    }

    proptest! {
        #[test]
        fn more_forms_than_fit_are_counted_the_same_in_any_order_and_split(
            mut keys in prop::collection::vec(0_u64..12_000, 0..600), cut in any::<prop::sample::Index>(),
        ) {
            let whole = forms(&keys);
            prop_assert!(whole.listed.len() <= MOST_FORMS);
            let (left, right) = keys.split_at(cut.index(keys.len() + 1));
            let (mut left, right) = (forms(left), forms(right));
            left.merge(&right);
            prop_assert_eq!(&left, &whole);
            keys.reverse();
            prop_assert_eq!(&forms(&keys), &whole);
            let valid = keys.iter().filter(|key| Key::from_stored(**key).is_some()).count() as u64;
            prop_assert_eq!(whole.counts().map(|(_, count)| count).sum::<u64>(), valid);
        }
    }
}
