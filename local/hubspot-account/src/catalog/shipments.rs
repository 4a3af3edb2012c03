//! The portal's custom object.

use super::object::{ObjectType, Outline};
use super::property::{choice, date, datetime, flag, number, text};

pub fn shipments() -> ObjectType {
    let outline = Outline {
        name: "p_shipment",
        singular: "shipment",
        type_id: "2-1234567",
        shouted: "p4815162_shipment",
        scope: "crm.objects.custom.read",
        created: "hs_createdate",
        modified: "hs_lastmodifieddate",
        defaults: &["hs_createdate", "hs_lastmodifieddate", "hs_object_id", "shipment_number"],
        edited: ("remarks", "containers"),
        per_million: 50_000,
        ids: (31_200_000_005, 7),
    };
    outline.with(vec![
        text("shipment_number", "Shipment number").custom().filled(100),
        text("remarks", "Remarks").custom().filled(40),
        choice("mode", "Mode", &["sea", "air", "rail", "truck"]).custom().filled(95),
        number("containers", "Containers").custom().filled(80),
        number("freight_cost", "Freight cost").custom().filled(70),
        date("left_port_on", "Left port on").custom().filled(75),
        datetime("delivered_at", "Delivered at").custom().filled(55),
        flag("customs_cleared", "Customs cleared").custom().filled(85),
    ])
}
