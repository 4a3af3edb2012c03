//! Which of an org's objects are read. Pure.

use super::config::{CustomObjects, Settings};
use super::describe::Listed;

/// Standard objects worth having, where an org has them.
const STANDARD: [&str; 37] = [
    "Account",
    "AccountContactRelation",
    "Asset",
    "Campaign",
    "CampaignMember",
    "CampaignMemberStatus",
    "Case",
    "CaseComment",
    "CaseHistory",
    "Contact",
    "ContentDocument",
    "Contract",
    "EmailMessage",
    "Event",
    "Group",
    "Lead",
    "LeadHistory",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityFieldHistory",
    "OpportunityHistory",
    "OpportunityLineItem",
    "OpportunityStage",
    "Order",
    "OrderItem",
    "Period",
    "Pricebook2",
    "PricebookEntry",
    "Product2",
    "Profile",
    "Quote",
    "QuoteLineItem",
    "RecordType",
    "Task",
    "Territory2",
    "User",
    "UserRole",
];

/// An object that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub name: String,
    /// Named by nobody: it is skipped where it may not be read.
    pub optional: bool,
    /// Whether the log of deletions covers it.
    pub logged: bool,
}

/// Chooses by the settings from what the org lists. Objects that were named are chosen whether the org lists them
/// or not, so that their absence is seen.
pub fn choose(listed: &[Listed], settings: &Settings) -> Vec<Chosen> {
    let find = |name: &str| listed.iter().find(|object| object.name.eq_ignore_ascii_case(name));
    let mut all: Vec<Chosen> = Vec::new();
    let mut add = |name: &str, optional: bool| {
        let found = find(name);
        let known = all.iter().any(|chosen| chosen.name.eq_ignore_ascii_case(name));
        if known || settings.exclude.contains(&name.to_ascii_lowercase()) {
            return;
        }
        match found.filter(|object| object.queryable && !object.deprecated_and_hidden) {
            Some(object) => {
                all.push(Chosen { name: object.name.clone(), optional, logged: object.replicateable })
            }
            None if !optional => all.push(Chosen { name: name.to_owned(), optional, logged: false }),
            None => {}
        }
    };
    match &settings.objects {
        Some(named) => named.iter().for_each(|name| add(name, false)),
        None => STANDARD.iter().for_each(|name| add(name, true)),
    }
    match &settings.custom {
        CustomObjects::None => {}
        CustomObjects::All => {
            let custom = listed.iter().filter(|object| object.name.to_ascii_lowercase().ends_with("__c"));
            custom.for_each(|object| add(&object.name, true));
        }
        CustomObjects::Only(named) => named.iter().for_each(|name| add(name, false)),
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::testing;

    fn listed() -> Vec<Listed> {
        let object = |name: &str| Listed {
            name: name.into(),
            queryable: name != "Event",
            replicateable: name != "User",
            deprecated_and_hidden: false,
        };
        ["Account", "User", "Event", "Invoice__c", "Invoice__Share", "Note__mdt"].map(object).into()
    }

    fn names(settings: &[(&str, &str)]) -> Vec<(String, bool)> {
        let chosen = choose(&listed(), &testing::settings(settings));
        chosen.into_iter().map(|chosen| (chosen.name, chosen.optional)).collect()
    }

    #[test]
    fn standard_objects_that_exist_and_all_custom_ones_are_read() {
        let expected = [("Account", true), ("User", true), ("Invoice__c", true)];
        assert_eq!(names(&[]), expected.map(|(name, optional)| (name.to_owned(), optional)));
    }

    #[test]
    fn what_was_named_is_read_or_missed() {
        let got = names(&[("objects", "account, Lead"), ("custom_objects", "none")]);
        assert_eq!(got, [("Account".to_owned(), false), ("Lead".to_owned(), false)]);
        assert_eq!(names(&[("objects", "User"), ("exclude", "INVOICE__C")]), [("User".to_owned(), false)]);
    }
}
