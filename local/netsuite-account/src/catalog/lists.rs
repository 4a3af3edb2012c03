//! Accounting lists: small tables that others refer to.

use super::column::{Column, Exposure, ID, INACTIVE, MODIFIED, date, decimal, flag, integer, text};
use super::{RestType, Table};

const MODIFIED_INDEX: &[&str] = &["lastmodifieddate,id"];

const fn one(name: &'static str) -> RestType {
    RestType { name, only: None }
}

pub static SUBSIDIARY: Table = Table {
    name: "subsidiary",
    columns: &[
        ID,
        text("name", "name", "Name").required(),
        text("fullname", "fullName", "Full Name").required(),
        integer("parent", "parent", "Subsidiary of").to("subsidiary"),
        integer("currency", "currency", "Currency").to("currency"),
        text("country", "country", "Country"),
        flag("iselimination", "isElimination", "Elimination"),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("subsidiary")],
};

pub static CURRENCY: Table = Table {
    name: "currency",
    columns: &[
        ID,
        text("name", "name", "Name").required(),
        text("symbol", "symbol", "ISO Code").required(),
        decimal("exchangerate", "exchangeRate", "Exchange Rate"),
        flag("isbasecurrency", "isBaseCurrency", "Base Currency"),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("currency")],
};

const SEGMENT: [Column; 6] = [
    ID,
    text("name", "name", "Name").required(),
    text("fullname", "fullName", "Full Name").required(),
    text("externalid", "externalId", "External ID"),
    INACTIVE,
    MODIFIED,
];

pub static DEPARTMENT: Table = Table {
    name: "department",
    columns: &SEGMENT,
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("department")],
};

pub static CLASSIFICATION: Table = Table {
    name: "classification",
    columns: &SEGMENT,
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("classification")],
};

pub static LOCATION: Table = Table {
    name: "location",
    columns: &[
        ID,
        text("name", "name", "Name").required(),
        text("fullname", "fullName", "Full Name").required(),
        integer("subsidiary", "subsidiary", "Subsidiary").to("subsidiary"),
        flag("makeinventoryavailable", "makeInventoryAvailable", "Make Inventory Available"),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "name",
    rest: &[one("location")],
};

pub static ACCOUNT: Table = Table {
    name: "account",
    columns: &[
        ID,
        text("acctnumber", "acctNumber", "Number").required(),
        text("accountsearchdisplayname", "acctName", "Name").required(),
        text("displaynamewithhierarchy", "displayNameWithHierarchy", "Display Name"),
        text("fullname", "fullName", "Full Name").required(),
        text("accttype", "acctType", "Type").required(),
        integer("parent", "parent", "Subaccount of").to("account"),
        integer("currency", "currency", "Currency").to("currency"),
        text("description", "description", "Description"),
        text("generalrate", "generalRate", "General Rate Type"),
        flag("issummary", "isSummary", "Summary"),
        flag("eliminate", "eliminate", "Eliminate Intercompany Transactions"),
        integer("subsidiary", "subsidiary", "Subsidiaries").exposed(Exposure::RecordOnly),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "accountsearchdisplayname",
    rest: &[one("account")],
};

pub static ACCOUNTING_PERIOD: Table = Table {
    name: "accountingperiod",
    columns: &[
        ID,
        text("periodname", "periodName", "Period Name").required(),
        date("startdate", "startDate", "Start Date").required(),
        date("enddate", "endDate", "End Date").required(),
        flag("closed", "closed", "Closed"),
        flag("isquarter", "isQuarter", "Quarter"),
        flag("isyear", "isYear", "Year"),
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: MODIFIED_INDEX,
    display: "periodname",
    rest: &[one("accountingPeriod")],
};
