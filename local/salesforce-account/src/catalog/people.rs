//! People: contacts, leads and the org's users. Their Name is a compound of three fields.

use super::field::{
    CREATED, CREATED_BY, DELETED, Field, ID, Kind, MODIFIED, MODIFIED_BY, OWNER, STAMP, boolean, date, email,
    field, phone, picklist, reference, text,
};
use super::{Object, plain};

const SALUTATIONS: &[&str] = &["Mr.", "Ms.", "Mx.", "Dr.", "Prof."];

const LAST: Field = text("LastName", 80).required().part_of("Name");
const FIRST: Field = text("FirstName", 40).part_of("Name");
const SALUTATION: Field = picklist("Salutation", SALUTATIONS).part_of("Name");
const NAME: Field = text("Name", 121)
    .required()
    .names()
    .compound("TRIM(COALESCE(t.\"FirstName\", '') || ' ' || t.\"LastName\")");

pub static CONTACT: Object = plain(
    "Contact",
    "003",
    &[
        ID,
        DELETED,
        reference("AccountId", &["Account"]),
        LAST,
        FIRST,
        SALUTATION,
        NAME,
        text("MailingStreet", 255).part_of("MailingAddress"),
        text("MailingCity", 40).part_of("MailingAddress"),
        text("MailingState", 80).part_of("MailingAddress"),
        text("MailingPostalCode", 20).part_of("MailingAddress"),
        text("MailingCountry", 80).part_of("MailingAddress"),
        field("MailingAddress", Kind::Address("Mailing"), 0, (0, 0)),
        phone("Phone"),
        email("Email"),
        text("Title", 128),
        date("Birthdate"),
        OWNER,
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);

pub static LEAD: Object = plain(
    "Lead",
    "00Q",
    &[
        ID,
        DELETED,
        LAST,
        FIRST,
        SALUTATION,
        NAME,
        text("Title", 128),
        text("Company", 255).required(),
        text("Street", 255).part_of("Address"),
        text("City", 40).part_of("Address"),
        text("State", 80).part_of("Address"),
        text("PostalCode", 20).part_of("Address"),
        text("Country", 80).part_of("Address"),
        field("Address", Kind::Address(""), 0, (0, 0)),
        phone("Phone"),
        email("Email"),
        picklist("LeadSource", &["Web", "Phone Inquiry", "Partner Referral", "Other"]),
        picklist("Status", &["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"])
            .required(),
        picklist("Rating", &["Hot", "Warm", "Cold"]),
        boolean("IsConverted"),
        date("ConvertedDate"),
        reference("ConvertedAccountId", &["Account"]),
        OWNER,
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);

/// Users are never deleted, so they have no IsDeleted.
pub static USER: Object = plain(
    "User",
    "005",
    &[
        ID,
        text("Username", 80).required(),
        LAST,
        FIRST,
        NAME,
        text("Division", 80),
        text("Department", 80),
        email("Email").required(),
        boolean("IsActive"),
        picklist("TimeZoneSidKey", &["America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"]).required(),
        picklist("UserType", &["Standard"]),
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);
