//! The sketch as states of version 1 held it: keys in order, as distances without the zeros that all of
//! them end in.

use forebay_stored::{Reader, StateError};

use super::{KEPT, Kll, MOST_LEVELS};

impl Kll {
    pub fn read_version_1(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut sketch = Kll { count: from.u64()?, ..Self::default() };
        sketch.compacted = from.u8()? != 0;
        sketch.min = from.i64()?;
        sketch.max = from.i64()?;
        let zeros = u32::from(from.u8()?);
        if zeros > 63 {
            return Err(from.damaged());
        }
        let levels = from.length(MOST_LEVELS)?;
        for _ in 0..levels {
            sketch.levels.push(read_level(from, zeros)?);
        }
        if !sketch.is_consistent() {
            return Err(from.damaged());
        }
        // Version 1 kept a few more.
        sketch.compress();
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
