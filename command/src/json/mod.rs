//! JSON records read straight into columns: no tree is built, and a value costs no allocation where its place
//! in the batch held a text before.
//!
//! Records of one file mostly have the same keys in the same order, so each key is compared in place with the
//! one that stood there in the record before; only a surprise is looked up. The grammar is RFC 8259, plus
//! `NaN`, `Infinity` and `-Infinity`, which Python and others write. Texts are UTF-8 already checked.

mod capture;
mod keys;
mod number;
mod string;

pub use keys::Keys;
use keys::{KeyId, NodeId};

use forebay_model::Value;

use crate::rows::Rows;

/// What was wrong, and at which byte of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub what: String,
    /// Whether the text ended too early: more of it could mend this.
    pub cut: bool,
}

/// A place in a text.
pub struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

type Scanned<T> = Result<T, Fault>;

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at }
    }

    /// Where the next byte is read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Reads one object as a row, which it leaves open. White space may stand before it.
    pub fn record(&mut self, keys: &mut Keys, rows: &mut Rows) -> Scanned<()> {
        keys.begin_record();
        self.skip_space();
        if self.peek() != Some(b'{') {
            return Err(self.fault("a JSON object"));
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        self.members(keys, rows, Keys::ROOT, 1)
    }

    /// Nothing but white space may follow.
    pub fn end(&mut self) -> Scanned<()> {
        self.skip_space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.fault("the end of the line")) }
    }

    /// The members of an object that is not empty, and its end. `depth` counts the objects around them.
    fn members(&mut self, keys: &mut Keys, rows: &mut Rows, node: NodeId, depth: usize) -> Scanned<()> {
        loop {
            let key = self.key(keys, rows, node)?;
            self.skip_space();
            self.value(keys, rows, key, depth)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("a comma or }")),
            }
            self.skip_space();
        }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self, keys: &mut Keys, rows: &mut Rows, node: NodeId) -> Scanned<KeyId> {
        if let Some((key, length)) = keys.as_before(node, &self.bytes[self.at..]) {
            self.at += length;
            return Ok(key);
        }
        self.surprising_key(keys, rows, node)
    }

    #[cold]
    fn surprising_key(&mut self, keys: &mut Keys, rows: &mut Rows, node: NodeId) -> Scanned<KeyId> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a key in quotation marks"));
        }
        let start = self.at;
        let mut unescaped = String::new();
        let name = self.string(&mut unescaped)?;
        let raw = &self.text[start..self.at];
        let key = keys.look_up(node, raw, name, rows);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.fault("a colon"));
        }
        self.at += 1;
        Ok(key)
    }

    #[inline]
    fn value(&mut self, keys: &mut Keys, rows: &mut Rows, key: KeyId, depth: usize) -> Scanned<()> {
        match self.peek() {
            Some(b'"') => {
                let column = keys.column(key, rows);
                match self.plain_string() {
                    Some(text) => rows.put_text(column, text),
                    None => {
                        let mut unescaped = String::new();
                        rows.put_text(column, self.string(&mut unescaped)?);
                    }
                }
                Ok(())
            }
            Some(b'{') => self.nested(keys, rows, key, depth),
            Some(b'[') => self.captured(keys, rows, key),
            Some(b'-' | b'0'..=b'9') => {
                let value = self.number()?;
                let column = keys.column(key, rows);
                rows.put(column, value);
                Ok(())
            }
            _ => {
                let value = self.word()?;
                let column = keys.column(key, rows);
                rows.put(column, value);
                Ok(())
            }
        }
    }

    /// An object: its members are columns of their own, down to the stated depth. An empty one, and one that
    /// is deeper, is a value.
    fn nested(&mut self, keys: &mut Keys, rows: &mut Rows, key: KeyId, depth: usize) -> Scanned<()> {
        let mut ahead = Scanner { at: self.at + 1, ..*self };
        ahead.skip_space();
        if depth >= keys.depth() || ahead.peek() == Some(b'}') {
            return self.captured(keys, rows, key);
        }
        self.at = ahead.at;
        let node = keys.child(key);
        self.members(keys, rows, node, depth + 1)
    }

    fn captured(&mut self, keys: &mut Keys, rows: &mut Rows, key: KeyId) -> Scanned<()> {
        let json = self.capture()?;
        let column = keys.column(key, rows);
        rows.put(column, Value::Json(json));
        Ok(())
    }

    /// `true`, `false`, `null` and the numbers that JSON has no digits for.
    fn word(&mut self) -> Scanned<Value> {
        const WORDS: [(&str, Value); 5] = [
            ("null", Value::Null),
            ("true", Value::Boolean(true)),
            ("false", Value::Boolean(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        let rest = &self.bytes[self.at..];
        for (word, value) in WORDS {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        let cut = WORDS.iter().any(|(word, _)| word.as_bytes().starts_with(rest));
        Err(Fault { cut, ..self.fault("a JSON value") })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    #[cold]
    fn fault(&self, expected: &str) -> Fault {
        self.fault_at(self.at, expected)
    }

    #[cold]
    fn fault_at(&self, at: usize, expected: &str) -> Fault {
        let rest = self.text.get(at..).unwrap_or_default();
        let found = match rest.chars().next() {
            None => "the end".to_owned(),
            Some(first) => format!("{first:?}"),
        };
        Fault { at, what: format!("expected {expected}, found {found}"), cut: at >= self.bytes.len() }
    }
}

#[cfg(test)]
mod tests;
