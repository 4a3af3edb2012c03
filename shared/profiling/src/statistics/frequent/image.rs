//! The counters in the form of Apache DataSketches' `frequent_strings_sketch`. Laid out as in
//! `frequencies/PreambleUtil` of datasketches-java, strings as in its C++ and Python twins: all
//! little-endian, lengths of 4 bytes, UTF-8. Values become texts in one way each, but a text that reads like
//! a number or a cut text may occur twice; readers then add the two up.

use super::Frequent;
use super::key::Key;
use super::table::Entry;

/// Preamble in 8-byte words, version, family.
const HEAD: [u8; 3] = [4, 1, 10];
/// Of the hash table that a reader will build: it holds 384 items, of which we use 256.
const LG_MOST: u8 = 9;
const LG_LEAST: u8 = 3;

/// What an image says.
pub(super) struct Image<'a> {
    pub weight: u64,
    pub error: u64,
    /// Counts and texts.
    pub items: Vec<(u64, &'a str)>,
}

pub(super) fn write(from: &Frequent, entries: &[&Entry<Key>]) -> Vec<u8> {
    let mut image = Vec::with_capacity(64 + from.table.bytes());
    image.extend_from_slice(&HEAD);
    image.extend_from_slice(&[LG_MOST, lg_size(entries.len()), 0, 0, 0]);
    image.extend_from_slice(&(entries.len() as u32).to_le_bytes());
    image.extend_from_slice(&[0; 4]);
    image.extend_from_slice(&from.weight.to_le_bytes());
    image.extend_from_slice(&from.error.to_le_bytes());
    entries.iter().for_each(|entry| image.extend_from_slice(&entry.count.to_le_bytes()));
    for entry in entries {
        let text = entry.key.store();
        image.extend_from_slice(&(text.len() as u32).to_le_bytes());
        image.extend_from_slice(text.as_bytes());
    }
    image
}

/// Reads [`write`] and refuses what it cannot have written.
pub(super) fn read(image: &[u8]) -> Option<Image<'_>> {
    let (head, mut rest) = image.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(take(&mut rest)?) as usize;
    if head[..4] != [HEAD[0], HEAD[1], HEAD[2], LG_MOST]
        || head[4..] != [lg_size(length), 0, 0, 0]
        || take(&mut rest)? != [0; 4]
    {
        return None;
    }
    let (weight, error) = (u64::from_le_bytes(take(&mut rest)?), u64::from_le_bytes(take(&mut rest)?));
    let (mut counts, mut texts) = rest.split_at_checked(length.checked_mul(8)?)?;
    let mut items = Vec::with_capacity(length);
    for _ in 0..length {
        let count = u64::from_le_bytes(take(&mut counts)?);
        let bytes = u32::from_le_bytes(take(&mut texts)?) as usize;
        let (text, after) = texts.split_at_checked(bytes)?;
        items.push((count, std::str::from_utf8(text).ok()?));
        texts = after;
    }
    texts.is_empty().then_some(Image { weight, error, items })
}

/// The smallest table that is at most three quarters full.
fn lg_size(items: usize) -> u8 {
    (LG_LEAST..LG_MOST).find(|lg| items * 4 <= 3 << lg).unwrap_or(LG_MOST)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}
