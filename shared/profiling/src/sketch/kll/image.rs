//! The sketch in the compact form of Apache DataSketches' `kll_doubles_sketch`: k = 200, m = 8, level zero
//! sorted. Laid out as in `KllPreambleUtil` of datasketches-java; all little-endian.

use super::key::{from_key, to_key};
use super::{Kll, MOST_LEVELS, room};

const K: u16 = 200;
const M: u8 = 8;
const FAMILY: u8 = 15;
/// Preamble of a sketch of one item, in 4-byte words, and its version.
const SINGLE: [u8; 2] = [2, 2];
const FULL: [u8; 2] = [5, 1];
const SORTED: u8 = 1 << 1;
const SINGLE_ITEM: u8 = 1 << 2;

impl Kll {
    /// Of at least one value.
    pub fn image(&self) -> Vec<u8> {
        let mut image = Vec::with_capacity(64 + 8 * self.levels.iter().map(Vec::len).sum::<usize>());
        if self.count == 1 {
            header(&mut image, SINGLE, SORTED | SINGLE_ITEM);
            push(&mut image, self.min);
            return image;
        }
        header(&mut image, FULL, SORTED);
        image.extend_from_slice(&self.count.to_le_bytes());
        image.extend_from_slice(&K.to_le_bytes());
        let kept: usize = self.levels.iter().map(Vec::len).sum();
        // Readers expect no more items than the levels have room for; empty levels above make room.
        let used = self.levels.iter().rposition(|items| !items.is_empty()).map_or(1, |top| top + 1);
        let levels = (used..MOST_LEVELS).find(|levels| room(*levels) >= kept).unwrap_or(MOST_LEVELS);
        image.extend_from_slice(&[levels as u8, 0]);
        let mut start = room(levels).saturating_sub(kept);
        for level in 0..levels {
            image.extend_from_slice(&(start as u32).to_le_bytes());
            start += self.levels.get(level).map_or(0, Vec::len);
        }
        [self.min, self.max]
            .iter()
            .chain(self.levels.iter().flatten())
            .for_each(|key| push(&mut image, *key));
        image
    }

    /// Reads [`Kll::image`] and refuses what it cannot have written.
    pub fn from_image(image: &[u8], compacted: bool) -> Option<Self> {
        let mut rest = image;
        let (preamble, family, flags) =
            (take::<2>(&mut rest)?, take::<1>(&mut rest)?[0], take::<1>(&mut rest)?[0]);
        let right = family == FAMILY && take(&mut rest)? == K.to_le_bytes() && take(&mut rest)? == [M, 0];
        if !right {
            return None;
        }
        if preamble == SINGLE && flags == SORTED | SINGLE_ITEM {
            let key = take_key(&mut rest)?;
            let single = Self { count: 1, levels: vec![vec![key]], min: key, max: key, compacted };
            return rest.is_empty().then_some(single);
        }
        if preamble != FULL || flags != SORTED {
            return None;
        }
        let count = u64::from_le_bytes(take(&mut rest)?);
        let [k, k_high, levels, 0] = take::<4>(&mut rest)? else { return None };
        let levels = usize::from(levels);
        if [k, k_high] != K.to_le_bytes() || !(1..=MOST_LEVELS).contains(&levels) {
            return None;
        }
        let mut starts: Vec<usize> = Vec::with_capacity(levels + 1);
        for _ in 0..levels {
            starts.push(u32::from_le_bytes(take(&mut rest)?) as usize);
        }
        starts.push(room(levels));
        let (min, max) = (take_key(&mut rest)?, take_key(&mut rest)?);
        let mut sketch = Self { count, levels: Vec::with_capacity(levels), min, max, compacted };
        for bounds in starts.windows(2) {
            let length = bounds[1].checked_sub(bounds[0])?;
            sketch.levels.push((0..length).map(|_| take_key(&mut rest)).collect::<Option<_>>()?);
        }
        while sketch.levels.last().is_some_and(Vec::is_empty) {
            sketch.levels.pop();
        }
        (rest.is_empty() && sketch.is_consistent()).then_some(sketch)
    }

    /// Whether the items stand for all values, are in order and between the extremes.
    pub(super) fn is_consistent(&self) -> bool {
        let weight = |(level, items): (usize, &Vec<i64>)| (items.len() as u128) << level;
        let total: u128 = self.levels.iter().enumerate().map(weight).sum();
        let within = |items: &Vec<i64>| {
            items.is_sorted()
                && items.first().is_none_or(|key| *key >= self.min)
                && items.last().is_none_or(|key| *key <= self.max)
        };
        self.count > 0 && total == self.count.into() && self.levels.iter().all(within)
    }
}

fn header(image: &mut Vec<u8>, preamble: [u8; 2], flags: u8) {
    image.extend_from_slice(&preamble);
    image.extend_from_slice(&[FAMILY, flags]);
    image.extend_from_slice(&K.to_le_bytes());
    image.extend_from_slice(&[M, 0]);
}

fn push(image: &mut Vec<u8>, key: i64) {
    image.extend_from_slice(&from_key(key).to_le_bytes());
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

fn take_key(rest: &mut &[u8]) -> Option<i64> {
    let x = f64::from_le_bytes(take(rest)?);
    x.is_finite().then(|| to_key(x))
}
