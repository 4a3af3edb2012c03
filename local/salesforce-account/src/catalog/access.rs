//! What the integration's user may see.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::{Field, OBJECTS, Object, object};

/// An object's field, as `Object.Field` with the API's spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    pub object: String,
    pub field: String,
}

impl FromStr for ColumnName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text:?} is no Object.Field of the org");
        let (name, field) = text.split_once('.').ok_or_else(unknown)?;
        let object = object(name).ok_or_else(unknown)?;
        let field = object.field(field).ok_or_else(unknown)?;
        Ok(Self { object: object.name.to_owned(), field: field.name.to_owned() })
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.object, self.field)
    }
}

/// The permissions that were taken away.
#[derive(Debug, Default, Clone)]
pub struct Access {
    pub denied: BTreeSet<String>,
    /// Objects of which sharing hides every row.
    pub silenced: BTreeSet<String>,
    pub rejected: BTreeSet<ColumnName>,
}

impl Access {
    /// The object of this name, if it may be seen.
    pub fn object(&self, name: &str) -> Option<&'static Object> {
        object(name).filter(|o| !self.denied.contains(o.name))
    }

    /// All objects that may be seen.
    pub fn objects(&self) -> impl Iterator<Item = &'static Object> {
        OBJECTS.iter().copied().filter(|o| !self.denied.contains(o.name))
    }

    /// The field of this name, if it may be seen.
    pub fn field(&self, object: &Object, name: &str) -> Option<&'static Field> {
        object.field(name).filter(|f| self.sees(object, f))
    }

    /// All fields of an object that may be seen.
    pub fn fields(&self, object: &'static Object) -> impl Iterator<Item = &'static Field> {
        object.fields.iter().filter(|f| self.sees(object, f))
    }

    fn sees(&self, object: &Object, field: &Field) -> bool {
        !self.rejected.iter().any(|r| r.object == object.name && r.field == field.name)
    }
}
