//! Which object types a portal has and which of them are read. Pure, but for the list of custom ones.

use std::collections::BTreeSet;

use forebay_model::StreamName;
use forebay_ports::StreamSpec;
use serde::Deserialize;

use super::config::{Pair, Settings};

/// How an object type is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A list, a search and batch reads.
    Crm,
    /// A list only.
    Owners,
}

/// An object type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectType {
    pub stream: StreamName,
    /// As paths name it: `contacts`, and of a custom type its id, `2-1234567`.
    pub path: String,
    /// The property that says when a record changed.
    pub modified: &'static str,
    pub kind: Kind,
    /// Not every portal shows it to every app.
    pub optional: bool,
}

/// What one stream reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definition {
    Object(ObjectType),
    Association { stream: StreamName, from: ObjectType, to: ObjectType },
}

const USUAL: [&str; 12] = [
    "contacts",
    "companies",
    "deals",
    "tickets",
    "products",
    "line_items",
    "notes",
    "calls",
    "meetings",
    "tasks",
    "emails",
    "owners",
];
const ALWAYS_THERE: [&str; 3] = ["contacts", "companies", "deals"];
const USUAL_PAIRS: [(&str, &str); 7] = [
    ("contacts", "companies"),
    ("deals", "companies"),
    ("deals", "contacts"),
    ("line_items", "deals"),
    ("notes", "contacts"),
    ("calls", "contacts"),
    ("tasks", "contacts"),
];

/// The answer of `/crm/v3/schemas`.
#[derive(Debug, Default, Deserialize)]
pub struct CustomObjects {
    results: Vec<CustomObject>,
}

#[derive(Debug, Deserialize)]
struct CustomObject {
    name: String,
    #[serde(rename = "objectTypeId")]
    id: String,
    #[serde(default, rename = "fullyQualifiedName")]
    qualified: Option<String>,
    #[serde(default)]
    archived: bool,
}

impl Settings {
    /// Whether the portal must be asked for its custom objects: all are read, or a name is not a usual one.
    pub fn wants_custom_objects(&self) -> bool {
        self.objects.as_ref().is_none_or(|names| names.iter().any(|name| !USUAL.contains(&name.as_str())))
    }
}

/// The streams of a source: object types, then associations of those that are read.
pub fn definitions(settings: &Settings, custom: &CustomObjects) -> Vec<Definition> {
    let mut objects: Vec<ObjectType> = Vec::new();
    let wanted = |name: &str| settings.objects.as_ref().is_none_or(|names| names.contains(name));
    let others = settings.objects.iter().flatten().map(String::as_str).filter(|name| !USUAL.contains(name));
    let standard = USUAL.iter().copied().filter(|name| wanted(name));
    let known = custom.results.iter().filter(|object| !object.archived);
    for object in known.clone() {
        let names = [Some(&object.name), Some(&object.id), object.qualified.as_ref()];
        if settings.objects.is_none() || names.iter().flatten().any(|name| wanted(&name.to_ascii_lowercase()))
        {
            objects.extend(custom_type(object));
        }
    }
    let is_custom = |name: &str| {
        known.clone().any(|o| {
            [Some(&o.name), Some(&o.id), o.qualified.as_ref()]
                .iter()
                .flatten()
                .any(|n| n.eq_ignore_ascii_case(name))
        })
    };
    let named: Vec<ObjectType> =
        standard.chain(others.filter(|name| !is_custom(name))).filter_map(named_type).collect();
    objects.splice(0..0, named);
    objects.retain(|object| !settings.exclude.contains(object.stream.as_str()));
    let pairs = associations(settings, &objects);
    objects.into_iter().map(Definition::Object).chain(pairs).collect()
}

fn named_type(name: &str) -> Option<ObjectType> {
    Some(ObjectType {
        stream: StreamName::new(name).ok()?,
        path: name.to_owned(),
        modified: if name == "contacts" { "lastmodifieddate" } else { "hs_lastmodifieddate" },
        kind: if name == "owners" { Kind::Owners } else { Kind::Crm },
        optional: !ALWAYS_THERE.contains(&name),
    })
}

