//! Items. One SuiteQL table, several record types; columns of single types are missing from `SELECT *`.

use super::column::{Exposure, ID, INACTIVE, MODIFIED, custom, datetime, decimal, flag, integer, text};
use super::{Kind, RestType, Table};

const fn of(name: &'static str, itemtype: &'static str) -> RestType {
    RestType { name, only: Some(("itemtype", itemtype)) }
}

pub static ITEM: Table = Table {
    name: "item",
    columns: &[
        ID,
        text("itemid", "itemId", "Item Name/Number").required(),
        text("itemtype", "itemType", "Type").required(),
        text("displayname", "displayName", "Display Name"),
        text("fullname", "fullName", "Full Name").required(),
        text("description", "salesDescription", "Description"),
        integer("class", "class", "Class").to("classification"),
        integer("department", "department", "Department").to("department"),
        integer("location", "location", "Location").to("location"),
        decimal("cost", "cost", "Purchase Price"),
        text("manufacturer", "manufacturer", "Manufacturer"),
        text("mpn", "mpn", "MPN"),
        flag("isonline", "isOnline", "Display in Web Site"),
        text("externalid", "externalId", "External ID"),
        decimal("averagecost", "averageCost", "Average Cost").exposed(Exposure::Subtype),
        decimal("lastpurchaseprice", "lastPurchasePrice", "Last Purchase Price").exposed(Exposure::Subtype),
        decimal("weight", "weight", "Weight").exposed(Exposure::Subtype),
        decimal("reorderpoint", "reorderPoint", "Reorder Point").exposed(Exposure::Subtype),
        integer("preferredlocation", "preferredLocation", "Preferred Location")
            .to("location")
            .exposed(Exposure::Subtype),
        integer("totalquantityonhand", "totalQuantityOnHand", "Total Quantity On Hand")
            .exposed(Exposure::Subtype),
        text("storedetaileddescription", "storeDetailedDescription", "Detailed Description")
            .exposed(Exposure::RecordOnly),
        datetime("createddate", "createdDate", "Date Created").required(),
        INACTIVE,
        MODIFIED,
        custom("custitem_brand", "Brand", Kind::Text),
        custom("custitem_container", "Container", Kind::Text),
        custom("custitem_size", "Size", Kind::Integer),
    ],
    row_id: Some("id"),
    indexes: &["lastmodifieddate,id", "id,lastmodifieddate", "itemtype"],
    display: "itemid",
    rest: &[
        of("inventoryItem", "InvtPart"),
        of("nonInventorySaleItem", "NonInvtPart"),
        of("serviceSaleItem", "Service"),
        of("assemblyItem", "Assembly"),
    ],
};
