//! Counters by hash: a dense list, and an open-addressed index into it.

/// Where an index begins. It is at least twice as long as there are entries, so that probes are short.
const LEAST_INDEX: usize = 64;
/// Entries that there is new room for at once: of a wide table's columns, doubling would hold much in reserve.
const ROOM: std::ops::RangeInclusive<usize> = 4..=65;
const FREE: u16 = u16::MAX;
/// Buffers of values that left, kept for values to come.
const SPARE: usize = 256;

/// What a counter counts.
pub(in crate::statistics) trait Held {
    /// About as many as it takes when written with its count.
    fn bytes(&self) -> usize;
    /// A text's buffer, to use again.
    fn into_buffer(self) -> Option<String>;
}

#[derive(Debug, Clone)]
pub(in crate::statistics) struct Entry<K> {
    pub hash: u64,
    pub count: u64,
    pub key: K,
}

#[derive(Debug, Clone)]
pub(in crate::statistics) struct Table<K> {
    entries: Vec<Entry<K>>,
    /// Empty until the first entry, then a power of two.
    index: Vec<u16>,
    bytes: usize,
    spare: Vec<String>,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: Vec::new(), bytes: 0, spare: Vec::new() }
    }
}

impl<K: Held> Table<K> {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that the entries take at most when written.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn entries(&self) -> &[Entry<K>] {
        &self.entries
    }

    /// An empty buffer, used before where there is one.
    pub fn spare(&mut self) -> String {
        self.spare.pop().unwrap_or_default()
    }

    /// Adds to a value's count if it is held.
    #[inline]
    pub fn raise(&mut self, hash: u64, by: u64) -> bool {
        if self.index.is_empty() {
            return false;
        }
        let last = self.index.len() - 1;
        let mut place = hash as usize & last;
        loop {
            let at = self.index[place];
            if at == FREE {
                return false;
            }
            let entry = &mut self.entries[usize::from(at)];
            if entry.hash == hash {
                entry.count = entry.count.saturating_add(by);
                return true;
            }
            place = (place + 1) & last;
        }
    }

    /// Adds a value that is not held. At most 512 fit; the caller keeps to half of that and merges two.
    pub fn insert(&mut self, entry: Entry<K>) {
        if 2 * (self.entries.len() + 1) > self.index.len() {
            let length = (2 * self.index.len()).max(LEAST_INDEX);
            self.index.clear();
            self.index.resize(length, FREE);
            self.occupy_all();
        }
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.entries.len().clamp(*ROOM.start(), *ROOM.end()));
        }
        self.bytes += entry.key.bytes();
        occupy(&mut self.index, entry.hash, self.entries.len());
        self.entries.push(entry);
    }

    /// The upper median of the counts.
    pub fn median(&self) -> u64 {
        // Where most values differ, most counts are the least there is.
        let ones = self.entries.iter().filter(|entry| entry.count == 1).count();
        let middle = self.entries.len() / 2;
        if ones > middle {
            return 1;
        }
        let mut counts: Vec<u64> = self.entries.iter().map(|entry| entry.count).collect();
        *counts.select_nth_unstable(middle).1
    }

    /// The largest count that has no room beside all larger ones; none where all have.
    pub fn excess(&self, most: usize, most_bytes: usize) -> Option<u64> {
        if self.entries.len() <= most && self.bytes <= most_bytes {
            return None;
        }
        let mut sizes: Vec<(u64, usize)> =
            self.entries.iter().map(|entry| (entry.count, entry.key.bytes())).collect();
        sizes.sort_unstable_by_key(|(count, _)| std::cmp::Reverse(*count));
        let (mut held, mut bytes) = (0, 0);
        for equal in sizes.chunk_by(|a, b| a.0 == b.0) {
            held += equal.len();
            bytes += equal.iter().map(|(_, bytes)| bytes).sum::<usize>();
            if held > most || bytes > most_bytes {
                return Some(equal[0].0);
            }
        }
        None
    }

    /// Lowers all counts and drops the entries that reach zero.
    pub fn take_off(&mut self, amount: u64) {
        let mut kept = 0;
        for at in 0..self.entries.len() {
            if self.entries[at].count > amount {
                self.entries[at].count -= amount;
                self.entries.swap(kept, at);
                kept += 1;
            }
        }
        for entry in self.entries.drain(kept..) {
            self.bytes -= entry.key.bytes();
            if let Some(buffer) = entry.key.into_buffer()
                && self.spare.len() < SPARE
            {
                self.spare.push(buffer);
            }
        }
        self.index.fill(FREE);
        self.occupy_all();
    }

    /// Enters all entries into an index that is free.
    fn occupy_all(&mut self) {
        for (at, entry) in self.entries.iter().enumerate() {
            occupy(&mut self.index, entry.hash, at);
        }
    }
}

fn occupy(index: &mut [u16], hash: u64, at: usize) {
    let last = index.len() - 1;
    let mut place = hash as usize & last;
    while index[place] != FREE {
        place = (place + 1) & last;
    }
    index[place] = at as u16;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: u64) -> Table<String> {
        let mut table = Table::default();
        for i in 0..count {
            table.insert(Entry { hash: crate::hash::mix(i), count: i + 1, key: i.to_string() });
        }
        table
    }

    /// Of 10,000 columns with hundreds of values each, what is held in reserve would be most of the memory.
    #[test]
    fn a_table_has_little_more_room_than_it_has_entries() {
        for (entries, most) in [(1, 4), (64, 64), (65, 129), (257, 260), (512, 520)] {
            let table = filled(entries);
            assert!(table.entries.capacity() <= most, "{entries}: {}", table.entries.capacity());
            let index = (2 * entries as usize).next_power_of_two().max(LEAST_INDEX);
            assert_eq!(table.index.len(), index, "{entries}");
        }
    }

    #[test]
    fn every_value_is_found_while_a_table_grows_and_after_it_is_purged() {
        let mut table = filled(512);
        assert!((0..512).all(|i| table.raise(crate::hash::mix(i), 0)));
        assert!(!table.raise(crate::hash::mix(512), 1));
        table.take_off(400);
        assert_eq!((table.len(), table.bytes()), (112, 112 * 8));
        assert!((0..512).all(|i| table.raise(crate::hash::mix(i), 0) == (i >= 400)));
    }
}
