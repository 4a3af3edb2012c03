//! Service: cases, tasks and what is attached to them.

use super::field::{
    CREATED, CREATED_BY, DELETED, ID, Kind, MODIFIED, MODIFIED_BY, OWNER, STAMP, boolean, date, datetime,
    field, integer, long, picklist, reference, text,
};
use super::{Object, plain};

pub static CASE_STATES: &[&str] = &["New", "Working", "Escalated", "Closed"];

pub static CASE: Object = plain(
    "Case",
    "500",
    &[
        ID,
        DELETED,
        text("CaseNumber", 30).required().names(),
        reference("ContactId", &["Contact"]),
        reference("AccountId", &["Account"]),
        picklist("Type", &["Mechanical", "Electrical", "Electronic", "Structural", "Other"]),
        picklist("Status", CASE_STATES),
        picklist("Reason", &["Installation", "Performance", "Breakdown", "Feedback"]),
        picklist("Origin", &["Phone", "Email", "Web"]),
        text("Subject", 255),
        picklist("Priority", &["High", "Medium", "Low"]),
        long("Description"),
        boolean("IsClosed"),
        datetime("ClosedDate"),
        boolean("IsEscalated"),
        OWNER,
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);

/// A setup object: no IsDeleted, not replicateable, and none of the Bulk API's.
pub static CASE_STATUS: Object = Object {
    bulk: false,
    replicateable: false,
    ..plain(
        "CaseStatus",
        "01J",
        &[
            ID,
            text("MasterLabel", 255).required().names(),
            text("ApiName", 255),
            integer("SortOrder"),
            boolean("IsDefault"),
            boolean("IsClosed"),
            CREATED,
            CREATED_BY,
            MODIFIED,
            MODIFIED_BY,
            STAMP,
        ],
    )
};

/// Old closed tasks are archived: `query` does not find them, `queryAll` does.
pub static TASK: Object = plain(
    "Task",
    "00T",
    &[
        ID,
        reference("WhoId", &["Contact", "Lead"]),
        reference("WhatId", &["Account", "Opportunity", "Case"]),
        text("Subject", 255).names(),
        date("ActivityDate"),
        picklist("Status", &["Not Started", "In Progress", "Completed"]).required(),
        picklist("Priority", &["High", "Normal", "Low"]).required(),
        OWNER,
        long("Description"),
        DELETED,
        reference("AccountId", &["Account"]),
        boolean("IsClosed"),
        boolean("IsArchived"),
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
    ],
);

/// Its Body is base64, which the Bulk API refuses.
pub static ATTACHMENT: Object = Object {
    bulk: false,
    ..plain(
        "Attachment",
        "00P",
        &[
            ID,
            DELETED,
            reference("ParentId", &["Account", "Case", "Opportunity"]).required(),
            text("Name", 255).required().names(),
            boolean("IsPrivate"),
            text("ContentType", 120),
            integer("BodyLength"),
            field("Body", Kind::Base64, 0, (0, 0)).required(),
            OWNER,
            CREATED,
            CREATED_BY,
            MODIFIED,
            MODIFIED_BY,
            STAMP,
            text("Description", 500),
        ],
    )
};
