//! Counters by hash: a dense list, and an open-addressed index into it.

/// Twice the most entries that are ever held, so that probes are short.
const INDEX: usize = 1_024;
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
    /// Empty until the first entry, then [`INDEX`] long.
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
        let mut place = hash as usize % INDEX;
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
            place = (place + 1) % INDEX;
        }
    }

    /// Adds a value that is not held. At most 512 fit; the caller keeps to half of that and merges two.
    pub fn insert(&mut self, entry: Entry<K>) {
        if self.index.is_empty() {
            self.index = vec![FREE; INDEX];
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
        for (at, entry) in self.entries.iter().enumerate() {
            occupy(&mut self.index, entry.hash, at);
        }
    }
}

fn occupy(index: &mut [u16], hash: u64, at: usize) {
    let mut place = hash as usize % INDEX;
    while index[place] != FREE {
        place = (place + 1) % INDEX;
    }
    index[place] = at as u16;
}
