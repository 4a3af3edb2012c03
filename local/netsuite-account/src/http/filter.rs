//! The record service's `q=`: conditions on fields, joined by AND and OR. Dates are written as the integration's
//! user writes them; ISO is refused.

use rusqlite::types::Value;

use super::problem::Problem;
use crate::calendar::DAY;
use crate::catalog::{Column, Exposure, Kind, Table};
use crate::pacific::to_utc;
use crate::suiteql::format::Format;

/// A condition in SQLite's words, and its values.
#[derive(Debug, Default, PartialEq)]
pub struct Filter {
    pub sql: String,
    pub values: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Mark(char),
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::query(detail, "q")
}

fn unreadable() -> Problem {
    invalid("Invalid query filter. Provide conditions such as companyName IS \"name\" joined by AND or OR.")
}

fn bad_date(text: &str) -> Problem {
    invalid(format!(
        "Parse of date/time \"{text}\" failed with date format \"M/d/yy\" in time zone America/Los_Angeles"
    ))
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut out = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_whitespace() => {}
            '(' | ')' | '[' | ']' | ',' => out.push(Token::Mark(c)),
            '"' => {
                let mut word = String::new();
                loop {
                    match rest.next() {
                        Some('"') => break,
                        Some(c) => word.push(c),
                        None => return Err(unreadable()),
                    }
                }
                out.push(Token::Quoted(word));
            }
            c => {
                let mut word = String::from(c);
                while let Some(c) = rest.next_if(|c| !c.is_whitespace() && !"()[],\"".contains(*c)) {
                    word.push(c);
                }
                out.push(Token::Word(word));
            }
        }
    }
    Ok(out)
}

/// Reads a filter on the fields of `table`.
pub fn read(text: &str, table: &Table) -> Result<Filter, Problem> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, place: 0, table, values: Vec::new() };
    let sql = parser.either()?;
    if parser.place < tokens.len() {
        return Err(unreadable());
    }
    Ok(Filter { sql, values: parser.values })
}

struct Parser<'t> {
    tokens: &'t [Token],
    place: usize,
    table: &'t Table,
    values: Vec<Value>,
}

