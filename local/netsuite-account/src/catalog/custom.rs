//! What was deleted, which fields the account added, and its custom record type.

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
