//! How records are associated. Each pair is kept once and can be read from both ends.

use super::{ObjectType, object};

/// One kind of association, with its number when read from either end.
#[derive(Debug, Clone, Copy)]
pub struct AssociationType {
    pub forward: i64,
    pub backward: i64,
    pub label: Option<&'static str>,
    /// `HUBSPOT_DEFINED` or `USER_DEFINED`.
    pub category: &'static str,
    /// What v3's lists call it, from either end.
    pub names: (&'static str, &'static str),
}

/// Two object types that are associated.
#[derive(Debug)]
pub struct Pair {
    /// `contacts_to_companies`.
    pub name: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub types: &'static [AssociationType],
}

const fn vendor(
    forward: i64,
    backward: i64,
    label: Option<&'static str>,
    names: (&'static str, &'static str),
) -> AssociationType {
    AssociationType { forward, backward, label, category: "HUBSPOT_DEFINED", names }
}

/// Every pair of the portal. The first type of each is the one that every association has.
pub static PAIRS: &[Pair] = &[
    Pair {
        name: "contacts_to_companies",
        from: "contacts",
        to: "companies",
        types: &[
            vendor(279, 280, None, ("contact_to_company_unlabeled", "company_to_contact_unlabeled")),
            vendor(1, 2, Some("Primary"), ("contact_to_company", "company_to_contact")),
            AssociationType {
                forward: 25,
                backward: 26,
                label: Some("Billing contact"),
                category: "USER_DEFINED",
                names: ("billing_contact", "billing_contact_of"),
            },
        ],
    },
    Pair {
        name: "deals_to_companies",
        from: "deals",
        to: "companies",
        types: &[
            vendor(341, 342, None, ("deal_to_company_unlabeled", "company_to_deal_unlabeled")),
            vendor(5, 6, Some("Primary"), ("deal_to_company", "company_to_deal")),
        ],
    },
    Pair {
        name: "deals_to_contacts",
        from: "deals",
        to: "contacts",
        types: &[vendor(3, 4, None, ("deal_to_contact", "contact_to_deal"))],
    },
    Pair {
        name: "line_items_to_deals",
        from: "line_items",
        to: "deals",
        types: &[vendor(20, 19, None, ("line_item_to_deal", "deal_to_line_item"))],
    },
    Pair {
        name: "notes_to_contacts",
        from: "notes",
        to: "contacts",
        types: &[vendor(202, 201, None, ("note_to_contact", "contact_to_note"))],
    },
    Pair {
        name: "calls_to_contacts",
        from: "calls",
        to: "contacts",
        types: &[vendor(194, 193, None, ("call_to_contact", "contact_to_call"))],
    },
    Pair {
        name: "tasks_to_contacts",
        from: "tasks",
        to: "contacts",
        types: &[vendor(204, 203, None, ("task_to_contact", "contact_to_task"))],
    },
];

/// The pair of that name.
pub fn pair(name: &str) -> Option<&'static Pair> {
    PAIRS.iter().find(|pair| pair.name == name)
}

/// A pair as read from one of its ends.
#[derive(Debug, Clone, Copy)]
pub struct Direction {
    pub pair: &'static Pair,
    /// Read from `pair.to`.
    pub reversed: bool,
}

/// How one object type is associated with another, if it is.
pub fn direction(from: &ObjectType, to: &ObjectType) -> Option<Direction> {
    PAIRS.iter().find_map(|pair| {
        if (pair.from, pair.to) == (from.name, to.name) {
            return Some(Direction { pair, reversed: false });
        }
        ((pair.from, pair.to) == (to.name, from.name)).then_some(Direction { pair, reversed: true })
    })
}

impl Direction {
    /// The number of a kind of association from this end.
    pub fn type_id(self, kind: &AssociationType) -> i64 {
        if self.reversed { kind.backward } else { kind.forward }
    }

    /// The name of a kind of association in v3's lists, from this end.
    pub fn type_name(self, kind: &AssociationType) -> &'static str {
        if self.reversed { kind.names.1 } else { kind.names.0 }
    }

    /// The kind that is kept under a forward number.
    pub fn kind(self, forward: i64) -> Option<&'static AssociationType> {
        self.pair.types.iter().find(|kind| kind.forward == forward)
    }
}

impl Pair {
    pub fn from_object(&self) -> Option<&'static ObjectType> {
        object(self.from)
    }

    pub fn to_object(&self) -> Option<&'static ObjectType> {
        object(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_found_from_both_ends_with_each_ends_number() {
        let (contacts, companies) = (object("contacts").unwrap(), object("companies").unwrap());
        let there = direction(contacts, companies).unwrap();
        let back = direction(companies, contacts).unwrap();
        let kind = there.kind(279).unwrap();
        assert_eq!((there.type_id(kind), back.type_id(kind)), (279, 280));
        assert!(direction(companies, object("notes").unwrap()).is_none());
        for pair in PAIRS {
            assert!(pair.from_object().is_some() && pair.to_object().is_some());
            assert_eq!(pair.name, format!("{}_to_{}", pair.from, pair.to));
        }
    }
}
