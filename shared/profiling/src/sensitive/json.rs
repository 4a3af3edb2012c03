//! JSON text as its tokens. Reads on whatever comes, because values that are shown are cut: damaged JSON gives
//! tokens too, and joined again they are always the text. Linear in the text.

/// A piece of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A bracket, a comma, a colon or white space.
    Mark(u8),
    /// A member's name: what stands between its quotes, escapes as they are.
    Key(&'a str),
    /// A string that is no name; `closed` unless the text ends first.
    Text { inner: &'a str, closed: bool },
    /// Numbers, `true`, `false`, `null`, and what is no JSON.
    Bare(&'a str),
}

#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// From behind the quote that opens a string.
    fn string(&mut self, from: usize) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let mut end = from;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() {
            self.at = bytes.len();
            return Token::Text { inner: &self.text[from..], closed: false };
        }
        self.at = end + 1;
        let inner = &self.text[from..end];
        match bytes[self.at..].iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b':') => Token::Key(inner),
            _ => Token::Text { inner, closed: true },
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let from = self.at;
        let rest = self.text.as_bytes().get(from..)?;
        let first = *rest.first()?;
        if first == b'"' {
            return Some(self.string(from + 1));
        }
        if is_mark(first) {
            self.at += 1;
            return Some(Token::Mark(first));
        }
        let length = rest.iter().position(|byte| is_mark(*byte) || *byte == b'"').unwrap_or(rest.len());
        self.at += length;
        Some(Token::Bare(&self.text[from..self.at]))
    }
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':') || byte.is_ascii_whitespace()
}

/// Whether a text is to be taken for JSON that holds something: an object or an array.
pub(crate) fn is_nested(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(text: &str) -> String {
        let one = |token| match token {
            Token::Mark(byte) => char::from(byte).to_string(),
            Token::Key(inner) | Token::Text { inner, closed: true } => format!("\"{inner}\""),
            Token::Text { inner, closed: false } => format!("\"{inner}"),
            Token::Bare(text) => text.to_owned(),
        };
        Tokens::of(text).map(one).collect()
    }

    #[test]
    fn names_are_told_from_values() {
        let tokens = Tokens::of(r#"{"a" : "b\"c", "d":[1, "e"#);
        let told: Vec<Token<'_>> = tokens.filter(|t| !matches!(t, Token::Mark(_))).collect();
        let expected = [
            Token::Key("a"),
            Token::Text { inner: r#"b\"c"#, closed: true },
            Token::Key("d"),
            Token::Bare("1"),
            Token::Text { inner: "e", closed: false },
        ];
        assert_eq!(told, expected);
    }

    proptest! {
        #[test]
        fn tokens_joined_are_the_text(any in ".{0,60}", like in "[\\[\\]{}:, \"\\\\a1é]{0,60}") {
            prop_assert_eq!(joined(&any), any);
            prop_assert_eq!(joined(&like), like);
        }
    }
}
