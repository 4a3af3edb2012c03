//! People and companies. Entities share one sequence of ids.

use super::column::{
    Column, Exposure, ID, INACTIVE, MODIFIED, custom, date, datetime, decimal, flag, integer, text,
};
use super::{Kind, RestType, Table, wide};

pub static EMPLOYEE: Table = Table {
    name: "employee",
    columns: &[
        ID,
        text("entityid", "entityId", "Employee ID").required(),
        text("title", "title", "Job Title"),
        text("email", "email", "Email"),
        integer("department", "department", "Department").to("department"),
        integer("location", "location", "Location").to("location"),
        integer("subsidiary", "subsidiary", "Subsidiary").to("subsidiary"),
        integer("supervisor", "supervisor", "Supervisor").to("employee"),
        date("hiredate", "hireDate", "Hire Date"),
        flag("issalesrep", "isSalesRep", "Sales Rep"),
        datetime("datecreated", "dateCreated", "Date Created").required(),
        text("socialsecuritynumber", "socialSecurityNumber", "Social Security #")
            .exposed(Exposure::RecordOnly),
        INACTIVE,
        MODIFIED,
    ],
    row_id: Some("id"),
    indexes: &["lastmodifieddate,id", "id,lastmodifieddate"],
    display: "entityid",
    rest: &[RestType { name: "employee", only: None }],
};

const CUSTOMER_FIELDS: [Column; 31] = [
    ID,
    text("entityid", "entityId", "Customer ID").required(),
    text("companyname", "companyName", "Company Name"),
    text("altname", "altName", "Name"),
    flag("isperson", "isPerson", "Individual"),
    text("email", "email", "Email"),
    text("phone", "phone", "Phone"),
    text("url", "url", "Web Address"),
    text("defaultaddress", "defaultAddress", "Address"),
    integer("category", "category", "Category"),
    integer("entitystatus", "entityStatus", "Status").required(),
    integer("salesrep", "salesRep", "Sales Rep").to("employee"),
    integer("parent", "parent", "Child Of").to("customer"),
    integer("currency", "currency", "Primary Currency").to("currency"),
    integer("terms", "terms", "Terms").to("term"),
    decimal("creditlimit", "creditLimit", "Credit Limit"),
    decimal("balancesearch", "balance", "Balance"),
    flag("emailtransactions", "emailTransactions", "Email"),
    text("comments", "comments", "Comments"),
    text("externalid", "externalId", "External ID"),
    integer("subsidiary", "subsidiary", "Primary Subsidiary").to("subsidiary").exposed(Exposure::RecordOnly),
    text("image", "image", "Image").exposed(Exposure::Breaks),
    datetime("datecreated", "dateCreated", "Date Created").required(),
    INACTIVE,
    MODIFIED,
    custom("custentity_market_segment", "Market Segment", Kind::Text),
    custom("custentity_credit_score", "Credit Score", Kind::Integer),
    custom("custentity_key_account", "Key Account", Kind::Flag),
    custom("custentity_last_review", "Last Review", Kind::Date),
    custom("custentity_last_contact", "Last Contact", Kind::DateTime),
    custom("custentity_nation", "Nation", Kind::Integer).to("location"),
];

/// A hundred and forty columns, of which SuiteQL reads all but two; a select list holds a hundred.
pub static CUSTOMER: Table = Table {
    name: "customer",
    columns: &wide::join::<31, { wide::BY_LINE.len() }, { 31 + wide::BY_LINE.len() }>(
        CUSTOMER_FIELDS,
        wide::BY_LINE,
    ),
    row_id: Some("id"),
    indexes: &["lastmodifieddate,id", "id,lastmodifieddate"],
    display: "entityid",
    rest: &[RestType { name: "customer", only: None }],
};

pub static VENDOR: Table = Table {
    name: "vendor",
    columns: &[
        ID,
        text("entityid", "entityId", "Vendor ID").required(),
        text("companyname", "companyName", "Company Name"),
        text("legalname", "legalName", "Legal Name"),
        flag("isperson", "isPerson", "Individual"),
        text("email", "email", "Email"),
        text("phone", "phone", "Phone"),
        text("defaultaddress", "defaultAddress", "Address"),
        integer("currency", "currency", "Primary Currency").to("currency"),
        integer("subsidiary", "subsidiary", "Primary Subsidiary").to("subsidiary"),
        decimal("balance", "balance", "Balance"),
        flag("is1099eligible", "is1099Eligible", "1099 Eligible"),
        text("comments", "comments", "Comments"),
        datetime("datecreated", "dateCreated", "Date Created").required(),
        INACTIVE,
        MODIFIED,
        custom("custentity_supplier_rating", "Supplier Rating", Kind::Decimal),
        custom("custentity_nation", "Nation", Kind::Integer).to("location"),
    ],
    row_id: Some("id"),
    indexes: &["lastmodifieddate,id", "id,lastmodifieddate"],
    display: "entityid",
    rest: &[RestType { name: "vendor", only: None }],
};
