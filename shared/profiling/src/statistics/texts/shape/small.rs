//! Prose of small letters and spaces alone, sixteen characters at a time: the same few steps for all of a block,
//! which the compiler turns into the processor's vector instructions.

use super::super::generalise::{LEAST_WORD, LEAST_WORDS};
use super::{RUN_CHARACTERS, SmallWords};

const BLOCK: usize = 16;

type Block = [u8; BLOCK];

/// Of ASCII that is nothing but small letters and spaces, with words enough for prose in its first
/// [`RUN_CHARACTERS`]. Shorter texts than a block are left to others.
#[inline]
pub(super) fn words(text: &[u8]) -> Option<SmallWords> {
    let ([first, others @ ..], _) = text.as_chunks::<BLOCK>() else { return None };
    // The ends tell most other texts from it.
    if !is_small(first) || !is_small(text.last_chunk()?) || !others.iter().all(is_small) {
        return None;
    }
    let head = &text[..text.len().min(RUN_CHARACTERS)];
    let space = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_lowercase());
    (long_words(letters(head)) >= LEAST_WORDS)
        .then(|| SmallWords { space_first: space(head.first()), space_last: space(head.last()) })
}

/// Whether all of a block are small letters or spaces. A plain loop over places is what the compiler makes vector
/// instructions of.
#[inline]
fn is_small(block: &Block) -> bool {
    let mut other = [0; BLOCK];
    for at in 0..BLOCK {
        let byte = block[at];
        let lower = byte.wrapping_sub(b'a') < 26;
        let space = (byte == b' ') | (byte.wrapping_sub(b'\t') < 5);
        other[at] = if lower | space { 0 } else { 1 };
    }
    u128::from_le_bytes(other) == 0
}

/// A bit per character that is a letter, of small letters and spaces: bit 6 tells them apart.
#[inline]
fn letters(head: &[u8]) -> u128 {
    const LETTER_SHIFT: u32 = 6;
    const EIGHT: usize = 8;
    let (words, _) = head.as_chunks::<EIGHT>();
    let bits = |eight: [u8; EIGHT]| gather(u64::from_le_bytes(eight) >> LETTER_SHIFT);
    let mut letters = 0_u128;
    for (number, eight) in words.iter().enumerate() {
        letters |= u128::from(bits(*eight)) << (number * EIGHT);
    }
    match head.last_chunk() {
        // The last eight once more, those of them that are there already at the same places.
        Some(last) => letters | u128::from(bits(*last)) << (head.len() - EIGHT),
        None => letters,
    }
}

/// The lowest bit of each of eight bytes, the first one lowest: the product moves that of byte `i` to bit `56 + i`.
#[inline]
fn gather(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const GATHER: u64 = 0x0102_0408_1020_4080;
    (eight & ONES).wrapping_mul(GATHER) >> 56
}

/// Runs of [`LEAST_WORD`] letters or more.
#[inline]
fn long_words(letters: u128) -> u32 {
    let long = (1..LEAST_WORD).fold(letters, |long, by| long & letters >> by);
    (long & !(letters << 1)).count_ones()
}
