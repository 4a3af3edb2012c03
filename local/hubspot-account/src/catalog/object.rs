//! An object type.

use std::collections::HashMap;
use std::ops::Deref;

use super::property::{Property, datetime, number, owner, text};

/// An object type and everything the API says about it.
#[derive(Debug)]
pub struct ObjectType {
    outline: Outline,
    pub properties: Vec<Property>,
    index: HashMap<String, usize>,
}

/// What makes an object type, but for its properties.
#[derive(Debug)]
pub struct Outline {
    /// As in paths and in the control plane: `contacts`, `line_items`, `p_shipment`.
    pub name: &'static str,
    pub singular: &'static str,
    pub type_id: &'static str,
    /// As the vendor's messages name it, upper case.
    pub shouted: &'static str,
    /// The scope that reading needs.
    pub scope: &'static str,
    /// The property that holds when a record was created.
    pub created: &'static str,
    /// The property that holds when a record changed last.
    pub modified: &'static str,
    /// Properties returned when none are asked for.
    pub defaults: &'static [&'static str],
    /// The text and the number that people edit most.
    pub edited: (&'static str, &'static str),
    /// Of each million, at scale 1.
    pub per_million: i64,
    /// The first id given, and the distance to the next.
    pub ids: (i64, i64),
}

/// An object type is its outline, and has properties.
impl Deref for ObjectType {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        &self.outline
    }
}

impl Outline {
    /// The object type with its own properties and those that all have.
    pub fn with(self, own: Vec<Property>) -> ObjectType {
        let mut properties = common(&self);
        properties.extend(own);
        let index = properties.iter().enumerate().map(|(n, p)| (p.name.clone(), n)).collect();
        ObjectType { outline: self, properties, index }
    }
}

fn common(outline: &Outline) -> Vec<Property> {
    vec![
        number("hs_object_id", "Record ID").read_only().filled(0),
        datetime(outline.created, "Create Date").read_only().filled(0),
        datetime(outline.modified, "Last Modified Date").read_only().filled(0),
        owner("hubspot_owner_id", "Owner").filled(80),
        number("hs_created_by_user_id", "Created by user ID").read_only().filled(60),
        text("hs_object_source", "Record source").read_only().filled(30),
        text("hs_merged_object_ids", "Merged record IDs").read_only().filled(0),
    ]
}

impl ObjectType {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.index.get(name).and_then(|index| self.properties.get(*index))
    }

    pub fn is_custom(&self) -> bool {
        self.type_id.starts_with("2-")
    }

    /// `contacts`; of a custom object `p4815162_shipment`.
    pub fn qualified(&self) -> String {
        match self.name.strip_prefix("p_") {
            Some(bare) => format!("p{}_{bare}", super::PORTAL_ID),
            None => self.name.to_owned(),
        }
    }

    /// Whether a path segment means this type.
    pub fn answers_to(&self, name: &str) -> bool {
        if self.is_custom() {
            return name == self.type_id || name == self.name || name == self.qualified();
        }
        name.eq_ignore_ascii_case(self.name)
            || name.eq_ignore_ascii_case(self.singular)
            || name == self.type_id
    }
}
