//! People.

use super::object::{ObjectType, Outline};
use super::property::{Kind, Property, choice, choices, date, datetime, flag, number, text};

const STAGES: &[&str] = &[
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "other",
];
const SOURCES: &[&str] = &[
    "ORGANIC_SEARCH",
    "PAID_SEARCH",
    "EMAIL_MARKETING",
    "SOCIAL_MEDIA",
    "REFERRALS",
    "DIRECT_TRAFFIC",
    "OFFLINE",
];
const LEAD: &[&str] = &["NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "CONNECTED", "BAD_TIMING"];

/// What the portal asked in its surveys: many properties with long names, each filled for few people.
pub const SURVEY_PREFIX: &str = "event_attendance_survey_";
const PLACES: [&str; 10] =
    ["berlin", "boston", "chennai", "denver", "dublin", "lisbon", "nairobi", "oslo", "quito", "sydney"];
const QUESTIONS: [(&str, Kind); 5] = [
    ("overall_satisfaction_score", Kind::Number),
    ("would_recommend_to_colleagues", Kind::Flag),
    ("comments_left_by_attendee", Kind::Text),
    ("date_of_first_registration", Kind::Date),
    ("moment_of_last_session_visit", Kind::DateTime),
];

fn survey() -> impl Iterator<Item = Property> {
    (2021..=2025).flat_map(|year| {
        PLACES.iter().flat_map(move |place| {
            QUESTIONS.iter().map(move |(question, kind)| {
                let name = format!("{SURVEY_PREFIX}{year}_regional_conference_{place}_{question}");
                let label = format!("{year} {place}: {}", question.replace('_', " "));
                Property::new(name, label, *kind).custom().group("surveys").filled(0)
            })
        })
    })
}

pub fn contacts() -> ObjectType {
    let outline = Outline {
        name: "contacts",
        singular: "contact",
        type_id: "0-1",
        shouted: "CONTACT",
        scope: "crm.objects.contacts.read",
        created: "createdate",
        modified: "lastmodifieddate",
        defaults: &["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
        edited: ("jobtitle", "loyalty_points"),
        per_million: 1_500_000,
        ids: (101, 50),
    };
    let mut properties = person();
    properties.extend(tracking());
    properties.extend(own());
    properties.extend(survey());
    outline.with(properties)
}

fn person() -> Vec<Property> {
    vec![
        text("email", "Email").filled(92),
        text("firstname", "First Name").filled(96),
        text("lastname", "Last Name").filled(97),
        text("phone", "Phone Number").filled(55),
        text("mobilephone", "Mobile Phone Number").filled(25),
        text("jobtitle", "Job Title").filled(60),
        text("company", "Company Name").filled(65),
        text("website", "Website URL").filled(20),
        text("address", "Street Address").filled(40),
        text("city", "City").filled(45),
        text("state", "State/Region").filled(30),
        text("zip", "Postal Code").filled(40),
        text("country", "Country/Region").filled(60),
        text("salutation", "Salutation").filled(10),
        text("industry", "Industry").filled(15),
        text("message", "Message").filled(12),
        date("date_of_birth", "Date of birth").filled(8),
        choice("lifecyclestage", "Lifecycle Stage", STAGES).filled(95),
        choice("hs_lead_status", "Lead Status", LEAD).filled(50),
        number("annualrevenue", "Annual Revenue").filled(10),
        number("numemployees", "Number of Employees").filled(10),
        text("hs_email_domain", "Email Domain").calculated().filled(92),
        text("hs_full_name_or_email", "Full name or email").calculated().filled(100),
        number("num_associated_deals", "Number of Associated Deals").calculated().filled(35),
        datetime("first_deal_created_date", "First Deal Created Date").calculated().filled(30),
        datetime("closedate", "Close Date").filled(25),
        number("days_to_close", "Days To Close").calculated().filled(20),
    ]
}

fn tracking() -> Vec<Property> {
    vec![
        choice("hs_analytics_source", "Original Source", SOURCES).read_only().filled(85),
        text("hs_analytics_source_data_1", "Original Source Drill-Down 1").read_only().filled(60),
        text("hs_analytics_source_data_2", "Original Source Drill-Down 2").read_only().filled(40),
        choice("hs_latest_source", "Latest Source", SOURCES).read_only().filled(70),
        datetime("hs_latest_source_timestamp", "Latest Source Date").read_only().filled(70),
        datetime("hs_analytics_first_timestamp", "Time First Seen").read_only().filled(75),
        datetime("hs_analytics_last_timestamp", "Time Last Seen").read_only().filled(60),
        datetime("hs_analytics_first_visit_timestamp", "Time of First Session").read_only().filled(45),
        datetime("hs_analytics_last_visit_timestamp", "Time of Last Session").read_only().filled(45),
        text("hs_analytics_first_url", "First Page Seen").read_only().filled(40),
        text("hs_analytics_last_url", "Last Page Seen").read_only().filled(40),
        number("hs_analytics_num_visits", "Number of Sessions").read_only().filled(70),
        number("hs_analytics_num_page_views", "Number of Pageviews").read_only().filled(70),
        number("hs_analytics_average_page_views", "Average Pageviews").calculated().filled(50),
        number("hs_analytics_revenue", "Event Revenue").read_only().filled(15),
        number("hs_email_delivered", "Marketing emails delivered").read_only().filled(50),
        number("hs_email_open", "Marketing emails opened").read_only().filled(40),
        number("hs_email_click", "Marketing emails clicked").read_only().filled(25),
        number("hs_email_bounce", "Marketing emails bounced").read_only().filled(5),
        number("hs_email_sends_since_last_engagement", "Sends Since Last Engagement").read_only().filled(40),
        datetime("hs_email_last_send_date", "Last marketing email send date").read_only().filled(50),
        datetime("hs_email_last_open_date", "Last marketing email open date").read_only().filled(40),
        datetime("hs_email_last_click_date", "Last marketing email click date").read_only().filled(25),
        flag("hs_email_optout", "Unsubscribed from all email").filled(15),
        flag("hs_email_bad_address", "Invalid email address").read_only().filled(10),
        flag("hs_is_unworked", "Contact unworked").calculated().filled(90),
        flag("hs_is_contact", "Is a contact").calculated().filled(100),
        number("hubspotscore", "HubSpot Score").calculated().filled(60),
        number("hs_predictivecontactscore_v2", "Likelihood to close").calculated().filled(30),
        text("hs_calculated_phone_number", "Calculated Phone Number").calculated().filled(50),
        text("hs_ip_timezone", "IP Timezone").read_only().filled(30),
        text("hs_language", "Preferred language").filled(20),
        datetime("notes_last_contacted", "Last Contacted").read_only().filled(45),
        datetime("notes_last_updated", "Last Activity Date").read_only().filled(50),
        datetime("notes_next_activity_date", "Next Activity Date").read_only().filled(10),
        number("num_contacted_notes", "Number of times contacted").read_only().filled(50),
        number("num_notes", "Number of Sales Activities").read_only().filled(50),
        number("num_conversion_events", "Number of Form Submissions").read_only().filled(45),
        text("recent_conversion_event_name", "Recent Conversion").read_only().filled(30),
        datetime("recent_conversion_date", "Recent Conversion Date").read_only().filled(30),
        datetime("hs_lifecyclestage_lead_date", "Became a Lead Date").read_only().filled(50),
        datetime("hs_lifecyclestage_customer_date", "Became a Customer Date").read_only().filled(15),
        number("hs_time_in_lead", "Time in \"Lead\"").calculated().filled(40),
    ]
}

fn own() -> Vec<Property> {
    vec![
        number("loyalty_points", "Loyalty points").custom().filled(70),
        choice("loyalty_tier", "Loyalty tier", &["bronze", "silver", "gold", "platinum"]).custom().filled(40),
        choices("interests", "Interests", &["ports", "rivers", "canals", "locks", "rail", "air freight"])
            .custom()
            .filled(35),
        date("contract_signed_on", "Contract signed on").custom().filled(20),
        datetime("portal_last_login_at", "Customer portal: last login").custom().filled(30),
        flag("accepts_partial_shipments", "Accepts partial shipments").custom().filled(45),
        text("legacy_erp_number", "Legacy ERP number").custom().filled(60),
    ]
}
