//! Small lists, people at companies, messages, and what happened to whom: tables that every account has beside
//! its entities, items and transactions.

use super::column::{Exposure, ID, INACTIVE, MODIFIED, custom, date, datetime, decimal, flag, integer, text};
use super::{Kind, RestType, Table};

const MODIFIED_INDEX: &[&str] = &["lastmodifieddate,id"];

const fn one(name: &'static str) -> RestType {
    RestType { name, only: None }
}

/// A list that does not say when its entries changed.
pub static TERM: Table = Table {
    name: "term",
    columns: &[
        ID,
        text("name", "name", "Name").required(),
        integer("daysuntilnetdue", "daysUntilNetDue", "Days Till Net Due"),
        decimal("discountpercent", "discountPercent", "% Discount"),
        integer("daysuntilexpiry", "daysUntilExpiry", "Days Till Discount Expires"),
        flag("preferred", "preferred", "Preferred"),
        INACTIVE,
    ],
    row_id: Some("id"),
    indexes: &[],
    display: "name",
    rest: &[one("term")],
};

pub static PRICE_LEVEL: Table = Table {
    name: "pricelevel",
    columns: &[
        ID,
        text("name", "name", "Name").required(),
        decimal("discountpct", "discountPct", "Markup or Discount Percent"),
        flag("isonline", "isOnline", "Online Price Level"),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("priceLevel")],
};

pub static UNITS_TYPE: Table = Table {
    name: "unitstype",
    columns: &[
        ID,
        text("name", "name", "Type Name").required(),
        text("externalid", "externalId", "External ID"),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("unitsType")],
};

pub static CONTACT: Table = Table {
    name: "contact",
    columns: &[
        ID,
        text("entityid", "entityId", "Contact ID").required(),
        text("firstname", "firstName", "First Name"),
        text("lastname", "lastName", "Last Name"),
        text("title", "title", "Job Title"),
        text("email", "email", "Email"),
        text("phone", "phone", "Phone"),
        integer("company", "company", "Company").to("customer"),
        text("comments", "comments", "Comments"),
        flag("isprivate", "isPrivate", "Private"),
        text("externalid", "externalId", "External ID"),
        integer("subsidiary", "subsidiary", "Primary Subsidiary")
            .to("subsidiary")
            .exposed(Exposure::RecordOnly),
        datetime("datecreated", "dateCreated", "Date Created").required(),
        INACTIVE,
        MODIFIED,
        custom("custentity_preferred_channel", "Preferred Channel", Kind::Text),
        custom("custentity_last_call", "Last Call", Kind::DateTime),
    ],
    row_id: Some("id"),
    indexes: &["lastmodifieddate,id", "id,lastmodifieddate", "company"],
    display: "entityid",
    rest: &[one("contact")],
};

/// The record service has it, SuiteQL does not know it: see [`super::Table::in_suiteql`].
pub static MESSAGE: Table = Table {
    name: "message",
    columns: &[
        ID,
        text("subject", "subject", "Subject"),
        text("message", "message", "Message"),
        integer("author", "author", "From").to("employee"),
        integer("recipient", "recipient", "Primary Recipient").to("customer"),
        integer("transaction", "transaction", "Transaction").to("transaction"),
        flag("emailed", "emailed", "Emailed"),
        flag("incoming", "incoming", "Incoming"),
        date("messagedate", "messageDate", "Date").required(),
        datetime("createddate", "createdDate", "Date Created").required(),
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "subject",
    rest: &[one("message")],
};

/// Which document came of which. Rows go with their documents and leave no trace.
pub static NEXT_TRANSACTION_LINK: Table = Table {
    name: "nexttransactionlink",
    columns: &[
        integer("previousdoc", "previousDoc", "Previous Document").required().to("transaction"),
        text("previoustype", "previousType", "Previous Type").required(),
        date("previousdate", "previousDate", "Previous Date"),
        integer("nextdoc", "nextDoc", "Next Document").required().to("transaction"),
        text("nexttype", "nextType", "Next Type").required(),
        date("nextdate", "nextDate", "Next Date"),
        text("linktype", "linkType", "Link Type").required(),
        decimal("foreignamount", "foreignAmount", "Amount (Transaction Currency)"),
        MODIFIED,
    ],
    row_id: None,
    indexes: &[
        "previousdoc,nextdoc,linktype,lastmodifieddate",
        "lastmodifieddate,previousdoc,nextdoc,linktype",
        "nextdoc",
    ],
    display: "linktype",
    rest: &[],
};

/// The same by line.
pub static NEXT_TRANSACTION_LINE_LINK: Table = Table {
    name: "nexttransactionlinelink",
    columns: &[
        integer("previousdoc", "previousDoc", "Previous Document").required().to("transaction"),
        integer("previousline", "previousLine", "Previous Line").required(),
        text("previoustype", "previousType", "Previous Type").required(),
        integer("nextdoc", "nextDoc", "Next Document").required().to("transaction"),
        integer("nextline", "nextLine", "Next Line").required(),
        text("nexttype", "nextType", "Next Type").required(),
        text("linktype", "linkType", "Link Type").required(),
        decimal("foreignamount", "foreignAmount", "Amount (Transaction Currency)"),
        MODIFIED,
    ],
    row_id: None,
    indexes: &[
        "previousdoc,previousline,nextdoc,nextline,linktype,lastmodifieddate",
        "lastmodifieddate,previousdoc,previousline,nextdoc,nextline,linktype",
        "nextdoc,nextline",
    ],
    display: "linktype",
    rest: &[],
};

/// Who changed which field of which record. `name` is the employee, `type` is 1 for a creation, 2 for a value
/// that was set, 3 for one that was taken away and 4 for a change.
pub static SYSTEM_NOTE: Table = Table {
    name: "systemnote",
    columns: &[
        ID,
        integer("recordid", "recordId", "Record ID").required(),
        integer("recordtypeid", "recordTypeId", "Record Type").required(),
        text("field", "field", "Field").required(),
        integer("name", "name", "Set By").to("employee"),
        datetime("date", "date", "Date").required(),
        text("oldvalue", "oldValue", "Old Value"),
        text("newvalue", "newValue", "New Value"),
        integer("type", "type", "Type").required(),
        text("context", "context", "Context").required(),
        integer("lineid", "lineId", "Line ID"),
    ],
    row_id: Some("id"),
    indexes: &["date,id", "recordtypeid,recordid"],
    display: "field",
    rest: &[],
};
