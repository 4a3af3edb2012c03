//! Reads a query, as strictly as the vendor: no stars, no semicolon, no AND beside OR without parentheses.

use super::Refusal;
use super::ast::{Condition, Literal, Named, Operator, Ordering, Query, Selected};
use super::token::{Piece, Token, cut};

/// Characters a query may have.
const LONGEST: usize = 100_000;

struct Parser<'q> {
    query: &'q str,
    tokens: Vec<Token>,
    next: usize,
}

/// Reads a query.
pub fn parse(query: &str) -> Result<Query, Refusal> {
    if query.len() > LONGEST {
        let message = format!("SOQL statements cannot be longer than {LONGEST} characters.");
        return Err(Refusal::new("MALFORMED_QUERY", message));
    }
    if query.trim().is_empty() {
        return Err(Refusal::new("MALFORMED_QUERY", "unexpected token: '<EOF>'"));
    }
    Parser { query, tokens: cut(query)?, next: 0 }.query()
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        // The last token is the end, which is never passed.
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn took(&mut self, keyword: &str) -> bool {
        let found = self.peek().piece.is(keyword);
        self.next += usize::from(found);
        found
    }

    fn took_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek().piece, Piece::Sign(s) if s == sign);
        self.next += usize::from(found);
        found
    }

    fn unexpected(&self) -> Refusal {
        let token = self.peek();
        let message = format!("unexpected token: '{}'", token.piece.shown());
        Refusal::malformed(self.query, token.at, &message)
    }

    fn need(&mut self, keyword: &str) -> Result<(), Refusal> {
        if self.took(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn need_sign(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.took_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn name(&mut self) -> Result<Named, Refusal> {
        const KEYWORDS: [&str; 8] = ["select", "from", "where", "order", "limit", "and", "or", "not"];
        match &self.peek().piece {
            Piece::Word(word) if !KEYWORDS.contains(&word.to_ascii_lowercase().as_str()) => {
                let named = Named { name: word.clone(), at: self.peek().at };
                self.next += 1;
                Ok(named)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn query(mut self) -> Result<Query, Refusal> {
        self.need("select")?;
        let selected = self.selected()?;
        self.need("from")?;
        let object = self.name()?;
        let condition = if self.took("where") { Some(self.condition()?) } else { None };
        let order = if self.took("order") { self.order()? } else { Vec::new() };
        let limit = if self.took("limit") { Some(self.count()?) } else { None };
        let offset = if self.took("offset") { Some(self.count()?) } else { None };
        if self.peek().piece != Piece::End {
            return Err(self.unexpected());
        }
        Ok(Query { selected, object, condition, order, limit, offset })
    }

    fn selected(&mut self) -> Result<Selected, Refusal> {
        let mut fields = Vec::new();
        loop {
            let named = self.name()?;
            if named.name.eq_ignore_ascii_case("count") && fields.is_empty() && self.took_sign("(") {
                self.need_sign(")")?;
                return Ok(Selected::Count);
            }
            fields.push(named);
            if !self.took_sign(",") {
                return Ok(Selected::Fields(fields));
            }
        }
    }

    /// One kind of connective on a level: the vendor wants parentheses around the other.
    fn condition(&mut self) -> Result<Condition, Refusal> {
        if self.took("not") {
            return Ok(Condition::Not(Box::new(self.simple()?)));
        }
        let first = self.simple()?;
        let connective = ["and", "or"].into_iter().find(|word| self.peek().piece.is(word));
        let Some(connective) = connective else { return Ok(first) };
        let mut parts = vec![first];
        while self.took(connective) {
            parts.push(self.simple()?);
        }
        Ok(if connective == "and" { Condition::All(parts) } else { Condition::Any(parts) })
    }

    fn simple(&mut self) -> Result<Condition, Refusal> {
        if self.took_sign("(") {
            let inner = self.condition()?;
            self.need_sign(")")?;
            return Ok(inner);
        }
        let field = self.name()?;
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => vec![self.literal()?],
        };
        Ok(Condition::Compare { field, operator, values })
    }

    fn operator(&mut self) -> Result<Operator, Refusal> {
        if self.took("like") {
            return Ok(Operator::Like);
        }
        if self.took("in") {
            return Ok(Operator::In);
        }
        if self.took("not") {
            self.need("in")?;
            return Ok(Operator::NotIn);
        }
        let operator = match self.peek().piece {
            Piece::Sign("=") => Operator::Equal,
            Piece::Sign("!=" | "<>") => Operator::Unequal,
            Piece::Sign("<") => Operator::Less,
            Piece::Sign("<=") => Operator::LessOrEqual,
            Piece::Sign(">") => Operator::Greater,
            Piece::Sign(">=") => Operator::GreaterOrEqual,
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(operator)
    }

    fn literal(&mut self) -> Result<Literal, Refusal> {
        let fits = match &self.peek().piece {
            Piece::Word(word) => ["null", "true", "false"].iter().any(|w| word.eq_ignore_ascii_case(w)),
            Piece::Sign(_) | Piece::End => false,
            _ => true,
        };
        if !fits {
            return Err(self.unexpected());
        }
        let Token { piece, at } = self.take();
        Ok(Literal { piece, at })
    }

    fn list(&mut self) -> Result<Vec<Literal>, Refusal> {
        self.need_sign("(")?;
        let mut values = vec![self.literal()?];
        while self.took_sign(",") {
            values.push(self.literal()?);
        }
        self.need_sign(")")?;
        Ok(values)
    }

    fn order(&mut self) -> Result<Vec<Ordering>, Refusal> {
        self.need("by")?;
        let mut order = Vec::new();
        loop {
            let field = self.name()?;
            let descending = self.took("desc");
            if !descending {
                self.took("asc");
            }
            let mut nulls_last = false;
            if self.took("nulls") {
                nulls_last = self.took("last");
                if !nulls_last {
                    self.need("first")?;
                }
            }
            order.push(Ordering { field, descending, nulls_last });
            if !self.took_sign(",") {
                return Ok(order);
            }
        }
    }

    fn count(&mut self) -> Result<u64, Refusal> {
        let number = match &self.peek().piece {
            Piece::Number(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) => {
                self.next += 1;
                Ok(number)
            }
            None => Err(self.unexpected()),
        }
    }
}
