//! What happened with people: notes, calls, meetings, tasks and emails.

use super::object::{ObjectType, Outline};
use super::property::{Property, choice, datetime, flag, number, text};

const DEFAULTS: &[&str] = &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

const CONTACTS: &str = "crm.objects.contacts.read";

/// A kind of engagement, all but its properties: the text and the number that people edit most, how many there are
/// of each million, and the first id given. Kinds are counted in the plural of what one is called.
fn kind(
    (name, type_id, shouted): (&'static str, &'static str, &'static str),
    edited: (&'static str, &'static str),
    per_million: i64,
    first_id: i64,
) -> Outline {
    Outline {
        name,
        singular: name.strip_suffix('s').unwrap_or(name),
        type_id,
        shouted,
        scope: CONTACTS,
        created: "hs_createdate",
        modified: "hs_lastmodifieddate",
        defaults: DEFAULTS,
        edited,
        per_million,
        ids: (first_id, 43),
    }
}

/// All engagements have the moment they happened at.
fn with_moment(kind: Outline, own: Vec<Property>) -> ObjectType {
    let mut properties = vec![datetime("hs_timestamp", "Activity date").filled(100)];
    properties.extend(own);
    kind.with(properties)
}

pub fn all() -> Vec<ObjectType> {
    vec![notes(), calls(), meetings(), tasks(), emails()]
}

fn notes() -> ObjectType {
    let kind =
        kind(("notes", "0-46", "NOTE"), ("hs_note_body", "hs_attachment_count"), 100_000, 50_100_000_001);
    with_moment(
        kind,
        vec![
            text("hs_note_body", "Note body").filled(95),
            text("hs_body_preview", "Body preview").calculated().filled(80),
            number("hs_attachment_count", "Attachments").filled(20),
        ],
    )
}

fn calls() -> ObjectType {
    let kind = kind(("calls", "0-48", "CALL"), ("hs_call_body", "hs_call_duration"), 80_000, 50_200_000_001);
    with_moment(
        kind,
        vec![
            text("hs_call_title", "Call title").filled(80),
            text("hs_call_body", "Call notes").filled(60),
            number("hs_call_duration", "Call duration").filled(90),
            choice("hs_call_direction", "Call direction", &["INBOUND", "OUTBOUND"]).filled(90),
            choice("hs_call_status", "Call status", &["COMPLETED", "NO_ANSWER", "BUSY", "FAILED"]).filled(90),
        ],
    )
}

fn meetings() -> ObjectType {
    let kind = kind(
        ("meetings", "0-47", "MEETING_EVENT"),
        ("hs_meeting_body", "hs_attendee_count"),
        40_000,
        50_300_000_001,
    );
    with_moment(
        kind,
        vec![
            text("hs_meeting_title", "Meeting name").filled(95),
            text("hs_meeting_body", "Meeting description").filled(50),
            datetime("hs_meeting_start_time", "Meeting start time").filled(100),
            datetime("hs_meeting_end_time", "Meeting end time").filled(100),
            choice(
                "hs_meeting_outcome",
                "Meeting outcome",
                &["SCHEDULED", "COMPLETED", "CANCELED", "NO_SHOW"],
            )
            .filled(80),
            number("hs_attendee_count", "Attendees").custom().filled(50),
        ],
    )
}

fn tasks() -> ObjectType {
    let kind =
        kind(("tasks", "0-27", "TASK"), ("hs_task_body", "hs_task_completion_count"), 80_000, 50_400_000_001);
    with_moment(
        kind,
        vec![
            text("hs_task_subject", "Task title").filled(95),
            text("hs_task_body", "Notes").filled(40),
            choice("hs_task_status", "Task status", &["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED"])
                .filled(100),
            choice("hs_task_priority", "Priority", &["NONE", "LOW", "MEDIUM", "HIGH"]).filled(80),
            number("hs_task_completion_count", "Completion count").read_only().filled(30),
            flag("hs_task_is_all_day", "All day").filled(60),
        ],
    )
}

fn emails() -> ObjectType {
    let kind = Outline {
        scope: "sales-email-read",
        ..kind(
            ("emails", "0-49", "EMAIL"),
            ("hs_email_subject", "hs_email_open_count"),
            60_000,
            50_500_000_001,
        )
    };
    with_moment(
        kind,
        vec![
            text("hs_email_subject", "Email subject").filled(98),
            text("hs_email_text", "Email body").filled(80),
            choice("hs_email_direction", "Email direction", &["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"])
                .filled(100),
            choice("hs_email_status", "Send status", &["SENT", "BOUNCED", "FAILED", "SCHEDULED"]).filled(70),
            number("hs_email_open_count", "Number of opens").read_only().filled(40),
        ],
    )
}
