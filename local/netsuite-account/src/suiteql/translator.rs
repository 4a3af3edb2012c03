//! From the text of a query to a plan that SQLite can run.

use sqlparser::ast::{Statement, Value};
use sqlparser::dialect::OracleDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::Access;
use super::fragment::{Fragment, OutputColumn};
use super::refusal::Refusal;

/// What is known while a query is translated.
pub struct Translator<'a> {
    pub access: &'a Access,
    aliases: usize,
    /// Every table that is read, once for each time it is named.
    pub tables: Vec<&'static str>,
    /// UTC seconds.
    pub now: i64,
}

/// A translated query.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The table that is read first, for those who count.
    pub first_table: Option<&'static str>,
    /// Every table that is read.
    pub tables: Vec<&'static str>,
    pub columns: Vec<OutputColumn>,
    /// Yields the rows, with the query's order.
    pub rows: String,
    /// Yields as many rows, as cheaply as possible.
    pub shape: String,
}

/// Translates `sql`. `parameters` fill its question marks in order; both must be as many.
pub fn plan(sql: &str, parameters: &[String], access: &Access, now: i64) -> Result<Plan, Refusal> {
    let tokens = bind(sql, parameters)?;
    let mut statements = Parser::new(&OracleDialect {})
        .with_tokens(tokens)
        .parse_statements()
        .map_err(|_| Refusal::unsupported())?;
    let (Some(Statement::Query(query)), true) = (statements.pop(), statements.is_empty()) else {
        return Err(Refusal::unsupported());
    };
    let mut translator = Translator { access, aliases: 0, tables: Vec::new(), now };
    let planned = translator.query(&query, None)?;
    Ok(Plan { tables: translator.tables, ..planned })
}

/// Puts the bound values in the places of the question marks, as text literals.
fn bind(sql: &str, parameters: &[String]) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Tokenizer::new(&OracleDialect {}, sql).tokenize().map_err(|_| Refusal::unsupported())?;
    let mut values = parameters.iter();
    for token in &mut tokens {
        match token {
            Token::SemiColon => return Err(Refusal::unsupported()),
            Token::Placeholder(mark) if mark == "?" => {
                let value = values
                    .next()
                    .ok_or_else(|| Refusal::search("The query has more parameters than values were bound"))?;
                *token = Token::SingleQuotedString(value.clone());
            }
            Token::Placeholder(_) => return Err(Refusal::unsupported()),
            _ => {}
        }
    }
    match values.next() {
        Some(_) => Err(Refusal::search("More values were bound than the query has parameters")),
        None => Ok(tokens),
    }
}

impl Translator<'_> {
    /// A name for a source that no other source of the statement has.
    pub fn next_alias(&mut self) -> String {
        self.aliases += 1;
        format!("s{}", self.aliases)
    }
}

/// A literal.
pub fn literal(value: &Value) -> Result<Fragment, Refusal> {
    match value {
        Value::Number(digits, _) if digits.parse::<f64>().is_ok_and(f64::is_finite) => {
            Ok(super::number::literal(digits))
        }
        Value::SingleQuotedString(text) => Ok(Fragment::literal(text)),
        Value::Null => Ok(Fragment::null()),
        _ => Err(Refusal::unsupported()),
    }
}
