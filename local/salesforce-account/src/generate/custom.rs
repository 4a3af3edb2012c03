//! Shipments, and links to documents.

use anyhow::Result;

use super::words;
use super::{Context, Row};
use crate::ids;
use crate::instant::DAY;

pub fn shipment(row: &mut Row, c: &Context<'_>) -> Result<()> {
    row.set("OwnerId", c.refer("User", "owner")?);
    row.set("Name", format!("S-{:06}", c.number));
    row.set("Account__c", c.refer("Account", "account")?);
    row.text("Carrier__c", c.one_of("carrier", &["Air", "Rail", "Sea", "Truck"]));
    row.set("Tracking_Number__c", format!("00{:010}", c.below("tracking", 9_999_999_999)));
    #[expect(clippy::cast_precision_loss, reason = "weights are small")]
    row.set("Weight__c", c.below("weight", 9_000_000) as f64 / 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "stops are few")]
    row.set("Stops__c", c.below("stops", 6) as f64);
    row.set("Freight_Cost__c", c.amount("freight", 5_000));
    row.set("Shipped_On__c", c.day("shipped", 20));
    if c.percent("delivered", 70) {
        row.set("Delivered_At__c", c.moments.created + 20 * DAY + c.below("delivery", 86_400) * 1_000);
    }
    row.set("Insured__c", c.percent("insured", 40));
    row.text("Notes__c", &words::remark(c));
    Ok(())
}

pub fn link(row: &mut Row, c: &Context<'_>) -> Result<()> {
    row.set("LinkedEntityId", c.refer("Case", "linked")?);
    row.set("ContentDocumentId", ids::id("069", c.number));
    row.set("ShareType", "V".to_owned());
    row.set("Visibility", "AllUsers".to_owned());
    Ok(())
}
