//! Why a query is refused, in the vendor's words.

/// A refusal with the vendor's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The query is at fault.
    #[error("{message}")]
    Query { code: &'static str, message: String },
    /// The rows could not be read.
    #[error("the rows could not be read: {0}")]
    Store(String),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

/// Characters of the query that are shown on either side of the place.
const SHOWN: usize = 40;

impl Refusal {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::Query { code, message: message.into() }
    }

    /// A refusal that points at a place in the query, as the vendor draws it.
    pub fn at(query: &str, at: usize, code: &'static str, message: &str) -> Self {
        let chars: Vec<char> = query.chars().collect();
        let place = at.min(chars.len());
        let from = place.saturating_sub(SHOWN);
        let shown: String = chars[from..chars.len().min(place + SHOWN)].iter().collect();
        let shown = shown.replace(['\n', '\r'], " ");
        let before = &chars[..place];
        let row = 1 + before.iter().filter(|c| **c == '\n').count();
        let column = 1 + before.iter().rev().take_while(|c| **c != '\n').count();
        let indent = " ".repeat(place - from);
        Self::new(code, format!("\n{shown}\n{indent}^\nERROR at Row:{row}:Column:{column}\n{message}"))
    }

    pub fn malformed(query: &str, at: usize, message: &str) -> Self {
        Self::at(query, at, "MALFORMED_QUERY", message)
    }

    pub fn field(query: &str, at: usize, message: &str) -> Self {
        Self::at(query, at, "INVALID_FIELD", message)
    }

    /// The vendor's text for a name that is no field of the object.
    pub fn no_column(query: &str, at: usize, name: &str, object: &str) -> Self {
        let message = format!(
            "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to \
             append the '__c' after the custom field name. Please reference your WSDL or the describe call for the \
             appropriate names."
        );
        Self::field(query, at, &message)
    }

    /// The vendor's text for a name that is no object.
    pub fn no_object(query: &str, at: usize, name: &str) -> Self {
        let message = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
             the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        );
        Self::at(query, at, "INVALID_TYPE", &message)
    }
}
