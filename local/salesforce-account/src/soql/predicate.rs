//! Turns conditions into SQL. Every condition is either true or false: null is unequal to every value.

use rusqlite::types::Value;

use super::Refusal;
use super::ast::{Condition, Literal, Named, Operator};
use super::plan::{resolve, sorts_without_case};
use super::token::Piece;
use crate::catalog::{Access, Field, Kind, Object};
use crate::ids;

/// SQL over the row `t`; the values it binds are added to `values`.
pub fn predicate(
    text: &str,
    object: &'static Object,
    access: &Access,
    condition: &Condition,
    values: &mut Vec<Value>,
) -> Result<String, Refusal> {
    let mut join = |parts: &[Condition], word: &str| -> Result<String, Refusal> {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| predicate(text, object, access, part, values))
            .collect::<Result<_, _>>()?;
        Ok(format!("({})", parts.join(word)))
    };
    match condition {
        Condition::All(parts) => join(parts, " AND "),
        Condition::Any(parts) => join(parts, " OR "),
        Condition::Not(part) => {
            let inner = predicate(text, object, access, part, values)?;
            Ok(format!("NOT COALESCE({inner}, 0)"))
        }
        Condition::Compare { field, operator, values: literals } => {
            let compared = Compared { text, named: field, field: resolve(text, object, field, access)? };
            compared.sql(*operator, literals, values)
        }
    }
}

struct Compared<'q> {
    text: &'q str,
    named: &'q Named,
    field: &'static Field,
}

impl Compared<'_> {
    fn sql(
        &self,
        operator: Operator,
        literals: &[Literal],
        values: &mut Vec<Value>,
    ) -> Result<String, Refusal> {
        self.check(operator)?;
        let column = self.field.sql();
        let collate = if sorts_without_case(self.field) { " COLLATE NOCASE" } else { "" };
        if matches!(operator, Operator::In | Operator::NotIn) {
            return self.list(&column, collate, operator, literals, values);
        }
        let [literal] = literals else { return Err(self.refuse("a single value is needed")) };
        let value = if operator == Operator::Like { pattern(literal) } else { None };
        let value = match value {
            Some(pattern) => pattern,
            None => self.value(literal)?,
        };
        if value == Value::Null {
            return match operator {
                Operator::Equal => Ok(format!("{column} IS NULL")),
                Operator::Unequal => Ok(format!("{column} IS NOT NULL")),
                // Nothing is less, more or like null.
                _ => Ok("0".to_owned()),
            };
        }
        values.push(value);
        let mark = format!("?{}", values.len());
        Ok(match operator {
            Operator::Equal => format!("{column} = {mark}{collate}"),
            Operator::Unequal => format!("({column} IS NULL OR {column} <> {mark}{collate})"),
            Operator::Less => format!("{column} < {mark}{collate}"),
            Operator::LessOrEqual => format!("{column} <= {mark}{collate}"),
            Operator::Greater => format!("{column} > {mark}{collate}"),
            Operator::GreaterOrEqual => format!("{column} >= {mark}{collate}"),
            _ => format!("{column} LIKE {mark} ESCAPE '\\'"),
        })
    }

    fn list(
        &self,
        column: &str,
        collate: &str,
        operator: Operator,
        literals: &[Literal],
        values: &mut Vec<Value>,
    ) -> Result<String, Refusal> {
        let mut marks = Vec::new();
        let mut null = false;
        for literal in literals {
            match self.value(literal)? {
                Value::Null => null = true,
                value => {
                    values.push(value);
                    marks.push(format!("?{}", values.len()));
                }
            }
        }
        let within = format!("COALESCE({column}{collate} IN ({}), 0)", marks.join(", "));
        let within = if null { format!("({within} OR {column} IS NULL)") } else { within };
        Ok(if operator == Operator::In { within } else { format!("NOT {within}") })
    }

    fn refuse(&self, message: &str) -> Refusal {
        Refusal::field(self.text, self.named.at, message)
    }

    fn check(&self, operator: Operator) -> Result<(), Refusal> {
        if !self.field.filterable() {
            let message = format!("field '{}' can not be filtered in a query call", self.field.name);
            return Err(self.refuse(&message));
        }
        let ordered = matches!(
            operator,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
        );
        let wrong = match self.field.kind {
            Kind::Boolean if ordered || operator == Operator::Like => "boolean",
            Kind::Id | Kind::Reference(_) if operator == Operator::Like => "id",
            Kind::Date if operator == Operator::Like => "date",
            Kind::DateTime if operator == Operator::Like => "dateTime",
            Kind::Integer | Kind::Double | Kind::Currency | Kind::Percent if operator == Operator::Like => {
                "number"
            }
            _ => return Ok(()),
        };
        let message = format!("invalid operator on {wrong} field");
        Err(Refusal::at(self.text, self.named.at, "INVALID_QUERY_FILTER_OPERATOR", &message))
    }

    /// The value of a literal, if it is of the field's type.
    fn value(&self, literal: &Literal) -> Result<Value, Refusal> {
        if literal.piece.is("null") {
            return Ok(Value::Null);
        }
        let kind = self.field.kind;
        let (value, wanted) = match (kind, &literal.piece) {
            (Kind::Id | Kind::Reference(_), Piece::Text { plain, .. }) => return self.id(plain, literal.at),
            (Kind::Boolean, piece) if piece.is("true") => (Some(Value::Integer(1)), ""),
            (Kind::Boolean, piece) if piece.is("false") => (Some(Value::Integer(0)), ""),
            (Kind::Date, Piece::Date(date)) => (Some(Value::Text(date.clone())), ""),
            (Kind::DateTime, Piece::Instant(ms)) => (Some(Value::Integer(*ms)), ""),
            (Kind::Integer | Kind::Double | Kind::Currency | Kind::Percent, Piece::Number(number)) => {
                (number.parse().ok().map(Value::Real), "")
            }
            (Kind::Boolean, _) => (None, "boolean and should not be enclosed in quotes"),
            (Kind::Date, _) => (None, "date and should not be enclosed in quotes"),
            (Kind::DateTime, _) => (None, "dateTime and should not be enclosed in quotes"),
            (Kind::Integer, _) => (None, "integer and should not be enclosed in quotes"),
            (Kind::Double | Kind::Currency | Kind::Percent, _) => {
                (None, "double and should not be enclosed in quotes")
            }
            // The empty text is null.
            (_, Piece::Text { plain, .. }) if plain.is_empty() => (Some(Value::Null), ""),
            (_, Piece::Text { plain, .. }) => (Some(Value::Text(plain.clone())), ""),
            _ => (None, "string and should be enclosed in quotes"),
        };
        value.ok_or_else(|| {
            let name = self.field.name;
            let message = format!("value of filter criterion for field '{name}' must be of type {wanted}");
            Refusal::field(self.text, literal.at, &message)
        })
    }

    fn id(&self, text: &str, at: usize) -> Result<Value, Refusal> {
        ids::normal(text).map(Value::Text).ok_or_else(|| {
            let message = format!("invalid ID field: {text}");
            Refusal::at(self.text, at, "INVALID_QUERY_FILTER_OPERATOR", &message)
        })
    }
}

fn pattern(literal: &Literal) -> Option<Value> {
    match &literal.piece {
        Piece::Text { pattern, .. } => Some(Value::Text(pattern.clone())),
        _ => None,
    }
}
