//! What happened with people: notes, calls, meetings, tasks and emails.

use super::object::{ObjectType, Outline};
use super::property::{Property, choice, datetime, flag, number, text};

const DEFAULTS: &[&str] = &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

struct Engagement {
    name: &'static str,
    singular: &'static str,
    type_id: &'static str,
    shouted: &'static str,
    scope: &'static str,
    edited: (&'static str, &'static str),
    per_million: i64,
    ids: (i64, i64),
}

impl Engagement {
    fn with(self, own: Vec<Property>) -> ObjectType {
        let mut properties = vec![datetime("hs_timestamp", "Activity date").filled(100)];
        properties.extend(own);
        let outline = Outline {
            name: self.name,
            singular: self.singular,
            type_id: self.type_id,
            shouted: self.shouted,
            scope: self.scope,
            created: "hs_createdate",
            modified: "hs_lastmodifieddate",
            defaults: DEFAULTS,
            edited: self.edited,
            per_million: self.per_million,
            ids: self.ids,
        };
        outline.with(properties)
    }
}

const CONTACTS: &str = "crm.objects.contacts.read";

pub fn all() -> Vec<ObjectType> {
    vec![notes(), calls(), meetings(), tasks(), emails()]
}

fn notes() -> ObjectType {
    let outline = Engagement {
        name: "notes",
        singular: "note",
        type_id: "0-46",
        shouted: "NOTE",
        scope: CONTACTS,
        edited: ("hs_note_body", "hs_attachment_count"),
        per_million: 100_000,
        ids: (50_100_000_001, 43),
    };
    outline.with(vec![
        text("hs_note_body", "Note body").filled(95),
        text("hs_body_preview", "Body preview").calculated().filled(80),
        number("hs_attachment_count", "Attachments").filled(20),
    ])
}

fn calls() -> ObjectType {
    let outline = Engagement {
        name: "calls",
        singular: "call",
        type_id: "0-48",
        shouted: "CALL",
        scope: CONTACTS,
        edited: ("hs_call_body", "hs_call_duration"),
        per_million: 80_000,
        ids: (50_200_000_001, 43),
    };
    outline.with(vec![
        text("hs_call_title", "Call title").filled(80),
        text("hs_call_body", "Call notes").filled(60),
        number("hs_call_duration", "Call duration").filled(90),
        choice("hs_call_direction", "Call direction", &["INBOUND", "OUTBOUND"]).filled(90),
        choice("hs_call_status", "Call status", &["COMPLETED", "NO_ANSWER", "BUSY", "FAILED"]).filled(90),
    ])
}

fn meetings() -> ObjectType {
    let outline = Engagement {
        name: "meetings",
        singular: "meeting",
        type_id: "0-47",
        shouted: "MEETING_EVENT",
        scope: CONTACTS,
        edited: ("hs_meeting_body", "hs_attendee_count"),
        per_million: 40_000,
        ids: (50_300_000_001, 43),
    };
    outline.with(vec![
        text("hs_meeting_title", "Meeting name").filled(95),
        text("hs_meeting_body", "Meeting description").filled(50),
        datetime("hs_meeting_start_time", "Meeting start time").filled(100),
        datetime("hs_meeting_end_time", "Meeting end time").filled(100),
        choice("hs_meeting_outcome", "Meeting outcome", &["SCHEDULED", "COMPLETED", "CANCELED", "NO_SHOW"])
            .filled(80),
        number("hs_attendee_count", "Attendees").custom().filled(50),
    ])
}

fn tasks() -> ObjectType {
    let outline = Engagement {
        name: "tasks",
        singular: "task",
        type_id: "0-27",
        shouted: "TASK",
        scope: CONTACTS,
        edited: ("hs_task_body", "hs_task_completion_count"),
        per_million: 80_000,
        ids: (50_400_000_001, 43),
    };
    outline.with(vec![
        text("hs_task_subject", "Task title").filled(95),
        text("hs_task_body", "Notes").filled(40),
        choice("hs_task_status", "Task status", &["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED"])
            .filled(100),
        choice("hs_task_priority", "Priority", &["NONE", "LOW", "MEDIUM", "HIGH"]).filled(80),
        number("hs_task_completion_count", "Completion count").read_only().filled(30),
        flag("hs_task_is_all_day", "All day").filled(60),
    ])
}

fn emails() -> ObjectType {
    let outline = Engagement {
        name: "emails",
        singular: "email",
        type_id: "0-49",
        shouted: "EMAIL",
        scope: "sales-email-read",
        edited: ("hs_email_subject", "hs_email_open_count"),
        per_million: 60_000,
        ids: (50_500_000_001, 43),
    };
    outline.with(vec![
        text("hs_email_subject", "Email subject").filled(98),
        text("hs_email_text", "Email body").filled(80),
        choice("hs_email_direction", "Email direction", &["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"])
            .filled(100),
        choice("hs_email_status", "Send status", &["SENT", "BOUNCED", "FAILED", "SCHEDULED"]).filled(70),
        number("hs_email_open_count", "Number of opens").read_only().filled(40),
    ])
}
