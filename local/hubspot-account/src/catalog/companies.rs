//! Organisations.

use super::object::{ObjectType, Outline};
use super::property::{choice, choices, date, datetime, flag, number, text};

const INDUSTRIES: &[&str] = &[
    "MARITIME",
    "LOGISTICS_AND_SUPPLY_CHAIN",
    "WAREHOUSING",
    "COMPUTER_SOFTWARE",
    "FOOD_PRODUCTION",
    "MACHINERY",
    "RETAIL",
];

pub fn companies() -> ObjectType {
    let outline = Outline {
        name: "companies",
        singular: "company",
        type_id: "0-2",
        shouted: "COMPANY",
        scope: "crm.objects.companies.read",
        created: "createdate",
        modified: "hs_lastmodifieddate",
        defaults: &["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
        edited: ("description", "numberofemployees"),
        per_million: 300_000,
        ids: (9_183_500_011, 37),
    };
    outline.with(vec![
        text("name", "Company name").filled(99),
        text("domain", "Company Domain Name").filled(85),
        text("website", "Website URL").filled(60),
        text("phone", "Phone Number").filled(50),
        text("address", "Street Address").filled(50),
        text("city", "City").filled(60),
        text("state", "State/Region").filled(40),
        text("zip", "Postal Code").filled(50),
        text("country", "Country/Region").filled(70),
        text("description", "Description").filled(45),
        choice("industry", "Industry", INDUSTRIES).filled(60),
        number("annualrevenue", "Annual Revenue").filled(50),
        number("numberofemployees", "Number of Employees").filled(65),
        number("total_revenue", "Total Revenue").calculated().filled(30),
        number("num_associated_contacts", "Number of Associated Contacts").calculated().filled(80),
        number("num_associated_deals", "Number of Associated Deals").calculated().filled(45),
        choice("type", "Type", &["PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER"]).filled(40),
        choice("lifecyclestage", "Lifecycle Stage", &["lead", "opportunity", "customer"]).filled(80),
        date("founded_on", "Founded on").custom().filled(40),
        datetime("notes_last_contacted", "Last Contacted").read_only().filled(45),
        datetime("first_contact_createdate", "First Contact Create Date").read_only().filled(60),
        flag("is_public", "Is Public").filled(35),
        number("hs_parent_company_id", "Parent Company").filled(0),
        number("credit_limit", "Credit limit").custom().filled(30),
        choices(
            "trade_lanes",
            "Trade lanes",
            &["asia_europe", "transpacific", "transatlantic", "intra_asia"],
        )
        .custom()
        .filled(30),
    ])
}
