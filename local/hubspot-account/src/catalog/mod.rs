//! What the portal holds: object types, their properties, and how they are associated.
//!
//! One file per group of object types. The store, search's checks, the property endpoints and the answers are all
//! read from here, so they cannot drift apart.

mod associations;
mod commerce;
mod companies;
mod contacts;
mod deals;
mod engagements;
mod object;
mod property;
mod shipments;
mod tickets;

pub use associations::{AssociationType, Direction, PAIRS, Pair, direction, pair};
pub use deals::STAGES as DEAL_STAGES;
pub use object::{ObjectType, Outline};
pub use property::{Kind, Property};

use std::sync::LazyLock;

/// The portal's number.
pub const PORTAL_ID: i64 = 4_815_162;

static OBJECTS: LazyLock<Vec<ObjectType>> = LazyLock::new(|| {
    let mut all = vec![
        contacts::contacts(),
        companies::companies(),
        deals::deals(),
        tickets::tickets(),
        commerce::products(),
        commerce::line_items(),
    ];
    all.extend(engagements::all());
    all.push(shipments::shipments());
    all
});

/// Every object type of the portal. Owners are none.
pub fn objects() -> &'static [ObjectType] {
    &OBJECTS
}

/// The object type of a path segment: `contacts`, `contact`, `0-1`; a custom one by `2-…`, `p_name` or `p<portal>_name`.
pub fn object(name: &str) -> Option<&'static ObjectType> {
    objects().iter().find(|o| o.answers_to(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_defaults_exist_and_choices_have_options() {
        for o in objects() {
            let mut names: Vec<&str> = o.properties.iter().map(|p| p.name.as_str()).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{}", o.name);
            for name in o.defaults.iter().chain([&o.created, &o.modified]) {
                assert!(o.property(name).is_some(), "{}.{name}", o.name);
            }
            for p in &o.properties {
                let chosen = matches!(p.kind, Kind::Choice | Kind::Choices);
                assert_eq!(chosen && !p.owner, !p.options.is_empty(), "{}.{}", o.name, p.name);
                assert_eq!(p.name, p.name.to_lowercase());
            }
        }
    }

    #[test]
    fn contacts_have_more_properties_than_one_address_can_name() {
        let contacts = object("contacts").unwrap();
        assert!(contacts.properties.len() > 200);
        let names: usize = contacts.properties.iter().map(|p| p.name.len() + 1).sum();
        assert!(names > 15_000, "{names}");
    }

    #[test]
    fn a_type_answers_to_all_its_names_and_a_custom_one_not_to_its_bare_name() {
        for name in ["contacts", "contact", "0-1", "Contacts"] {
            assert_eq!(object(name).unwrap().name, "contacts");
        }
        for name in ["2-1234567", "p_shipment", "p4815162_shipment"] {
            assert_eq!(object(name).unwrap().name, "p_shipment");
        }
        assert!(object("shipment").is_none() && object("owners").is_none());
    }
}
