//! Which signs separate values, and how that is found out.

use super::record::{self, Fields, Scan};

/// What the caller says of a file; what is not said is found out.
#[derive(Debug, Clone)]
pub struct CsvOptions {
    pub delimiter: Option<u8>,
    pub quote: Quote,
    pub header: Option<bool>,
    /// An empty field without quotation marks is null.
    pub empty_is_null: bool,
    /// Other fields without quotation marks that are null, as in `NA`.
    pub null_texts: Vec<String>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: Quote::Sniffed,
            header: None,
            empty_is_null: true,
            null_texts: Vec::new(),
        }
    }
}

/// What fields are quoted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    Sniffed,
    None,
    Sign(u8),
}

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// The last sign of a line end: a carriage return only where there is no line feed.
    pub terminator: u8,
    pub header: bool,
}

const DELIMITERS: [u8; 4] = *b",\t;|";
const RECORDS: usize = 200;

impl Dialect {
    /// From the beginning of a file.
    pub fn of(head: &str, options: &CsvOptions) -> Self {
        let terminator = if head.contains('\r') && !head.contains('\n') { b'\r' } else { b'\n' };
        let quote = match options.quote {
            Quote::Sniffed => Some(sniffed_quote(head)),
            Quote::None => None,
            Quote::Sign(sign) => Some(sign),
        };
        let with = |delimiter| Dialect { delimiter, quote, terminator, header: false };
        let delimiter = options.delimiter.unwrap_or_else(|| {
            let scored = DELIMITERS.map(|delimiter| (score(&records(head, &with(delimiter))), delimiter));
            // Of equals the first in the list.
            scored.iter().rev().max_by(|a, b| a.0.total_cmp(&b.0)).map_or(b',', |(_, delimiter)| *delimiter)
        });
        let mut dialect = with(delimiter);
        dialect.header = options.header.unwrap_or_else(|| is_header(&records(head, &dialect)));
        dialect
    }

    pub fn details(&self) -> Vec<(&'static str, String)> {
        let sign = |sign: u8| match sign {
            b'\t' => "tab".to_owned(),
            b',' => "comma".to_owned(),
            b';' => "semicolon".to_owned(),
            b'"' => "double".to_owned(),
            b'\'' => "single".to_owned(),
            other => char::from(other).to_string(),
        };
        let mut details = vec![("delimiter", sign(self.delimiter))];
        details.push(("quote", self.quote.map_or("none".to_owned(), sign)));
        details.push(("header", if self.header { "yes" } else { "no" }.to_owned()));
        details
    }
}

/// The first records as texts. A last one that the beginning cuts is left out, unless it is all there is.
fn records(head: &str, dialect: &Dialect) -> Vec<Vec<String>> {
    let (mut records, mut fields, mut at) = (Vec::new(), Fields::default(), 0);
    while at < head.len() && records.len() < RECORDS {
        let Scan::Record { end } = record::scan(head, at, dialect, records.len() < 2, &mut fields) else {
            break;
        };
        if !fields.is_blank() {
            records.push(fields.texts(head, dialect.quote));
        }
        at = end;
    }
    records
}

/// How well a delimiter fits: the share of records with as many fields as the most, in whole steps ahead of
/// how many fields that are. 0 where it separates nothing.
fn score(records: &[Vec<String>]) -> f64 {
    let counts: Vec<usize> = records.iter().map(Vec::len).collect();
    let how_often = |fields: usize| counts.iter().filter(|count| **count == fields).count();
    let Some(usual) = counts.iter().copied().max_by_key(|fields| (how_often(*fields), *fields)) else {
        return 0.0;
    };
    if usual < 2 {
        return 0.0;
    }
    let share = how_often(usual) as f64 / counts.len() as f64;
    (share * 20.0).floor() + usual as f64 / (usual as f64 + 1.0)
}

/// A quotation mark, or an apostrophe where no quotation mark is met and as many fields begin with one as end
/// with one.
fn sniffed_quote(head: &str) -> u8 {
    if head.contains('"') {
        return b'"';
    }
    let bytes = head.as_bytes();
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| b",\t;|\r\n".contains(byte));
    let (mut begins, mut ends) = (0, 0);
    for at in memchr::memchr_iter(b'\'', bytes) {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        begins += u32::from(is_edge(before));
        ends += u32::from(is_edge(bytes.get(at + 1)));
    }
    if begins > 0 && begins == ends { b'\'' } else { b'"' }
}

/// Whether the first record names the columns: its fields are filled, all different, and none reads as a
/// value of another type than text.
fn is_header(records: &[Vec<String>]) -> bool {
    let Some(first) = records.first() else { return true };
    let mut names: Vec<&str> = first.iter().map(|name| name.trim()).collect();
    let is_name = |name: &&str| !name.is_empty() && !is_value(name);
    let named = names.iter().filter(|name| is_name(name)).count();
    // A trailing delimiter leaves one name empty.
    let all_named =
        named == names.len() || (named + 1 == names.len() && named > 0 && names.last() == Some(&""));
    names.sort_unstable();
    let repeats = names.windows(2).any(|pair| pair[0] == pair[1]);
    all_named && !repeats
}

/// Numbers, dates and times (digits and the signs between them), and booleans.
fn is_value(text: &str) -> bool {
    let starts_with_digit =
        text.trim_start_matches(['-', '+', '.']).starts_with(|c: char| c.is_ascii_digit());
    let only_signs = text.chars().all(|c| c.is_ascii_digit() || ".,:-+/ eETZ%".contains(c));
    (starts_with_digit && only_signs)
        || text.eq_ignore_ascii_case("true")
        || text.eq_ignore_ascii_case("false")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str) -> (char, char, bool) {
        let dialect = Dialect::of(head, &CsvOptions::default());
        (char::from(dialect.delimiter), dialect.quote.map_or('-', char::from), dialect.header)
    }

    #[test]
    fn delimiters_are_found() {
        assert_eq!(of("a,b,c\n1,2,3\n"), (',', '"', true));
        assert_eq!(of("a;b\n1,5;2,5\n2,5;3,5\n"), (';', '"', true));
        assert_eq!(of("name\ttext\nx\ta, b, c\ny\td\n"), ('\t', '"', true));
        assert_eq!(of("a|b\n\"x|y\"|z\n"), ('|', '"', true));
        assert_eq!(of("only\none\ncolumn\n"), (',', '"', true));
    }

    #[test]
    fn headers_are_told_from_values() {
        assert!(!of("1,2\n3,4\n").2);
        assert!(!of("2026-01-01,x\n2026-01-02,y\n").2);
        assert!(!of("a,a\nb,b\n").2);
        assert!(of("a,b,\n1,2,\n").2);
        assert!(of("1st place,2nd place\nx,y\n").2);
    }

    #[test]
    fn apostrophes_quote_only_where_they_come_in_pairs() {
        assert_eq!(of("a,b\n'x','y'\n").1, '\'');
        assert_eq!(of("a,b\n't Hooft,x\n").1, '"');
    }

    #[test]
    fn line_ends_of_old_are_found() {
        assert_eq!(Dialect::of("a,b\r1,2\r", &CsvOptions::default()).terminator, b'\r');
    }
}
