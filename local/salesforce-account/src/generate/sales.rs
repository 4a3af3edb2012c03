//! Accounts, opportunities, their lines and products.

use anyhow::Result;

use super::words::{self, COUNTRIES, STATES};
use super::{Context, Row};
use crate::ids;

pub fn account(row: &mut Row, c: &Context<'_>) -> Result<()> {
    row.set("Name", words::company(c));
    row.text("Type", c.one_of("type", &["", "Prospect", "Customer - Direct", "Partner"]));
    if c.percent("parent", 10) && c.number > 1 {
        row.set("ParentId", ids::id("001", 1 + c.below("parent id", c.number - 1)));
    }
    row.set("BillingStreet", words::street(c));
    row.set("BillingCity", words::city(c).to_owned());
    row.text("BillingState", c.one_of("state", STATES));
    row.set("BillingPostalCode", format!("{:05}", c.below("postal", 100_000)));
    row.set("BillingCountry", c.one_of("country", COUNTRIES).to_owned());
    row.set("Phone", format!("+1 555 01{:02}", c.below("phone", 100)));
    row.set("Website", format!("https://account{}.example", c.number));
    row.text("Industry", c.one_of("industry", &["", "Banking", "Chemicals", "Energy", "Machinery"]));
    if c.percent("revenue", 70) {
        row.set("AnnualRevenue", c.amount("annual revenue", 50_000_000));
        row.set("NumberOfEmployees", 1 + c.below("employees", 20_000));
    }
    row.text("Description", &words::remark(c));
    row.set("OwnerId", c.refer("User", "owner")?);
    row.set("Credit_Limit__c", c.amount("credit", 100_000));
    row.text("Segment__c", c.one_of("segment", &["Enterprise", "Mid-Market", "Small Business"]));
    if c.percent("renewal", 60) {
        row.set("Renewal_Date__c", c.day("renewal day", 900));
    }
    row.set("Key_Account__c", c.percent("key account", 15));
    Ok(())
}

pub fn opportunity(row: &mut Row, c: &Context<'_>) -> Result<()> {
    let stage = c.one_of("stage", crate::catalog::STAGES);
    let (closed, won) = (stage.starts_with("Closed"), stage == "Closed Won");
    row.set("AccountId", c.refer("Account", "account")?);
    row.set("Name", format!("Opportunity {}", c.number));
    row.text("Description", &words::remark(c));
    row.set("StageName", stage.to_owned());
    if c.percent("amount", 90) {
        row.set("Amount", c.amount("opportunity amount", 400_000));
    }
    row.set(
        "Probability",
        if won {
            100.0
        } else if closed {
            0.0
        } else {
            10.0
        },
    );
    row.set("CloseDate", c.day("close", 200));
    row.text("Type", c.one_of("type", &["", "Existing Business", "New Business"]));
    row.text("LeadSource", c.one_of("source", &["", "Web", "Partner Referral"]));
    row.set("IsClosed", closed);
    row.set("IsWon", won);
    row.set("OwnerId", c.refer("User", "owner")?);
    Ok(())
}

pub fn line(row: &mut Row, c: &Context<'_>) -> Result<()> {
    let (price, quantity) = (c.amount("price", 900), 1 + c.below("quantity", 20));
    #[expect(clippy::cast_precision_loss, reason = "quantities are small")]
    let quantity = quantity as f64;
    row.set("OpportunityId", c.refer("Opportunity", "opportunity")?);
    row.set("SortOrder", 1 + c.below("sort", 9));
    row.set("Product2Id", c.refer("Product2", "product")?);
    row.set("ProductCode", format!("P-{:04}", c.below("code", 9_999)));
    row.set("Name", format!("Line {}", c.number));
    row.set("Quantity", quantity);
    row.set("UnitPrice", price);
    row.set("TotalPrice", (price * quantity * 100.0).round() / 100.0);
    if c.percent("service", 30) {
        row.set("ServiceDate", c.day("service day", 60));
    }
    row.text("Description", &words::remark(c));
    Ok(())
}

pub fn product(row: &mut Row, c: &Context<'_>) {
    row.set("Name", format!("Part {}", c.number));
    row.set("ProductCode", format!("P-{:04}", c.number));
    row.text("Description", &words::remark(c));
    row.set("IsActive", c.percent("active", 90));
    row.text("Family", c.one_of("family", &["", "Bearings", "Drives", "Pumps", "Valves"]));
}
