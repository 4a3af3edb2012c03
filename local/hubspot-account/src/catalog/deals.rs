//! Opportunities.

use super::object::{ObjectType, Outline};
use super::property::{choice, date, datetime, flag, number, text};

/// Stages of the one pipeline, with the chance of closing as the vendor writes it: the exact decimal of the double.
pub const STAGES: [(&str, &str); 6] = [
    ("appointmentscheduled", "0.200000000000000011102230246251565404236316680908203125"),
    ("qualifiedtobuy", "0.40000000000000002220446049250313080847263336181640625"),
    ("presentationscheduled", "0.59999999999999997779553950749686919152736663818359375"),
    ("contractsent", "0.90000000000000002220446049250313080847263336181640625"),
    ("closedwon", "1.0"),
    ("closedlost", "0.0"),
];

pub fn deals() -> ObjectType {
    let outline = Outline {
        name: "deals",
        singular: "deal",
        type_id: "0-3",
        shouted: "DEAL",
        scope: "crm.objects.deals.read",
        created: "createdate",
        modified: "hs_lastmodifieddate",
        defaults: &[
            "amount",
            "closedate",
            "createdate",
            "dealname",
            "dealstage",
            "hs_lastmodifieddate",
            "hs_object_id",
            "pipeline",
        ],
        edited: ("description", "amount"),
        per_million: 400_000,
        ids: (18_640_000_107, 61),
    };
    outline.with(vec![
        text("dealname", "Deal Name").filled(100),
        text("description", "Deal Description").filled(35),
        number("amount", "Amount").filled(90),
        choice("deal_currency_code", "Currency", &["USD", "EUR", "GBP"]).filled(95),
        choice("pipeline", "Pipeline", &["default"]).filled(100),
        choice(
            "dealstage",
            "Deal Stage",
            &[
                "appointmentscheduled",
                "qualifiedtobuy",
                "presentationscheduled",
                "contractsent",
                "closedwon",
                "closedlost",
            ],
        )
        .filled(100),
        choice("dealtype", "Deal Type", &["newbusiness", "existingbusiness"]).filled(70),
        datetime("closedate", "Close Date").filled(85),
        datetime("hs_closed_amount_date", "Closed amount date").calculated().filled(20),
        number("hs_deal_stage_probability", "Deal probability").calculated().filled(100),
        number("hs_forecast_amount", "Forecast amount").calculated().filled(0),
        number("hs_arr", "Annual recurring revenue").calculated().filled(20),
        flag("hs_is_closed", "Is Deal Closed?").calculated().filled(100),
        flag("hs_is_closed_won", "Is Closed Won").calculated().filled(100),
        number("num_associated_contacts", "Number of Associated Contacts").calculated().filled(80),
        number("days_to_close", "Days to close").calculated().filled(40),
        text("closed_lost_reason", "Closed Lost Reason").filled(10),
        date("requested_delivery_on", "Requested delivery on").custom().filled(50),
        choice("incoterm", "Incoterm", &["EXW", "FCA", "FOB", "CIF", "DAP", "DDP"]).custom().filled(60),
        number("gross_weight_kg", "Gross weight (kg)").custom().filled(40),
    ])
}
