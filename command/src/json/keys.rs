//! The keys of a file's records and the columns that they stand for.

use std::collections::HashMap;

use crate::rows::Rows;

/// An object that records hold: the record itself, or what stands under a key.
pub type NodeId = u32;
/// A key within a node.
pub type KeyId = usize;

const NO_NODE: NodeId = NodeId::MAX;

#[derive(Debug)]
struct Key {
    node: NodeId,
    /// The key as it is written, with quotation marks and the colon behind them.
    written: Box<[u8]>,
    /// Of the column, with the names of the objects around it.
    path: String,
    /// `None` until the key has a value of its own.
    column: Option<usize>,
    child: NodeId,
}

/// What is known of the keys, and which ones the record before had.
#[derive(Debug)]
pub struct Keys {
    keys: Vec<Key>,
    places: HashMap<(NodeId, String), KeyId>,
    /// Path of each node with a dot behind it; the record's is empty.
    nodes: Vec<String>,
    /// The keys of the record before, in order, overwritten by those of this one.
    order: Vec<KeyId>,
    position: usize,
    depth: usize,
}

impl Keys {
    pub const ROOT: NodeId = 0;

    /// Objects are taken apart down to `depth`: at 1 only records are.
    pub fn new(depth: usize) -> Self {
        Self {
            keys: Vec::new(),
            places: HashMap::new(),
            nodes: vec![String::new()],
            order: Vec::new(),
            position: 0,
            depth,
        }
    }

    pub fn depth(&self) -> usize {
        self.depth
    }

    pub fn begin_record(&mut self) {
        self.position = 0;
    }

    /// The key at this position of the record before, if it stands here again; with its length.
    #[inline]
    pub fn as_before(&mut self, node: NodeId, rest: &[u8]) -> Option<(KeyId, usize)> {
        let id = *self.order.get(self.position)?;
        let key = &self.keys[id];
        if key.node != node || !rest.starts_with(&key.written) {
            return None;
        }
        self.position += 1;
        Some((id, key.written.len()))
    }

    /// `written` is the key with its quotation marks, `name` what it says.
    pub fn look_up(&mut self, node: NodeId, written: &str, name: &str) -> KeyId {
        let id = match self.places.get(&(node, name.to_owned())) {
            Some(&id) => id,
            None => self.add(node, written, name),
        };
        self.order.truncate(self.position);
        self.order.push(id);
        self.position += 1;
        id
    }

    fn add(&mut self, node: NodeId, written: &str, name: &str) -> KeyId {
        let path = format!("{}{name}", self.nodes[node as usize]);
        let written = format!("{written}:").into_bytes().into_boxed_slice();
        let id = self.keys.len();
        self.keys.push(Key { node, written, path, column: None, child: NO_NODE });
        self.places.insert((node, name.to_owned()), id);
        id
    }

    /// The column of a key's own values.
    #[inline]
    pub fn column(&mut self, key: KeyId, rows: &mut Rows) -> usize {
        let key = &mut self.keys[key];
        match key.column {
            Some(column) => column,
            None => *key.column.insert(rows.column(&key.path)),
        }
    }

    /// The object under a key.
    pub fn child(&mut self, key: KeyId) -> NodeId {
        let key = &mut self.keys[key];
        if key.child == NO_NODE {
            key.child = self.nodes.len() as NodeId;
            self.nodes.push(format!("{}.", key.path));
        }
        key.child
    }

    /// An abandoned row took its new columns with it: they are asked for again.
    pub fn forget_columns(&mut self) {
        for key in &mut self.keys {
            key.column = None;
        }
    }
}
