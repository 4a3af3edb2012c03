//! From a partition key to a partition: Bob Jenkins' lookup3 hash, folded to 16 bits.
//!
//! The official clients' buffered producers compute the same function (`partition_resolver` in azure-eventhub,
//! `partitionKeyToIdMapper` in @azure/event-hubs), so a key lands where the service would put it.

/// The partition that `key` belongs to, of `count` partitions.
pub(crate) fn partition_of(key: &str, count: u16) -> u16 {
    let (b, c) = lookup3(key.as_bytes());
    // The service folds both halves to a signed 16-bit number and takes its magnitude.
    let folded = (c ^ b) as u16 as i16;
    folded.unsigned_abs() % count.max(1)
}

fn lookup3(data: &[u8]) -> (u32, u32) {
    let seed = 0xdead_beef_u32.wrapping_add(data.len() as u32);
    let [mut a, mut b, mut c] = [seed; 3];
    let mut rest = data;
    while rest.len() > 12 {
        let (block, tail) = rest.split_at(12);
        a = a.wrapping_add(word(block, 0));
        b = b.wrapping_add(word(block, 4));
        c = c.wrapping_add(word(block, 8));
        (a, b, c) = mix(a, b, c);
        rest = tail;
    }
    if rest.is_empty() {
        return (b, c);
    }
    a = a.wrapping_add(word(rest, 0));
    b = b.wrapping_add(word(rest, 4));
    c = c.wrapping_add(word(rest, 8));
    finish(a, b, c)
}

/// Four bytes from `at`, little-endian; bytes past the end count as zero.
fn word(bytes: &[u8], at: usize) -> u32 {
    (0..4).map(|index| u32::from(bytes.get(at + index).copied().unwrap_or(0)) << (8 * index)).sum()
}

fn mix(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32, u32) {
    a = a.wrapping_sub(c) ^ c.rotate_left(4);
    c = c.wrapping_add(b);
    b = b.wrapping_sub(a) ^ a.rotate_left(6);
    a = a.wrapping_add(c);
    c = c.wrapping_sub(b) ^ b.rotate_left(8);
    b = b.wrapping_add(a);
    a = a.wrapping_sub(c) ^ c.rotate_left(16);
    c = c.wrapping_add(b);
    b = b.wrapping_sub(a) ^ a.rotate_left(19);
    a = a.wrapping_add(c);
    c = c.wrapping_sub(b) ^ b.rotate_left(4);
    b = b.wrapping_add(a);
    (a, b, c)
}

fn finish(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32) {
    c = (c ^ b).wrapping_sub(b.rotate_left(14));
    a = (a ^ c).wrapping_sub(c.rotate_left(11));
    b = (b ^ a).wrapping_sub(a.rotate_left(25));
    c = (c ^ b).wrapping_sub(b.rotate_left(16));
    a = (a ^ c).wrapping_sub(c.rotate_left(4));
    b = (b ^ a).wrapping_sub(a.rotate_left(14));
    c = (c ^ b).wrapping_sub(b.rotate_left(24));
    (b, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `mapPartitionKeyToId` of @azure/event-hubs 6.0.4.
    #[test]
    fn keys_land_where_the_official_client_puts_them() {
        let expected = [
            ("", 0, 0),
            ("a", 28, 1),
            ("key", 27, 2),
            ("tenant-1", 6, 0),
            ("exactly12byt", 1, 6),
            ("more-than-twelve-bytes", 28, 2),
            ("tenant/1/stream/transaction", 13, 5),
            ("schlüssel", 20, 3),
        ];
        for (key, of_32, of_7) in expected {
            assert_eq!((partition_of(key, 32), partition_of(key, 7)), (of_32, of_7), "{key:?}");
        }
    }
}