impl Parser<'_> {
    fn next(&mut self) -> Result<Token, Problem> {
        let token = self.tokens.get(self.place).cloned().ok_or_else(unreadable)?;
        self.place += 1;
        Ok(token)
    }

    fn take(&mut self, expected: &Token) -> bool {
        let found = self.tokens.get(self.place) == Some(expected);
        self.place += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<String, Problem> {
        let mut sql = self.both()?;
        while self.take(&Token::Word("OR".to_owned())) {
            sql = format!("({sql} OR {})", self.both()?);
        }
        Ok(sql)
    }

    fn both(&mut self) -> Result<String, Problem> {
        let mut sql = self.one()?;
        while self.take(&Token::Word("AND".to_owned())) {
            sql = format!("({sql} AND {})", self.one()?);
        }
        Ok(sql)
    }

    fn one(&mut self) -> Result<String, Problem> {
        if self.take(&Token::Mark('(')) {
            let sql = self.either()?;
            return if self.take(&Token::Mark(')')) { Ok(sql) } else { Err(unreadable()) };
        }
        let (Token::Word(name), Token::Word(operator)) = (self.next()?, self.next()?) else {
            return Err(unreadable());
        };
        let filterable = |c: &&Column| c.rest_name == name && c.exposure != Exposure::QueryOnly && c.stored();
        let Some(column) = self.table.columns.iter().find(filterable) else {
            return Err(invalid(format!("Field '{name}' cannot be used in a query filter.")));
        };
        let (plain, negated) = match operator.strip_suffix("_NOT") {
            Some(plain) => (plain, true),
            None => (operator.as_str(), false),
        };
        let quoted = format!("\"{}\"", column.name);
        if plain == "EMPTY" {
            return Ok(format!("{quoted} IS {}NULL", if negated { "NOT " } else { "" }));
        }
        let values = self.operand()?;
        let sql = self.compare(column, &quoted, plain, &values)?.ok_or_else(|| {
            invalid(format!("Operator '{operator}' cannot be used with the field '{name}'."))
        })?;
        Ok(if negated { format!("NOT ({sql})") } else { sql })
    }

    fn operand(&mut self) -> Result<Vec<String>, Problem> {
        let mut values = Vec::new();
        let listed = self.take(&Token::Mark('['));
        loop {
            match self.next()? {
                Token::Word(text) | Token::Quoted(text) => values.push(text),
                Token::Mark(_) => return Err(unreadable()),
            }
            if !listed || self.take(&Token::Mark(']')) {
                return Ok(values);
            }
            if !self.take(&Token::Mark(',')) {
                return Err(unreadable());
            }
        }
    }

    fn bind(&mut self, value: Value) -> &'static str {
        self.values.push(value);
        "?"
    }

    fn compare(
        &mut self,
        column: &Column,
        name: &str,
        operator: &str,
        values: &[String],
    ) -> Result<Option<String>, Problem> {
        match column.kind {
            _ if column.reference.is_some() && operator != "ANY_OF" => Ok(None),
            Kind::Integer | Kind::Decimal => self.number(name, operator, values),
            Kind::Text => Ok(self.text(name, operator, values)),
            Kind::Flag => self.flag(name, operator, values),
            Kind::Date | Kind::DateTime => self.moment(column.kind, name, operator, values),
        }
    }

    fn number(&mut self, name: &str, operator: &str, values: &[String]) -> Result<Option<String>, Problem> {
        let wrong = |text: &String| invalid(format!("Invalid number '{text}' in the query filter."));
        let numbers = values
            .iter()
            .map(|v| v.parse::<f64>().map(Value::Real).map_err(|_| wrong(v)))
            .collect::<Result<Vec<_>, _>>()?;
        let sign = match (operator, numbers.len()) {
            ("EQUAL", 1) => "=",
            ("GREATER", 1) => ">",
            ("GREATER_OR_EQUAL", 1) => ">=",
            ("LESS", 1) => "<",
            ("LESS_OR_EQUAL", 1) => "<=",
            ("BETWEEN", 2) => "BETWEEN ? AND",
            ("ANY_OF", 1..) => {
                let marks = vec!["?"; numbers.len()].join(",");
                self.values.extend(numbers);
                return Ok(Some(format!("{name} IN ({marks})")));
            }
            _ => return Ok(None),
        };
        self.values.extend(numbers);
        Ok(Some(format!("{name} {sign} ?")))
    }

    fn text(&mut self, name: &str, operator: &str, values: &[String]) -> Option<String> {
        let [text] = values else { return None };
        let pattern = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = match operator {
            "IS" => pattern,
            "CONTAIN" => format!("%{pattern}%"),
            "START_WITH" => format!("{pattern}%"),
            "END_WITH" => format!("%{pattern}"),
            _ => return None,
        };
        let mark = self.bind(Value::Text(pattern.to_lowercase()));
        Some(format!("LOWER({name}) LIKE {mark} ESCAPE '\\'"))
    }

    fn flag(&mut self, name: &str, operator: &str, values: &[String]) -> Result<Option<String>, Problem> {
        let flag = match (operator, values) {
            ("IS", [text]) if text.eq_ignore_ascii_case("true") => "T",
            ("IS", [text]) if text.eq_ignore_ascii_case("false") => "F",
            ("IS", [text]) => return Err(invalid(format!("Invalid boolean '{text}' in the query filter."))),
            _ => return Ok(None),
        };
        let mark = self.bind(Value::Text(flag.to_owned()));
        Ok(Some(format!("{name} = {mark}")))
    }

    fn moment(
        &mut self,
        kind: Kind,
        name: &str,
        operator: &str,
        values: &[String],
    ) -> Result<Option<String>, Problem> {
        let spans = values
            .iter()
            .map(|text| Span::read(text, kind).ok_or_else(|| bad_date(text)))
            .collect::<Result<Vec<_>, _>>()?;
        let (from, until) = match (operator, spans.as_slice()) {
            ("ON_OR_AFTER", [span]) => (Some(span.from), None),
            ("AFTER", [span]) => (Some(span.until), None),
            ("ON_OR_BEFORE", [span]) => (None, Some(span.until)),
            ("BEFORE", [span]) => (None, Some(span.from)),
            ("ON", [span]) => (Some(span.from), Some(span.until)),
            ("WITHIN", [first, last]) => (Some(first.from), Some(last.until)),
            _ => return Ok(None),
        };
        let mut parts = Vec::new();
        if let Some(from) = from {
            parts.push(format!("{name} >= {}", self.bind(Value::Integer(from))));
        }
        if let Some(until) = until {
            parts.push(format!("{name} < {}", self.bind(Value::Integer(until))));
        }
        Ok(Some(format!("({})", parts.join(" AND "))))
    }
}

