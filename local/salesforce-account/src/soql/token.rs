//! Cuts a query into words, literals and signs.

use super::Refusal;
use crate::instant;

/// A piece of a query and where it starts, in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub piece: Piece,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Word(String),
    /// Text, and the same as a pattern for LIKE.
    Text {
        plain: String,
        pattern: String,
    },
    Number(String),
    Date(String),
    /// Milliseconds.
    Instant(i64),
    Sign(&'static str),
    End,
}

const SIGNS: &[&str] = &["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

impl Piece {
    /// As it is shown in errors.
    pub fn shown(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Text { plain, .. } => plain.clone(),
            Self::Number(text) | Self::Date(text) => text.clone(),
            Self::Instant(ms) => instant::bulk(*ms),
            Self::Sign(sign) => (*sign).to_owned(),
            Self::End => "<EOF>".to_owned(),
        }
    }

    pub fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

struct Cutter<'q> {
    query: &'q str,
    chars: Vec<char>,
    at: usize,
}

/// All pieces, the last of which is the end.
pub fn cut(query: &str) -> Result<Vec<Token>, Refusal> {
    let mut cutter = Cutter { query, chars: query.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = cutter.next()?;
        let end = token.piece == Piece::End;
        tokens.push(token);
        if end {
            return Ok(tokens);
        }
    }
}

impl Cutter<'_> {
    fn next(&mut self) -> Result<Token, Refusal> {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        let at = self.at;
        let Some(&first) = self.chars.get(at) else { return Ok(Token { piece: Piece::End, at }) };
        let piece = if first.is_ascii_alphabetic() {
            Piece::Word(self.run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        } else if first.is_ascii_digit() || first == '-' || first == '+' {
            let text = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | ':' | '.'));
            self.literal(&text, at)?
        } else if first == '\'' {
            self.text()?
        } else {
            self.sign(first)?
        };
        Ok(Token { piece, at })
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = &self.chars[self.at..];
        let run: String = rest.iter().copied().take_while(|c| belongs(*c)).collect();
        self.at += run.len();
        run
    }

    fn literal(&self, text: &str, at: usize) -> Result<Piece, Refusal> {
        if instant::read_date(text).is_some() {
            return Ok(Piece::Date(text.to_owned()));
        }
        if let Some(ms) = instant::read(text) {
            return Ok(Piece::Instant(ms));
        }
        let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
        let decimal = plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') && plain.parse::<f64>().is_ok();
        if decimal {
            return Ok(Piece::Number(text.to_owned()));
        }
        // A + that was not percent-encoded arrives as a blank, which ends the literal here.
        let (end, next) = (at + text.len(), self.chars.get(at + text.len()).copied());
        let shown = next.map_or("<EOF>".to_owned(), String::from);
        let message = format!("line 1:{end} no viable alternative at character '{shown}'");
        Err(Refusal::malformed(self.query, end, &message))
    }

    fn text(&mut self) -> Result<Piece, Refusal> {
        let start = self.at;
        self.at += 1;
        let (mut plain, mut pattern) = (String::new(), String::new());
        loop {
            let Some(&c) = self.chars.get(self.at) else {
                let end = self.chars.len();
                let message = format!("line 1:{end} mismatched character '<EOF>' expecting '''");
                return Err(Refusal::malformed(self.query, end, &message));
            };
            self.at += 1;
            match c {
                '\'' => return Ok(Piece::Text { plain, pattern }),
                '\\' => self.escape(start, &mut plain, &mut pattern)?,
                c => {
                    plain.push(c);
                    pattern.push(c);
                }
            }
        }
    }

    fn escape(&mut self, start: usize, plain: &mut String, pattern: &mut String) -> Result<(), Refusal> {
        let code = self.chars.get(self.at).copied().unwrap_or(' ');
        self.at += 1;
        let meant = match code {
            'n' | 'N' => '\n',
            'r' | 'R' => '\r',
            't' | 'T' => '\t',
            'b' | 'B' => '\u{8}',
            'f' | 'F' => '\u{c}',
            '\'' | '"' | '\\' | '%' | '_' => code,
            other => {
                let message = format!("Illegal character sequence '\\{other}' in string literal.");
                return Err(Refusal::malformed(self.query, start, &message));
            }
        };
        plain.push(meant);
        if matches!(meant, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(meant);
        Ok(())
    }

    fn sign(&mut self, first: char) -> Result<Piece, Refusal> {
        let two: String = self.chars[self.at..].iter().take(2).collect();
        match SIGNS.iter().find(|sign| two.starts_with(**sign)) {
            Some(sign) => {
                self.at += sign.len();
                Ok(Piece::Sign(sign))
            }
            None => {
                let message = format!("unexpected token: '{first}'");
                Err(Refusal::malformed(self.query, self.at, &message))
            }
        }
    }
}
