//! Contacts, leads and users, all made up.

use anyhow::Result;

use super::words::{self, COUNTRIES, STATES};
use super::{Context, Row};

fn name(row: &mut Row, c: &Context<'_>) {
    row.set("LastName", words::last(c).to_owned());
    if c.percent("first", 92) {
        row.set("FirstName", words::first(c).to_owned());
    }
}

pub fn contact(row: &mut Row, c: &Context<'_>) -> Result<()> {
    name(row, c);
    row.text("Salutation", c.one_of("salutation", &["", "Mr.", "Ms.", "Dr."]));
    if c.percent("private", 95) {
        row.set("AccountId", c.refer("Account", "account")?);
    }
    row.set("MailingStreet", words::street(c));
    row.set("MailingCity", words::city(c).to_owned());
    row.text("MailingState", c.one_of("state", STATES));
    row.set("MailingPostalCode", format!("{:05}", c.below("postal", 100_000)));
    row.set("MailingCountry", c.one_of("country", COUNTRIES).to_owned());
    row.set("Phone", format!("+1 555 01{:02}", c.below("phone", 100)));
    row.set("Email", format!("contact{}@forebay.example", c.number));
    row.text("Title", c.one_of("title", &["", "Buyer", "Head of Purchasing, EMEA", "CFO"]));
    if c.percent("birthdate", 20) {
        let (year, month) = (1950 + c.below("birth year", 55), 1 + c.below("birth month", 12));
        row.set("Birthdate", format!("{year}-{month:02}-{:02}", 1 + c.below("birth day", 28)));
    }
    row.set("OwnerId", c.refer("User", "owner")?);
    Ok(())
}

pub fn lead(row: &mut Row, c: &Context<'_>) -> Result<()> {
    name(row, c);
    row.set("Company", words::company(c));
    row.text("Title", c.one_of("title", &["", "Buyer", "Engineer"]));
    row.set("Street", words::street(c));
    row.set("City", words::city(c).to_owned());
    row.text("State", c.one_of("state", STATES));
    row.set("Country", c.one_of("country", COUNTRIES).to_owned());
    row.set("Email", format!("lead{}@forebay.example", c.number));
    row.text("LeadSource", c.one_of("source", &["", "Web", "Phone Inquiry"]));
    row.set("Status", c.one_of("status", &["Open - Not Contacted", "Working - Contacted"]).to_owned());
    row.text("Rating", c.one_of("rating", &["", "Hot", "Warm", "Cold"]));
    let converted = c.percent("converted", 10);
    row.set("IsConverted", converted);
    if converted {
        row.set("ConvertedDate", c.day("converted day", 30));
        row.set("ConvertedAccountId", c.refer("Account", "converted")?);
    }
    row.set("OwnerId", c.refer("User", "owner")?);
    Ok(())
}

pub fn user(row: &mut Row, c: &Context<'_>) {
    let first = c.number == 1;
    let username = if first { "integration".to_owned() } else { format!("user{}", c.number) };
    name(row, c);
    row.set("Username", format!("{username}@forebay.example"));
    row.set("Email", format!("{username}@forebay.example"));
    row.text("Division", c.one_of("division", &["North", "South", "East", "West"]));
    row.text("Department", c.one_of("department", &["", "Sales", "Service"]));
    row.set("IsActive", first || c.percent("active", 85));
    row.set("TimeZoneSidKey", c.one_of("zone", &["America/Los_Angeles", "Europe/Berlin"]).to_owned());
    row.set("UserType", "Standard".to_owned());
}
