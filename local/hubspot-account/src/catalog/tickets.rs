//! Service cases.

use super::object::{ObjectType, Outline};
use super::property::{choice, datetime, number, text};

pub fn tickets() -> ObjectType {
    let outline = Outline {
        name: "tickets",
        singular: "ticket",
        type_id: "0-5",
        shouted: "TICKET",
        scope: "tickets",
        created: "createdate",
        modified: "hs_lastmodifieddate",
        defaults: &[
            "content",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hs_ticket_category",
            "hs_ticket_priority",
            "subject",
        ],
        edited: ("content", "time_to_close"),
        per_million: 100_000,
        ids: (2_960_000_003, 29),
    };
    outline.with(vec![
        text("subject", "Ticket name").filled(100),
        text("content", "Ticket description").filled(85),
        choice("hs_pipeline", "Pipeline", &["0"]).filled(100),
        choice("hs_pipeline_stage", "Ticket status", &["1", "2", "3", "4"]).filled(100),
        choice("hs_ticket_priority", "Priority", &["LOW", "MEDIUM", "HIGH", "URGENT"]).filled(70),
        choice("hs_ticket_category", "Category", &["PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST"])
            .filled(60),
        choice("source_type", "Source", &["CHAT", "EMAIL", "FORM", "PHONE"]).filled(80),
        datetime("closed_date", "Close date").filled(45),
        datetime("first_agent_reply_date", "First agent email response date").read_only().filled(60),
        number("time_to_close", "Time to close").calculated().filled(45),
        number("damaged_containers", "Damaged containers").custom().filled(20),
    ])
}
