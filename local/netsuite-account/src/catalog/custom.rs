//! What was deleted, which fields the account added, and its custom record types.

use super::column::{ID, INACTIVE, custom, datetime, flag, integer, text};
use super::{Kind, RestType, Table};

pub static DELETED_RECORD: Table = Table {
    name: "deletedrecord",
    columns: &[
        integer("recordid", "recordId", "Record ID").required(),
        integer("recordtypeid", "recordTypeId", "Record Type ID").required(),
        text("scriptid", "scriptId", "Script ID"),
        text("type", "type", "Type").required(),
        text("name", "name", "Name"),
        datetime("deleteddate", "deletedDate", "Deleted Date").required(),
        integer("deletedby", "deletedBy", "Deleted By").to("employee"),
        text("context", "context", "Context"),
        flag("iscustomrecord", "isCustomRecord", "Custom Record"),
        flag("iscustomlist", "isCustomList", "Custom List"),
        flag("iscustomtransaction", "isCustomTransaction", "Custom Transaction"),
    ],
    row_id: None,
    indexes: &["deleteddate,recordid"],
    display: "name",
    rest: &[],
};

pub static CUSTOM_FIELD: Table = Table {
    name: "customfield",
    columns: &[
        integer("internalid", "internalId", "Internal ID").required(),
        text("scriptid", "scriptId", "Script ID").required(),
        text("name", "name", "Name").required(),
        text("fieldtype", "fieldType", "Field Type").required(),
        text("fieldvaluetype", "fieldValueType", "Field Value Type").required(),
        integer("recordtype", "recordType", "Record Type").to("customrecordtype"),
        text("owner", "owner", "Owner"),
        text("description", "description", "Description"),
        flag("ismandatory", "isMandatory", "Mandatory"),
        flag("isinactive", "isInactive", "Inactive"),
        datetime("lastmodifieddate", "lastModifiedDate", "Last Modified Date").required(),
    ],
    row_id: Some("internalid"),
    indexes: &["lastmodifieddate,internalid"],
    display: "name",
    rest: &[],
};

pub static CUSTOM_RECORD_TYPE: Table = Table {
    name: "customrecordtype",
    columns: &[
        integer("internalid", "internalId", "Internal ID").required(),
        text("scriptid", "scriptId", "Script ID").required(),
        text("name", "name", "Name").required(),
        text("recordname", "recordName", "Record Name").required(),
        text("description", "description", "Description"),
        flag("isinactive", "isInactive", "Inactive"),
    ],
    row_id: Some("internalid"),
    indexes: &[],
    display: "name",
    rest: &[],
};

/// A custom record type says `lastmodified` and `created`, not `lastmodifieddate`.
pub static SHIPMENT_ROUTE: Table = Table {
    name: "customrecord_shipment_route",
    columns: &[
        ID,
        text("name", "name", "Name"),
        text("altname", "altName", "Alternative Name"),
        INACTIVE,
        datetime("created", "created", "Date Created").required(),
        datetime("lastmodified", "lastModified", "Last Modified").required(),
        integer("owner", "owner", "Owner").to("employee"),
        custom("custrecord_route_mode", "Mode", Kind::Text),
        custom("custrecord_route_nation", "Nation", Kind::Integer).to("location"),
        custom("custrecord_route_days", "Transit Days", Kind::Decimal),
        custom("custrecord_route_since", "In Use Since", Kind::Date),
    ],
    row_id: Some("id"),
    indexes: &["lastmodified,id"],
    display: "name",
    rest: &[RestType { name: "customrecord_shipment_route", only: None }],
};

/// Checks of items; its own instant is not its last change.
pub static QUALITY_CHECK: Table = Table {
    name: "customrecord_quality_check",
    columns: &[
        ID,
        text("name", "name", "Name"),
        text("externalid", "externalId", "External ID"),
        INACTIVE,
        datetime("created", "created", "Date Created").required(),
        datetime("lastmodified", "lastModified", "Last Modified").required(),
        integer("owner", "owner", "Owner").to("employee"),
        custom("custrecord_check_item", "Item", Kind::Integer).to("item"),
        custom("custrecord_check_result", "Result", Kind::Text),
        custom("custrecord_check_score", "Score", Kind::Integer),
        custom("custrecord_check_passed", "Passed", Kind::Flag),
        custom("custrecord_check_at", "Checked At", Kind::DateTime),
        custom("custrecord_check_deviation", "Deviation", Kind::Decimal),
    ],
    row_id: Some("id"),
    indexes: &["lastmodified,id"],
    display: "name",
    rest: &[RestType { name: "customrecord_quality_check", only: None }],
};

/// The account's custom record types, by internal id: script id (as `customrecordtype` spells it, upper case)
/// and name. The role may not see the last, which has no table here.
pub const RECORD_TYPES: [(i64, &str, &str); 3] = [
    (101, "CUSTOMRECORD_SHIPMENT_ROUTE", "Shipment Route"),
    (102, "CUSTOMRECORD_QUALITY_CHECK", "Quality Check"),
    (103, "CUSTOMRECORD_PAYROLL_GRADE", "Payroll Grade"),
];

/// The internal id of the custom record type whose rows a table holds.
pub fn record_type_of(table: &str) -> Option<(i64, &'static str, &'static str)> {
    RECORD_TYPES.into_iter().find(|(_, script, _)| script.eq_ignore_ascii_case(table))
}
