//! Arrays, and objects that are not taken apart, as compact JSON text.

use super::{Scanned, Scanner};
use crate::find;

/// What may come next within a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value, or the end of the array that just began.
    ValueOrEnd,
    Key,
    /// A key, or the end of the object that just began.
    KeyOrEnd,
    CommaOrEnd,
}

impl Scanner<'_> {
    /// The value here, checked, without the white space between its parts; strings and numbers stay as they
    /// are written. Depth costs a byte a level and no call.
    pub(super) fn capture(&mut self) -> Scanned<String> {
        let mut json = String::new();
        let mut closers: Vec<u8> = Vec::new();
        let mut next = Next::Value;
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else { return Err(self.fault("the rest of a value")) };
            next = match (next, byte) {
                (Next::Value | Next::ValueOrEnd, b'{' | b'[') => {
                    closers.push(if byte == b'{' { b'}' } else { b']' });
                    self.take_one(&mut json);
                    if byte == b'{' { Next::KeyOrEnd } else { Next::ValueOrEnd }
                }
                (Next::Value, _) => self.scalar(&mut json)?,
                (Next::ValueOrEnd | Next::KeyOrEnd | Next::CommaOrEnd, b'}' | b']')
                    if closers.last() == Some(&byte) =>
                {
                    closers.pop();
                    self.take_one(&mut json);
                    Next::CommaOrEnd
                }
                (Next::ValueOrEnd, _) => self.scalar(&mut json)?,
                (Next::Key | Next::KeyOrEnd, b'"') => self.member_key(&mut json)?,
                (Next::Key | Next::KeyOrEnd, _) => return Err(self.fault("a key in quotation marks")),
                (Next::CommaOrEnd, b',') => {
                    self.take_one(&mut json);
                    if closers.last() == Some(&b'}') { Next::Key } else { Next::Value }
                }
                (Next::CommaOrEnd, _) => return Err(self.fault("a comma or the end of an array or object")),
            };
            if closers.is_empty() {
                return Ok(json);
            }
        }
    }

    fn take_one(&mut self, json: &mut String) {
        json.push(char::from(self.bytes[self.at]));
        self.at += 1;
    }

    fn member_key(&mut self, json: &mut String) -> Scanned<Next> {
        self.raw_string(json)?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.fault("a colon"));
        }
        self.take_one(json);
        Ok(Next::Value)
    }

    fn scalar(&mut self, json: &mut String) -> Scanned<Next> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.raw_string(json)?;
                return Ok(Next::CommaOrEnd);
            }
            Some(b'-' | b'0'..=b'9') => drop(self.number()?),
            _ => drop(self.word()?),
        }
        json.push_str(&self.text[start..self.at]);
        Ok(Next::CommaOrEnd)
    }

    /// A string as it is written, its escapes checked.
    fn raw_string(&mut self, json: &mut String) -> Scanned<()> {
        let start = self.at;
        let end = find::string_special(self.bytes, start + 1);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
        } else {
            self.string(&mut String::new())?;
        }
        json.push_str(&self.text[start..self.at]);
        Ok(())
    }
}