/// What a written date or minute covers, in the seconds that the column holds.
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    /// Reads `3/2/2026` or `3/2/2026 1:00 am`: the formats of the user's preferences.
    fn read(text: &str, kind: Kind) -> Option<Self> {
        // The formats are Oracle's, which take more than the preferences do: seconds, and a clock of 24 hours.
        let parts: Vec<&str> = text.split_whitespace().collect();
        let (models, length) = match parts.as_slice() {
            [_] => (["MM/DD/YYYY", "MM/DD/YY"], DAY),
            [_, clock, half] if is_minute(clock) && ["am", "pm"].contains(&half.to_lowercase().as_str()) => {
                (["MM/DD/YYYY HH:MI AM", "MM/DD/YY HH:MI AM"], 60)
            }
            _ => return None,
        };
        let wall = models.into_iter().find_map(|model| {
            let (wall, _) = Format::parse(model).ok()?.read(text).ok()?;
            (crate::calendar::reading(wall).year >= 1_000).then_some(wall)
        })?;
        Some(match kind {
            Kind::DateTime => Self { from: to_utc(wall), until: to_utc(wall + length) },
            _ => Self { from: wall, until: wall + length },
        })
    }
}

/// `h:mm` of a clock of twelve hours.
fn is_minute(clock: &str) -> bool {
    let Some((hour, minute)) = clock.split_once(':') else { return false };
    hour.parse::<u8>().is_ok_and(|h| (1..=12).contains(&h))
        && minute.len() == 2
        && minute.parse::<u8>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::table;

    fn customer(text: &str) -> Result<Filter, String> {
        read(text, table("customer").unwrap()).map_err(|problem| problem.detail)
    }

    #[test]
    fn dates_are_read_as_the_user_writes_them_in_the_accounts_zone() {
        let filter = customer("lastModifiedDate ON_OR_AFTER \"3/2/2026 1:00 am\"").unwrap();
        assert_eq!(filter.sql, "(\"lastmodifieddate\" >= ?)");
        // 01:00 in Los Angeles is 09:00 in UTC before daylight time begins.
        assert_eq!(filter.values, [Value::Integer(1_772_442_000)]);
        let day = customer("lastModifiedDate ON \"3/2/2026\"").unwrap();
        assert_eq!(day.values, [Value::Integer(1_772_438_400), Value::Integer(1_772_524_800)]);
    }

    #[test]
    fn other_spellings_of_dates_are_refused_in_the_vendors_words() {
        for text in [
            "2026-03-02",
            "2026-03-02T01:00:00Z",
            "8/5/2026 23:53",
            "8/5/2026 13:53 pm",
            "3/2/2026 1:00:30 am",
            "yesterday",
        ] {
            let refused = customer(&format!("lastModifiedDate AFTER \"{text}\"")).unwrap_err();
            let words = format!(
                "Parse of date/time \"{text}\" failed with date format \"M/d/yy\" in time zone America/Los_Angeles"
            );
            assert_eq!(refused, words);
        }
    }

    #[test]
    fn conditions_join_and_nest() {
        let filter =
            customer("(companyName START_WITH Cust AND isInactive IS false) OR id ANY_OF [1, 2]").unwrap();
        assert_eq!(
            filter.sql,
            "((LOWER(\"companyname\") LIKE ? ESCAPE '\\' AND \"isinactive\" = ?) OR \"id\" IN (?,?))"
        );
        assert_eq!(filter.values.len(), 4);
        assert_eq!(customer("email EMPTY_NOT").unwrap().sql, "\"email\" IS NOT NULL");
        assert_eq!(customer("id EQUAL_NOT 5").unwrap().sql, "NOT (\"id\" = ?)");
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "",
            "companyName",
            "companyName IS",
            "companyname IS x",
            "nothing IS x",
            "companyName GREATER x",
            "id EQUAL five",
            "isInactive IS maybe",
            "(id EQUAL 5",
            "id EQUAL 5 id EQUAL 6",
            "companyName IS \"x",
            "currency EQUAL 1",
            "id ANY_OF [1 2]",
            "image IS x",
        ] {
            assert!(customer(text).is_err(), "{text}");
        }
    }
}
