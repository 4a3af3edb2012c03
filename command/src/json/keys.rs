//! The keys of a file's records and the columns that they stand for.

use std::collections::HashMap;

use crate::rows::{NOWHERE, Rows};

/// An object that records hold: the record itself, or what stands under a key.
pub type NodeId = u32;
/// A key within a node.
pub type KeyId = usize;

const NO_NODE: NodeId = NodeId::MAX;

/// Stands for every key whose column is not profiled, and for those under it.
const FURTHER: KeyId = 0;

/// What no key looks like: text has no such byte.
const UNWRITTEN: &[u8] = b"\xff";

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
    /// Keys and nodes that were there when the open record began.
    settled: (usize, usize),
}

impl Keys {
    pub const ROOT: NodeId = 0;

    /// Objects are taken apart down to `depth`: at 1 only records are.
    pub fn new(depth: usize) -> Self {
        let further = Key {
            node: NO_NODE,
            written: UNWRITTEN.into(),
            path: String::new(),
            column: Some(NOWHERE),
            child: NO_NODE,
        };
        Self {
            keys: vec![further],
            places: HashMap::new(),
            nodes: vec![String::new()],
            order: Vec::new(),
            position: 0,
            depth,
            settled: (1, 1),
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
    pub fn look_up(&mut self, node: NodeId, written: &str, name: &str, rows: &mut Rows) -> KeyId {
        let id = if node == NO_NODE { FURTHER } else { self.found(node, written, name, rows) };
        self.order.truncate(self.position);
        self.order.push(id);
        self.position += 1;
        id
    }

    fn found(&mut self, node: NodeId, written: &str, name: &str, rows: &mut Rows) -> KeyId {
        if let Some(&id) = self.places.get(&(node, name.to_owned())) {
            return id;
        }
        // What has no column needs no place here either: keys without end cost no memory.
        // What is within it may have one, from a file before.
        if rows.is_full() {
            let path = format!("{}{name}", self.nodes[node as usize]);
            if !rows.has_within(&path) && rows.column(&path) == NOWHERE {
                return FURTHER;
            }
        }
        self.add(node, written, name)
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
        if key == FURTHER {
            return NO_NODE;
        }
        let key = &mut self.keys[key];
        if key.child == NO_NODE {
            key.child = self.nodes.len() as NodeId;
            self.nodes.push(format!("{}.", key.path));
        }
        key.child
    }

    /// The record's row is complete.
    #[inline]
    pub fn end_record(&mut self, rows: &mut Rows) {
        rows.end_row();
        self.settled = (self.keys.len(), self.nodes.len());
    }

    /// The open record was never there, and neither were its row and the keys and columns that it brought. Costs as
    /// much as reading it did.
    pub fn abandon_record(&mut self, rows: &mut Rows) {
        let mut order = std::mem::take(&mut self.order);
        let visited = order.get(..self.position).unwrap_or_default();
        rows.abandon_row(visited.iter().filter_map(|id| self.keys[*id].column));
        let (keys, nodes) = self.settled;
        for &id in visited {
            let key = &mut self.keys[id];
            key.column = key.column.filter(|column| *column == NOWHERE || *column < rows.columns().len());
            if key.child as usize >= nodes {
                key.child = NO_NODE;
            }
        }
        for key in self.keys.drain(keys..) {
            let prefix = self.nodes[key.node as usize].len();
            self.places.remove(&(key.node, key.path[prefix..].to_owned()));
        }
        self.nodes.truncate(nodes);
        order.clear();
        (self.order, self.position) = (order, 0);
    }
}
