//! Identifiers as newtypes: a source id cannot be passed where a stream name is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    length: usize,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} characters is not valid: use 1 to 128 of a-z, A-Z, 0-9, '_', '-' and '.'",
            self.what, self.length
        )
    }
}

impl std::error::Error for InvalidId {}

fn valid(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes 1 to 128 characters of `a-z A-Z 0-9 _ - .`: safe in a path, a URL and a table name.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidId { what: $what, length: text.len() }) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier!(
    /// Whose data it is. Every row, blob and event carries one.
    TenantId,
    "tenant"
);
identifier!(
    /// One configured source system of a tenant, such as one NetSuite account.
    SourceId,
    "source"
);
identifier!(
    /// The kind of source system: the name of a connector.
    ConnectorKind,
    "connector"
);
identifier!(
    /// One kind of record of a source, such as `transaction`.
    StreamName,
    "stream"
);
identifier!(
    /// One extraction of one source, from its first page to its accounting. Sorts by start time.
    RunId,
    "run"
);
identifier!(
    /// One landed page. Derived from what the page is, so that landing it twice names it once.
    PageId,
    "page"
);

impl StreamName {
    /// Stands for the source as a whole in a run that failed before its streams were known.
    pub fn whole_source() -> Self {
        Self("source".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_refuses_what_could_leave_its_path() {
        for bad in ["", "a/b", "a b", "ä", &"x".repeat(129)] {
            assert!(TenantId::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(StreamName::new("custom_record.1-a").unwrap().as_str(), "custom_record.1-a");
    }
}
