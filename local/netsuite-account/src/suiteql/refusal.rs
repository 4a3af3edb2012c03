//! Why a query is not answered, in the vendor's words where they are known.

/// A refused query.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// 400 INVALID_PARAMETER; the caller changes the query.
    #[error("Invalid search query. Detailed unprocessed description follows. {0}")]
    Invalid(String),
    /// 500 UNEXPECTED_ERROR, although it is the query that the vendor cannot run.
    #[error("An unexpected error occurred. Error ID: forebay-suiteql")]
    Unexpected,
    /// 500: the simulated account itself failed.
    #[error("the account's rows cannot be read: {0}")]
    Store(String),
}

impl Refusal {
    /// Something SuiteQL has no notion of.
    pub fn unsupported() -> Self {
        Self::Invalid("Search error occurred: Invalid or unsupported search".to_owned())
    }

    pub fn search(detail: impl std::fmt::Display) -> Self {
        Self::Invalid(format!("Search error occurred: {detail}"))
    }

    pub fn unknown_table(name: &str) -> Self {
        Self::Invalid(format!("Invalid search type: {name}."))
    }

    pub fn denied_table(name: &str) -> Self {
        Self::search(format_args!("Record '{name}' was not found."))
    }

    pub fn not_exposed(column: &str, table: &str) -> Self {
        Self::search(format_args!("Field '{column}' for record '{table}' was not found. Reason: NOT_EXPOSED"))
    }

    pub fn bad_date(text: &str) -> Self {
        Self::search(format_args!(
            "Parse of date/time \"{text}\" failed with date format \"M/d/yy\" in time zone America/Los_Angeles"
        ))
    }
}

impl From<rusqlite::Error> for Refusal {
    /// Functions of ours that fail inside SQLite name the reason; anything else is a fault of this account.
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::UserFunctionError(reason) => Self::search(reason),
            rusqlite::Error::SqliteFailure(_, Some(message)) if message.starts_with(USER_ERROR) => {
                Self::search(message.trim_start_matches(USER_ERROR))
            }
            other => Self::Store(other.to_string()),
        }
    }
}

/// Marks messages of our own SQL functions once SQLite has passed them on as text.
pub const USER_ERROR: &str = "suiteql: ";
