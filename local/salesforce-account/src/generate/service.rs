//! Cases, tasks and attachments.

use anyhow::Result;

use super::words;
use super::{Context, Row};

/// Bytes of an attachment's body.
pub fn body_length(number: i64) -> i64 {
    100 + number % 50
}

pub fn case(row: &mut Row, c: &Context<'_>) -> Result<()> {
    let status = c.one_of("status", crate::catalog::CASE_STATES);
    row.set("CaseNumber", format!("{:08}", 1_000 + c.number));
    row.set("AccountId", c.refer("Account", "account")?);
    row.set("ContactId", c.refer("Contact", "contact")?);
    row.text("Type", c.one_of("type", &["", "Mechanical", "Electrical", "Other"]));
    row.set("Status", status.to_owned());
    row.text("Reason", c.one_of("reason", &["", "Installation", "Breakdown"]));
    row.set("Origin", c.one_of("origin", &["Phone", "Email", "Web"]).to_owned());
    row.set("Subject", format!("Case about part {}", c.below("part", 500)));
    row.set("Priority", c.one_of("priority", &["High", "Medium", "Low"]).to_owned());
    row.text("Description", &words::remark(c));
    row.set("IsClosed", status == "Closed");
    if status == "Closed" {
        row.set("ClosedDate", c.moments.modified);
    }
    row.set("IsEscalated", status == "Escalated");
    row.set("OwnerId", c.refer("User", "owner")?);
    Ok(())
}

pub fn case_status(row: &mut Row, c: &Context<'_>) {
    let index = usize::try_from(c.number - 1).unwrap_or(0);
    let label = crate::catalog::CASE_STATES.get(index).copied().unwrap_or("New");
    row.set("MasterLabel", label.to_owned());
    row.set("ApiName", label.to_owned());
    row.set("SortOrder", c.number);
    row.set("IsDefault", label == "New");
    row.set("IsClosed", label == "Closed");
}

pub fn task(row: &mut Row, c: &Context<'_>) -> Result<()> {
    let status = c.one_of("status", &["Not Started", "In Progress", "Completed", "Completed"]);
    let closed = status == "Completed";
    if c.percent("who", 80) {
        let who = if c.percent("who lead", 30) { "Lead" } else { "Contact" };
        row.set("WhoId", c.refer(who, "who id")?);
    }
    row.set("WhatId", c.refer("Account", "account")?);
    row.set("AccountId", c.refer("Account", "account")?);
    row.set("Subject", c.one_of("subject", &["Call", "Email", "Send quote, then call"]).to_owned());
    row.set("ActivityDate", c.day("activity", 30));
    row.set("Status", status.to_owned());
    row.set("Priority", c.one_of("priority", &["High", "Normal", "Low"]).to_owned());
    row.text("Description", &words::remark(c));
    row.set("IsClosed", closed);
    // 2022-01-01: closed tasks from before are archived.
    row.set("IsArchived", closed && c.moments.created < 1_640_995_200_000);
    row.set("OwnerId", c.refer("User", "owner")?);
    Ok(())
}

pub fn attachment(row: &mut Row, c: &Context<'_>) -> Result<()> {
    row.set("ParentId", c.refer("Case", "parent")?);
    row.set("Name", format!("note {}.txt", c.number));
    row.set("IsPrivate", c.percent("private", 10));
    row.set("ContentType", "text/plain".to_owned());
    row.set("BodyLength", body_length(c.number));
    row.set("OwnerId", c.refer("User", "owner")?);
    row.text("Description", &words::remark(c));
    Ok(())
}
