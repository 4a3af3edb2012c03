//! What written times say of their zone.

use forebay_stored::{Reader, StateError, Writer};
use std::collections::BTreeMap;

use forebay_model::profile::Zones;

use crate::seen::Zone;

/// Every zone in use is a multiple of this many minutes away from UTC; those that are not are counted and
/// not listed, so that the state stays small whatever the texts.
const STEP: i16 = 15;
/// Within eighteen hours: further than any zone, and what ISO 8601 readers accept.
const MOST_MINUTES: i16 = 18 * 60;
const MOST_OFFSETS: usize = 2 * (MOST_MINUTES / STEP) as usize + 1;
const SHOWN: usize = 16;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ZoneCounts {
    none: u64,
    utc: u64,
    offset: u64,
    /// By minutes east of UTC.
    offsets: BTreeMap<i16, u64>,
}

fn is_listed(minutes: i16) -> bool {
    minutes % STEP == 0 && minutes.unsigned_abs() <= MOST_MINUTES.unsigned_abs()
}

impl ZoneCounts {
    #[inline]
    pub fn add(&mut self, zone: Zone, weight: u64) {
        match zone {
            Zone::None => self.none = self.none.saturating_add(weight),
            Zone::Utc => self.utc = self.utc.saturating_add(weight),
            Zone::Offset(minutes) => {
                self.offset = self.offset.saturating_add(weight);
                if is_listed(minutes) {
                    self.list(minutes, weight);
                }
            }
        }
    }

    fn list(&mut self, minutes: i16, weight: u64) {
        let count = self.offsets.entry(minutes).or_default();
        *count = count.saturating_add(weight);
    }

    pub fn merge(&mut self, other: &Self) {
        self.none = self.none.saturating_add(other.none);
        self.utc = self.utc.saturating_add(other.utc);
        self.offset = self.offset.saturating_add(other.offset);
        other.offsets.iter().for_each(|(minutes, count)| self.list(*minutes, *count));
    }

    pub fn write(&self, to: &mut Writer) {
        [self.none, self.utc, self.offset].iter().for_each(|count| to.u64(*count));
        to.u64(self.offsets.len() as u64);
        for (minutes, count) in &self.offsets {
            to.i64((minutes / STEP).into());
            to.u64(*count);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut read = Self { none: from.u64()?, utc: from.u64()?, offset: from.u64()?, ..Self::default() };
        for _ in 0..from.length(MOST_OFFSETS)? {
            let steps = i16::try_from(from.i64()?).map_err(|_| from.damaged())?;
            let minutes = steps.checked_mul(STEP).filter(|minutes| is_listed(*minutes));
            let (minutes, count) = (minutes.ok_or(from.damaged())?, from.u64()?);
            if count == 0 || count > read.offset || read.offsets.insert(minutes, count).is_some() {
                return Err(from.damaged());
            }
        }
        Ok(read)
    }

    pub fn shown(&self) -> Zones {
        let mut offsets: Vec<(i16, u64)> = self.offsets.iter().map(|(m, count)| (*m, *count)).collect();
        offsets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        offsets.truncate(SHOWN);
        Zones { utc: self.utc, offset: self.offset, none: self.none, offsets }
    }
}
