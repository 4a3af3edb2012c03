//! The custom object, and objects that connectors have to step around.

use super::field::{
    CREATED, CREATED_BY, DELETED, ID, MODIFIED, MODIFIED_BY, OWNER, STAMP, boolean, currency, date, datetime,
    double, long, picklist, reference, text,
};
use super::{Object, plain};

pub static SHIPMENT: Object = plain(
    "Shipment__c",
    "a01",
    &[
        ID,
        OWNER,
        DELETED,
        text("Name", 80).required().names(),
        CREATED,
        CREATED_BY,
        MODIFIED,
        MODIFIED_BY,
        STAMP,
        reference("Account__c", &["Account"]),
        picklist("Carrier__c", &["Air", "Rail", "Sea", "Truck"]),
        text("Tracking_Number__c", 40),
        double("Weight__c", 16, 3),
        // A number without decimals is a double all the same.
        double("Stops__c", 4, 0),
        currency("Freight_Cost__c"),
        date("Shipped_On__c"),
        datetime("Delivered_At__c"),
        boolean("Insured__c"),
        long("Notes__c"),
    ],
);

/// Change events are listed, and cannot be queried.
pub static ACCOUNT_CHANGES: Object =
    Object { queryable: false, bulk: false, replicateable: false, ..plain("AccountChangeEvent", "", &[ID]) };

/// Queries of it have to say which document or which record.
pub static DOCUMENT_LINK: Object = Object {
    bulk: false,
    replicateable: false,
    must_filter: &["ContentDocumentId", "LinkedEntityId"],
    ..plain(
        "ContentDocumentLink",
        "06A",
        &[
            ID,
            reference("LinkedEntityId", &["Account", "Case", "Opportunity"]).required(),
            reference("ContentDocumentId", &[]).required(),
            DELETED,
            STAMP,
            picklist("ShareType", &["V", "C", "I"]),
            picklist("Visibility", &["AllUsers", "InternalUsers"]),
        ],
    )
};
