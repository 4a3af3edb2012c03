//! Strings and their escapes.

use super::{Fault, Scanned, Scanner};
use crate::find;

impl<'a> Scanner<'a> {
    /// The string here, if it is written as it is read: without an escape. Stands still otherwise.
    #[inline]
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = find::string_special(self.bytes, start);
        if self.bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// The string here; its escapes are undone in `unescaped`.
    pub(super) fn string<'b>(&mut self, unescaped: &'b mut String) -> Scanned<&'b str>
    where
        'a: 'b,
    {
        if let Some(plain) = self.plain_string() {
            return Ok(plain);
        }
        self.at += 1;
        loop {
            let end = find::string_special(self.bytes, self.at);
            unescaped.push_str(&self.text[self.at..end]);
            self.at = end;
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(unescaped);
                }
                Some(b'\\') => unescaped.push(self.escape()?),
                Some(_) => return Err(self.fault("an escape in place of a control character")),
                None => return Err(self.fault("a quotation mark")),
            }
        }
    }

    fn escape(&mut self) -> Scanned<char> {
        self.at += 1;
        let Some(letter) = self.peek() else { return Err(self.fault("an escape")) };
        let plain = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.fault("one of \" \\ / b f n r t u")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// A character by its UTF-16 units. A lone surrogate is no character: it becomes U+FFFD, which profiles
    /// count as an encoding fault.
    fn unicode(&mut self) -> Scanned<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) || !self.bytes[self.at..].starts_with(b"\\u") {
            let cut = (0xd800..0xdc00).contains(&first) && b"\\u".starts_with(&self.bytes[self.at..]);
            if cut {
                return Err(Fault { cut, ..self.fault("the second half of a surrogate pair") });
            }
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let back = self.at;
        self.at += 2;
        let second = self.unit()?;
        if !(0xdc00..0xe000).contains(&second) {
            self.at = back;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Scanned<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.fault("four hexadecimal digits")) };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }
}
