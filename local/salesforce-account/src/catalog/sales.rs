//! Accounts and what is sold to them.

use super::field::{
    CREATED, CREATED_BY, DELETED, Field, ID, Kind, MODIFIED, MODIFIED_BY, OWNER, STAMP, boolean, currency,
    date, double, field, integer, long, phone, picklist, reference, text,
};
use super::{Object, plain};

const ADDRESS: &str = "BillingAddress";

pub static ACCOUNT: Object = plain("Account", "001", ACCOUNT_FIELDS);

static ACCOUNT_FIELDS: &[Field] = &[
    ID,
    DELETED,
    text("Name", 255).required().names(),
    picklist("Type", &["Prospect", "Customer - Direct", "Customer - Channel", "Partner", "Other"]),
    reference("ParentId", &["Account"]),
    text("BillingStreet", 255).part_of(ADDRESS),
    text("BillingCity", 40).part_of(ADDRESS),
    text("BillingState", 80).part_of(ADDRESS),
    text("BillingPostalCode", 20).part_of(ADDRESS),
    text("BillingCountry", 80).part_of(ADDRESS),
    field(ADDRESS, Kind::Address("Billing"), 0, (0, 0)),
    phone("Phone"),
    field("Website", Kind::Url, 255, (0, 0)),
    picklist("Industry", &["Agriculture", "Banking", "Chemicals", "Energy", "Machinery", "Retail"]),
    currency("AnnualRevenue"),
    integer("NumberOfEmployees"),
    long("Description"),
    OWNER,
    CREATED,
    CREATED_BY,
    MODIFIED,
    MODIFIED_BY,
    STAMP,
    // The formula reads the owner's record: when that changes, this value does, and this record does not.
    text("Owner_Region__c", 1_300).formula(
        "Owner.Division & \" region\"",
        "(SELECT u.\"Division\" || ' region' FROM \"User\" u WHERE u.\"Id\" = t.\"OwnerId\")",
    ),
    currency("Credit_Limit__c"),
    picklist("Segment__c", &["Enterprise", "Mid-Market", "Small Business"]),
    date("Renewal_Date__c"),
    boolean("Key_Account__c"),
];

pub static STAGES: &[&str] = &[
    "Prospecting",
    "Qualification",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
];

pub static OPPORTUNITY: Object = plain(
    "Opportunity",
    "006",
    &[
        ID,
        DELETED,
        reference("AccountId", &["Account"]),
        text("Name", 120).required().names(),
        long("Description"),
        picklist("StageName", STAGES).required(),
        currency("Amount"),
        field("Probability", Kind::Percent, 0, (3, 0)),
        date("CloseDate").required(),
        picklist("Type", &["Existing Business", "New Business"]),
        picklist("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Other"]),
        boolean("IsClosed"),
        boolean("IsWon"),
        OWNER,
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);

pub static LINE: Object = plain(
    "OpportunityLineItem",
    "00k",
    &[
        ID,
        reference("OpportunityId", &["Opportunity"]).required(),
        integer("SortOrder"),
        reference("Product2Id", &["Product2"]),
        text("ProductCode", 255),
        text("Name", 376).names(),
        double("Quantity", 10, 2).required(),
        currency("TotalPrice"),
        currency("UnitPrice"),
        date("ServiceDate"),
        text("Description", 255),
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
        DELETED,
    ],
);

pub static PRODUCT: Object = plain(
    "Product2",
    "01t",
    &[
        ID,
        text("Name", 255).required().names(),
        text("ProductCode", 255),
        long("Description"),
        boolean("IsActive"),
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
        picklist("Family", &["Bearings", "Drives", "Pumps", "Valves"]),
        DELETED,
    ],
);
