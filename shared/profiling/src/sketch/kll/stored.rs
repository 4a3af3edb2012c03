//! The sketch as bytes: keys in order, as distances without the zeros that all of them end in.

use super::{KEPT, Kll, MOST_LEVELS};
use crate::codec::{Reader, StateError, Writer};

impl Kll {
    pub fn write(&self, to: &mut Writer) {
        to.u64(self.count);
        to.u8(self.compacted.into());
        to.i64(self.min);
        to.i64(self.max);
        // Keys of whole numbers and short fractions end in the same zeros; these are written once.
        let all = self.levels.iter().flatten().fold(0, |bits, key| bits | *key);
        let zeros = all.trailing_zeros().min(63);
        to.u8(zeros as u8);
        to.u64(self.levels.len() as u64);
        for items in &self.levels {
            to.u64(items.len() as u64);
            let mut before = i64::MIN;
            for key in items {
                to.u64((key.wrapping_sub(before) as u64) >> zeros);
                before = *key;
            }
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut sketch = Kll { count: from.u64()?, ..Self::default() };
        sketch.compacted = from.u8()? != 0;
        sketch.min = from.i64()?;
        sketch.max = from.i64()?;
        let zeros = u32::from(from.u8()?);
        if zeros > 63 {
            return Err(from.damaged());
        }
        let levels = from.length(MOST_LEVELS)?;
        let mut weight = 0_u128;
        for level in 0..levels {
            let items = read_level(from, zeros)?;
            weight += (items.len() as u128) << level;
            sketch.levels.push(items);
        }
        let bounded = sketch.levels.iter().flatten().all(|key| (sketch.min..=sketch.max).contains(key));
        if weight != sketch.count.into() || sketch.count == 0 || !bounded {
            return Err(from.damaged());
        }
        Ok(sketch)
    }
}

fn read_level(from: &mut Reader<'_>, zeros: u32) -> Result<Vec<i64>, StateError> {
    let length = from.length(4 * KEPT)?;
    let mut items = Vec::with_capacity(length);
    let mut before = i64::MIN;
    for _ in 0..length {
        let step = from.u64()?;
        let distance = step.checked_shl(zeros).filter(|d| d >> zeros == step).ok_or(from.damaged())?;
        let key = before.checked_add_unsigned(distance).ok_or(from.damaged())?;
        items.push(key);
        before = key;
    }
    Ok(items)
}
