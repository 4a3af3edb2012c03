//! Columns of JSON, as connectors land nested objects: with personal data in them, and without.

use forebay_model::Value;
use forebay_model::profile::SensitiveKind::{self, *};
use rand::{Rng, rngs::StdRng};
use serde_json::json;

use crate::Labelled;
use crate::generate::*;
use crate::people::full;

pub fn of(
    name: &'static str,
    kind: SensitiveKind,
    also: &'static [SensitiveKind],
    values: Vec<Value>,
) -> Labelled {
    Labelled { name, values, kind: Some(kind), detail: None, also }
}

pub fn id(
    name: &'static str,
    detail: &'static str,
    also: &'static [SensitiveKind],
    values: Vec<Value>,
) -> Labelled {
    Labelled { name, values, kind: Some(NationalId), detail: Some(detail), also }
}

pub fn no(name: &'static str, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: None, detail: None, also: &[] }
}

/// JSON as typed values: how connectors land it.
pub fn typed(seed: u64, mut one: impl FnMut(&mut StdRng) -> serde_json::Value) -> Vec<Value> {
    let texts = texts(seed, |rng| one(rng).to_string());
    texts.into_iter().filter_map(|text| text.to_text().map(Value::Json)).collect()
}

/// JSON in a column of texts.
pub fn written(seed: u64, mut one: impl FnMut(&mut StdRng) -> serde_json::Value) -> Vec<Value> {
    texts(seed, |rng| one(rng).to_string())
}

/// The strings and long numbers in a text that is JSON.
pub fn leaves(text: &str) -> Vec<String> {
    fn gather(json: &serde_json::Value, all: &mut Vec<String>) {
        match json {
            serde_json::Value::String(text) => all.push(text.clone()),
            serde_json::Value::Number(number) => all.push(number.to_string()),
            serde_json::Value::Array(elements) => elements.iter().for_each(|inner| gather(inner, all)),
            serde_json::Value::Object(members) => members.values().for_each(|inner| gather(inner, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    if let Ok(json) = serde_json::from_str(text) {
        gather(&json, &mut all);
    }
    all.retain(|leaf| leaf.len() >= 5);
    all
}

pub fn mail(rng: &mut StdRng) -> String {
    format!("{}.{}@example.com", pick(rng, &["ada", "bo", "cy"]), fill(rng, "##"))
}

pub fn columns() -> Vec<Labelled> {
    personal().into_iter().chain(ordinary()).collect()
}

fn personal() -> Vec<Labelled> {
    vec![
        of(
            "payload",
            Email,
            &[],
            typed(1, |rng| json!({ "id": rng.random_range(1..9_999), "email": mail(rng) })),
        ),
        of(
            "c1",
            Email,
            &[],
            written(2, |rng| json!({ "to": [mail(rng), mail(rng)], "subject": "Your order" })),
        ),
        of(
            "contact",
            Phone,
            &[Email],
            typed(3, |rng| json!({ "email": mail(rng), "phone": fill(rng, "N1#N######"), "opted_in": true })),
        ),
        of(
            "c2",
            PersonName,
            &[Email],
            typed(4, |rng| json!({ "owner": { "name": full(rng), "email": mail(rng) } })),
        ),
        of(
            "order_json",
            PersonName,
            &[Address, Phone],
            typed(5, |rng| {
                json!({ "number": fill(rng, "SO-#####"), "shipTo": { "fullName": full(rng), "phone": fill(rng, "+49 30 #######"),
                "street": format!("{} Main Street", rng.random_range(1..999)), "city": "Berlin" } })
            }),
        ),
        of(
            "c3",
            Card,
            &[],
            typed(6, |rng| json!({ "method": "card", "card_number": luhn(fill(rng, "4##############")) })),
        ),
        of(
            "c4",
            Card,
            &[],
            written(7, |rng| json!({ "pay": [{ "n": luhn(fill(rng, "51#############")) }] })),
        ),
        of("c5", Iban, &[], typed(8, |rng| json!({ "acct": iban("DE", &fill(rng, "##################")) }))),
        of(
            "c6",
            BirthDate,
            &[PersonName],
            typed(
                9,
                |rng| json!({ "first_name": pick(rng, &["Anna", "James", "Maria", "Lukas"]), "dob": fill(rng, "19N#-0N-1#") }),
            ),
        ),
        of("c7", IpAddress, &[], typed(10, |rng| json!({ "client": { "ip": fill(rng, "10.1#.2#.3#") } }))),
        id(
            "c8",
            "us_ssn",
            &[],
            typed(11, |rng| {
                let number: u64 = ssn(rng).replace('-', "").parse().unwrap();
                json!({ "ssn": number, "state": "CA" })
            }),
        ),
        id("c9", "es_dni", &[Email], typed(12, |rng| json!({ "dni": dni(rng), "correo": mail(rng) }))),
        of(
            "c10",
            Email,
            &[],
            written(13, |rng| json!({ "body": json!({ "reply_to": mail(rng) }).to_string() })),
        ),
        of("c11", Email, &[], typed(14, |rng| json!([[[[[mail(rng)]]]]]))),
    ]
}

fn ordinary() -> Vec<Labelled> {
    let word =
        |rng: &mut StdRng| pick(rng, &["open", "closed", "Order Received", "Net 30", "lost"]).to_owned();
    vec![
        no(
            "settings",
            typed(
                30,
                move |rng| json!({ "theme": word(rng), "size": rng.random_range(1..20), "beta": true }),
            ),
        ),
        no(
            "c12",
            typed(
                31,
                |rng| json!({ "order_id": fill(rng, "4###############"), "total": fill(rng, "##.##") }),
            ),
        ),
        no("c13", typed(32, |rng| json!([rng.random_range(10_000_000_000_u64..99_999_999_999), 7, 9]))),
        no("c14", typed(33, |rng| json!({ "from": fill(rng, "202#-0N-1#"), "to": fill(rng, "202#-0N-2#") }))),
        no(
            "c15",
            written(34, |rng| json!({ "sku": fill(rng, "AAA-####"), "ean": ean(fill(rng, "400#########")) })),
        ),
        no(
            "c16",
            typed(
                35,
                |rng| json!({ "n": (0..30).map(|_| fill(rng, "4###############")).collect::<Vec<_>>() }),
            ),
        ),
        no(
            "c17",
            typed(
                36,
                |rng| json!({ "company": { "name": pick(rng, &["Acme Tools", "Blue Water", "Parker Hannifin"]) } }),
            ),
        ),
        no(
            "c18",
            typed(
                37,
                |rng| json!({ "version": fill(rng, "1.#.#.#"), "at": 1_700_000_000 + rng.random_range(0..9_999) }),
            ),
        ),
        no(
            "tags",
            typed(38, |rng| json!([pick(rng, &["vip", "eu", "may"]), pick(rng, &["new", "april", "rose"])])),
        ),
    ]
}