/// A custom type goes by its own name, unless a usual one has it.
fn custom_type(object: &CustomObject) -> Option<ObjectType> {
    let bare = object.name.to_ascii_lowercase();
    let taken = USUAL.contains(&bare.as_str());
    let name = object.qualified.as_ref().filter(|_| taken).map_or(bare, |name| name.to_ascii_lowercase());
    Some(ObjectType { path: object.id.clone(), ..named_type(&name)? })
}

fn associations(settings: &Settings, objects: &[ObjectType]) -> Vec<Definition> {
    let usual =
        || USUAL_PAIRS.iter().map(|(from, to)| Pair { from: (*from).into(), to: (*to).into() }).collect();
    let pairs: Vec<Pair> = settings.associations.clone().unwrap_or_else(usual);
    let find = |name: &str| {
        objects.iter().find(|o| o.kind == Kind::Crm && (o.stream.as_str() == name || o.path == name)).cloned()
    };
    let both = pairs.iter().filter_map(|pair| Some((find(&pair.from)?, find(&pair.to)?)));
    both.filter_map(|(from, to)| {
        let stream = StreamName::new(format!("{}_to_{}", from.stream, to.stream)).ok()?;
        (!settings.exclude.contains(stream.as_str())).then_some(Definition::Association { stream, from, to })
    })
    .collect()
}

impl Definition {
    pub fn stream(&self) -> &StreamName {
        match self {
            Self::Object(object) => &object.stream,
            Self::Association { stream, .. } => stream,
        }
    }

    pub fn spec(&self) -> StreamSpec {
        match self {
            Self::Object(object) => {
                StreamSpec { stream: object.stream.clone(), after: Vec::new(), optional: object.optional }
            }
            Self::Association { stream, from, to } => {
                let after: BTreeSet<StreamName> = [from.stream.clone(), to.stream.clone()].into();
                StreamSpec { stream: stream.clone(), after: after.into_iter().collect(), optional: true }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubspot::testing;

    fn names(settings: &[(&str, &str)]) -> Vec<String> {
        let custom = r#"{"results":[
            {"name":"shipment","objectTypeId":"2-7","fullyQualifiedName":"p1_shipment"},
            {"name":"tasks","objectTypeId":"2-8","fullyQualifiedName":"p1_tasks"},
            {"name":"gone","objectTypeId":"2-9","archived":true}]}"#;
        let settings = Settings::read(&testing::config(settings)).unwrap();
        let all = definitions(&settings, &serde_json::from_str(custom).unwrap());
        all.iter().map(|d| d.stream().to_string()).collect()
    }

    #[test]
    fn all_object_types_and_the_associations_between_them_are_read() {
        let all = names(&[]);
        assert_eq!(all.len(), 12 + 2 + 7);
        assert_eq!(all[12..15], ["shipment", "p1_tasks", "contacts_to_companies"]);
    }

    #[test]
    fn an_association_needs_both_its_sides() {
        assert_eq!(names(&[("objects", "contacts, p1_shipment")]), ["contacts", "shipment"]);
        let pairs = ("associations", "shipment:contacts,contacts:deals");
        assert_eq!(
            names(&[("objects", "contacts,shipment"), pairs]),
            ["contacts", "shipment", "shipment_to_contacts"]
        );
        assert!(
            !names(&[("exclude", "deals,contacts_to_companies")])
                .iter()
                .any(|n| n.contains("deals") || n.contains("_to_companies"))
        );
    }

    #[test]
    fn contacts_have_a_modification_property_of_their_own() {
        assert_eq!(named_type("contacts").unwrap().modified, "lastmodifieddate");
        assert_eq!(named_type("deals").unwrap().modified, "hs_lastmodifieddate");
    }
}
