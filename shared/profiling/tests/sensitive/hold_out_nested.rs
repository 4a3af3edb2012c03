//! Columns of JSON written when the code was done, and never used to change it.

use forebay_model::profile::SensitiveKind::*;
use rand::Rng;
use serde_json::json;

use crate::Labelled;
use crate::generate::*;
use crate::nested::{id, no, of, typed, written};
use crate::people::full;

pub fn columns() -> Vec<Labelled> {
    personal().into_iter().chain(ordinary()).collect()
}

fn personal() -> Vec<Labelled> {
    let user = |rng: &mut rand::rngs::StdRng| fill(rng, "user####@mail.example.net");
    vec![
        of(
            "properties",
            Email,
            &[PersonName],
            typed(
                101,
                move |rng| json!({ "firstname": pick(rng, &["Laura", "Peter", "Sofia", "Daniel", "Nina"]), "hs_email_address": user(rng) }),
            ),
        ),
        of(
            "billing",
            Address,
            &[PersonName],
            typed(
                102,
                |rng| json!({ "addressee": "", "cardholder": full(rng), "line1": format!("{} Oak Avenue", rng.random_range(1..500)), "zip": fill(rng, "#####") }),
            ),
        ),
        of(
            "requester",
            Email,
            &[],
            written(103, move |rng| json!({ "via": { "source": { "from": { "address": user(rng) } } } })),
        ),
        of(
            "recipients",
            Email,
            &[PersonName],
            typed(104, move |rng| json!([{ "displayName": full(rng), "mail": user(rng) }])),
        ),
        of(
            "meta",
            IpAddress,
            &[],
            typed(105, |rng| json!({ "ua": "Mozilla/5.0", "remote_addr": fill(rng, "192.168.1#.2#") })),
        ),
        of(
            "raw",
            Phone,
            &[],
            typed(106, |rng| json!({ "mobile": fill(rng, "0176 ########"), "sms_ok": false })),
        ),
        of(
            "participants",
            Phone,
            &[],
            written(107, |rng| json!([fill(rng, "+1 N## N## ####"), fill(rng, "+44 7### ######")])),
        ),
        of(
            "transaction",
            Iban,
            &[Email],
            typed(
                108,
                move |rng| json!({ "creditor": { "iban": iban("AT", &fill(rng, "################")) }, "notify": user(rng) }),
            ),
        ),
        of(
            "payment_method",
            Card,
            &[],
            typed(109, |rng| json!({ "pan": luhn(fill(rng, "34############")), "exp": "12/29" })),
        ),
        id(
            "applicant",
            "pl_pesel",
            &[BirthDate],
            typed(110, |rng| json!({ "pesel": pesel(rng), "birthDate": fill(rng, "19N#-0N-1#") })),
        ),
        id("kyc", "fr_nir", &[], typed(111, |rng| json!({ "docs": [{ "kind": "nir", "value": nir(rng) }] }))),
        of(
            "guest_list",
            PersonName,
            &[],
            typed(112, |rng| json!({ "guests": [full(rng), full(rng), full(rng)] })),
        ),
    ]
}

fn ordinary() -> Vec<Labelled> {
    vec![
        no(
            "line_items",
            typed(
                130,
                |rng| json!([{ "sku": fill(rng, "AA-######"), "qty": rng.random_range(1..9), "price": fill(rng, "##.##") }]),
            ),
        ),
        no(
            "geo",
            typed(
                131,
                |rng| json!({ "lat": format!("48.{}", fill(rng, "######")), "lon": 11.5, "city": "Springfield" }),
            ),
        ),
        no(
            "options",
            written(132, |rng| json!({ "color": pick(rng, &["Rose", "Amber", "Olive"]), "size": "XL" })),
        ),
        no(
            "audit",
            typed(
                133,
                |rng| json!({ "trace": fill(rng, "################"), "span": fill(rng, "########"), "ms": 12 }),
            ),
        ),
        no(
            "shipping",
            typed(134, |rng| json!({ "carrier": "UPS", "tracking": fill(rng, "1A999AA1##########") })),
        ),
        no(
            "counts",
            typed(
                135,
                |rng| json!({ "2026-01-01": rng.random_range(0..9), "2026-01-02": rng.random_range(0..9) }),
            ),
        ),
        no(
            "event",
            typed(
                136,
                |rng| json!({ "handle": "@support", "channel": fill(rng, "C0########"), "ts": fill(rng, "17########.######") }),
            ),
        ),
        no(
            "revenue",
            typed(137, |rng| json!({ "cents": rng.random_range(1_000_000_000_000_u64..9_999_999_999_999) })),
        ),
    ]
}
