//! What an org says of its objects and their fields. Pure.

use forebay_model::ColumnType;
use serde::Deserialize;

/// One line of the global describe.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    pub name: String,
    #[serde(default)]
    pub queryable: bool,
    /// Whether the log of deletions covers it.
    #[serde(default)]
    pub replicateable: bool,
    #[serde(default)]
    pub deprecated_and_hidden: bool,
}

#[derive(Deserialize)]
struct Global {
    sobjects: Vec<Listed>,
}

/// Reads the global describe.
pub fn listed(body: &[u8]) -> Result<Vec<Listed>, String> {
    serde_json::from_slice::<Global>(body)
        .map(|all| all.sobjects)
        .map_err(|e| format!("no list of objects: {e}"))
}

/// An object as its own describe says. Fields that the user may not see are not in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    pub name: String,
    #[serde(default)]
    pub queryable: bool,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub custom: bool,
    /// A formula or a roll-up summary: its value can change without the row's SystemModstamp.
    #[serde(default)]
    pub calculated: bool,
    #[serde(default)]
    pub precision: u32,
    #[serde(default)]
    pub scale: u32,
    #[serde(default = "yes")]
    pub filterable: bool,
    #[serde(default = "yes")]
    pub sortable: bool,
    #[serde(default)]
    pub deprecated_and_hidden: bool,
}

fn yes() -> bool {
    true
}

impl Described {
    pub fn read(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body).map_err(|e| format!("no description of an object: {e}"))
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    pub fn has_formulas(&self) -> bool {
        self.fields.iter().any(|field| field.calculated && field.column_type().is_some())
    }
}

impl Field {
    /// What the field is stored as; `None` where it is no column: files are not copied, and of compound
    /// fields (addresses, places, names) the parts are columns of their own.
    pub fn column_type(&self) -> Option<ColumnType> {
        match self.kind.to_ascii_lowercase().as_str() {
            "base64" | "address" | "location" | "complexvalue" => None,
            "boolean" => Some(ColumnType::Boolean),
            "int" | "long" => Some(ColumnType::Integer),
            "double" | "currency" | "percent" => Some(self.number()),
            "date" => Some(ColumnType::Date),
            "datetime" => Some(ColumnType::Timestamp),
            _ => Some(ColumnType::Text),
        }
    }

    /// A stored number has the digits it was declared with. A formula's are those of a double, whatever its
    /// declared scale, which is for showing it only.
    fn number(&self) -> ColumnType {
        match (u8::try_from(self.precision), u8::try_from(self.scale)) {
            (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision && !self.calculated => {
                ColumnType::Decimal { precision, scale }
            }
            _ => ColumnType::Float,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_stored_as_what_it_was_declared() {
        let of = |json: &str| serde_json::from_str::<Field>(json).unwrap().column_type();
        let money = r#"{"name":"A","type":"currency","precision":18,"scale":2"#;
        assert_eq!(of(&format!("{money}}}")), Some(ColumnType::Decimal { precision: 18, scale: 2 }));
        assert_eq!(of(&format!(r#"{money},"calculated":true}}"#)), Some(ColumnType::Float));
        assert_eq!(of(r#"{"name":"A","type":"double","precision":0,"scale":0}"#), Some(ColumnType::Float));
        for (kind, expected) in [
            ("int", Some(ColumnType::Integer)),
            ("datetime", Some(ColumnType::Timestamp)),
            ("time", Some(ColumnType::Text)),
            ("picklist", Some(ColumnType::Text)),
            ("reference", Some(ColumnType::Text)),
            ("base64", None),
            ("address", None),
        ] {
            assert_eq!(of(&format!(r#"{{"name":"A","type":"{kind}"}}"#)), expected, "{kind}");
        }
    }
}
