//! States as bytes: one after another, in order of rule and version.

use forebay_model::rule::RuleId;
use forebay_stored::{Envelope, Reader, StateError, Writer};

use super::{Examples, RuleState, RuleStates, Unique};

/// Version 1: before the texts of uniqueness were bounded.
const ENVELOPE: Envelope = Envelope { magic: *b"FBR", version: 2, name: "rules" };
/// Of a rule's id and of a failure, in bytes.
const MOST_TEXT: usize = 4_096;

impl RuleStates {
    /// A versioned, checksummed form: a few hundred bytes a rule, under 64 KiB for uniqueness.
    pub fn to_bytes(&self) -> Vec<u8> {
        ENVELOPE.seal(|to| {
            to.u64(self.states.len() as u64);
            self.states.iter().for_each(|state| state.write(to));
        })
    }

    /// Reads [`RuleStates::to_bytes`]; what comes back merges and finishes the same.
    ///
    /// # Errors
    ///
    /// `Damaged`: check the records again. `NewerVersion`: upgrade this program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut from = ENVELOPE.open(bytes)?;
        let mut all = Self::default();
        for _ in 0..from.u64()? {
            let state = RuleState::read(&mut from)?;
            let in_order =
                all.states.last().is_none_or(|l| (&l.rule, l.version) < (&state.rule, state.version));
            if !in_order {
                return Err(StateError::Damaged("order"));
            }
            all.states.push(state);
        }
        from.end()?;
        Ok(all)
    }
}

impl RuleState {
    fn write(&self, to: &mut Writer) {
        to.text(self.rule.as_str());
        to.u64(self.version.into());
        to.u64(self.checked);
        to.u64(self.violations);
        to.optional(self.failure.as_deref());
        self.examples.write(to);
        to.u64(u64::from(self.unique.is_some()));
        if let Some(unique) = &self.unique {
            unique.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let rule = RuleId::new(from.text(MOST_TEXT)?);
        let version = from.u32()?;
        Ok(Self {
            checked: from.u64()?,
            violations: from.u64()?,
            failure: from.optional(MOST_TEXT)?.map(str::to_owned),
            examples: Examples::read(from)?,
            unique: if from.flag()? { Some(Unique::read(from)?) } else { None },
            rule,
            version,
        })
    }
}
