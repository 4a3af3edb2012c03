//! Columns written when the code was done, and never used to change it.

use forebay_model::Value;
use forebay_model::profile::SensitiveKind::{self, *};
use rand::Rng;

use crate::Labelled;
use crate::generate::*;

fn of(name: &'static str, kind: SensitiveKind, detail: Option<&'static str>, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: Some(kind), detail, also: &[] }
}

fn no(name: &'static str, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: None, detail: None, also: &[] }
}

pub fn columns() -> Vec<Labelled> {
    vec![
        of(
            "attendee",
            PersonName,
            None,
            list(&[
                "Beatrix Potterton",
                "Hiro Nakamura",
                "Zainab Al-Farsi",
                "Tom Riddlesworth",
                "Ingrid Bergmann",
                "Pablo Neruda",
                "Grace Okonkwo",
            ]),
        ),
        of(
            "sales_person",
            PersonName,
            None,
            list(&[
                "Katy Perrin",
                "Rob Stark",
                "Ned Flanders",
                "Selma Bouvier",
                "Moe Szyslak",
                "Carl Carlson",
                "Barney Gumble",
                "Lisa Simpson",
                "Edna Krabappel",
            ]),
        ),
        of(
            "col_a",
            PersonName,
            None,
            list(&[
                "Anna Karenina",
                "Pierre Bezukhov",
                "Elizabeth Bennet",
                "Emma Woodhouse",
                "Oliver Twist",
                "David Copperfield",
                "Jane Eyre",
                "Thomas Anderson",
                "Sarah Connor",
                "John Watson",
            ]),
        ),
        of(
            "given_name",
            PersonName,
            None,
            list(&["Ulrike", "Hassan", "Beth", "Yolanda", "Kofi", "Mei", "Pavel", "Saanvi"]),
        ),
        of(
            "surname",
            PersonName,
            None,
            list(&["Vandenberg", "Obi", "Lindqvist", "McAllister", "Rodrigues", "Yamada", "Kaya", "Horváth"]),
        ),
        of(
            "apellidos",
            PersonName,
            None,
            list(&["García Márquez", "Vargas Llosa", "Pérez Galdós", "Borges Acevedo", "Rulfo Vizcaíno"]),
        ),
        of("PersonEmail", Email, None, texts(1, |rng| fill(rng, "a####@mail.example.org"))),
        of("Reply-To", Email, None, texts(2, |rng| fill(rng, "Support <help+####@example.co.uk>"))),
        of("home", Phone, None, texts(3, |rng| fill(rng, "+61 4## ### ###"))),
        of("Kontaktnummer", Phone, None, texts(4, |rng| fill(rng, "+43 664 ### ####"))),
        of("Handynummer", Phone, None, texts(5, |rng| fill(rng, "0176 ########"))),
        of("PhoneNumber2", Phone, None, texts(6, |rng| fill(rng, "(0N1) ### ####"))),
        of("whatsapp", Phone, None, texts(7, |rng| fill(rng, "5511#########"))),
        of("field7", Phone, None, texts(8, |rng| fill(rng, "1-800-N5#-####"))),
        of("ccnum", Card, None, texts(9, |rng| luhn(fill(rng, "62##############")))),
        of("pay_ref", Card, None, texts(10, |rng| luhn(fill(rng, "3530###########")))),
        of("refund_to", Iban, None, texts(11, |rng| iban("AT", &fill(rng, "################")))),
        of("Bankverbindung", Iban, None, texts(12, |rng| iban("CH", &fill(rng, "#################")))),
        of(
            "src_ip",
            IpAddress,
            None,
            texts(13, |rng| format!("172.16.{}.{}", rng.random_range(0..256), rng.random_range(0..256))),
        ),
        of(
            "born_on",
            BirthDate,
            None,
            texts(14, |rng| {
                format!(
                    "{}/{}/19{}",
                    rng.random_range(1..13),
                    rng.random_range(1..29),
                    rng.random_range(40..99)
                )
            }),
        ),
        of(
            "fecha_nacimiento",
            BirthDate,
            None,
            texts(15, |rng| {
                format!(
                    "{:02}/{:02}/19{}",
                    rng.random_range(13..29),
                    rng.random_range(1..13),
                    rng.random_range(40..99)
                )
            }),
        ),
        of(
            "ShippingAddress1",
            Address,
            None,
            texts(16, |rng| {
                format!(
                    "{} Willow {}",
                    rng.random_range(10..999),
                    pick(rng, &["Court", "Terrace", "Way", "Crescent"])
                )
            }),
        ),
        of(
            "indirizzo",
            Address,
            None,
            texts(17, |rng| {
                format!(
                    "{} {}",
                    pick(rng, &["Via Garibaldi", "Piazza Duomo", "Corso Italia"]),
                    rng.random_range(1..99)
                )
            }),
        ),
        of(
            "loc",
            Address,
            None,
            texts(18, |rng| {
                format!(
                    "{} {}",
                    pick(rng, &["Dorfstraße", "Bahnhofstr.", "Schulweg"]),
                    rng.random_range(1..99)
                )
            }),
        ),
        of(
            "woonadres",
            Address,
            None,
            texts(19, |rng| {
                format!(
                    "{} {}",
                    pick(rng, &["Dorpsstraat", "Prinsengracht", "Beatrixlaan"]),
                    rng.random_range(1..399)
                )
            }),
        ),
        of("identifier", NationalId, Some("pl_pesel"), integers(texts(20, pesel))),
        of(
            "Tax ID",
            NationalId,
            Some("de_steuer_id"),
            texts(21, |rng| {
                let s = steuer_id(rng);
                format!("{} {} {} {}", &s[..2], &s[2..5], &s[5..8], &s[8..])
            }),
        ),
        of("nif", NationalId, Some("es_dni"), texts(22, |rng| dni(rng).to_lowercase())),
        of("SocialSecurityNumber", NationalId, Some("us_ssn"), texts(23, |rng| ssn(rng).replace('-', ""))),
        of(
            "num_secu",
            NationalId,
            Some("fr_nir"),
            texts(24, |rng| {
                let n = nir(rng);
                format!(
                    "{} {} {} {} {} {} {}",
                    &n[..1],
                    &n[1..3],
                    &n[3..5],
                    &n[5..7],
                    &n[7..10],
                    &n[10..13],
                    &n[13..]
                )
            }),
        ),
        of("x1", NationalId, Some("tr_kimlik"), integers(texts(25, kimlik))),
        of("x2", NationalId, Some("fi_hetu"), texts(26, hetu)),
        no("meter_reading", (0..400).map(|i| Value::Integer(87_000_000 + i * 13)).collect()),
        no("order_ref", texts(30, |rng| fill(rng, "112-#######-#######"))),
        no("container", texts(31, |rng| fill(rng, "AAAU#######"))),
        no("vin", texts(32, |rng| fill(rng, "1AAAA##A#AA######"))),
        no("npi", texts(33, |rng| fill(rng, "1#########"))),
        no("duns", texts(34, |rng| fill(rng, "##-###-####"))),
        no("coordinates", texts(35, |rng| fill(rng, "48.######, 11.######"))),
        no(
            "team_name",
            list(&[
                "Boston Celtics",
                "Chicago Bulls",
                "Miami Heat",
                "Orlando Magic",
                "Utah Jazz",
                "Dallas Mavericks",
            ]),
        ),
        no(
            "song",
            list(&[
                "Hey Jude",
                "Billie Jean",
                "Purple Rain",
                "Eleanor Rigby",
                "Like a Prayer",
                "Lucy in the Sky",
                "Angie",
            ]),
        ),
        no(
            "supplier",
            list(&[
                "Martin Guitar",
                "Baker Tilly",
                "Cooper Standard",
                "Mason Jars Co",
                "Parker Hannifin",
                "Turner Construction",
            ]),
        ),
        no(
            "ward",
            list(&["Rose Hill", "Kelly Park", "Lincoln Heights", "Queen Anne", "West End", "Victoria Park"]),
        ),
        no(
            "subject",
            list(&[
                "Re: meeting 5 March",
                "Invoice 10023 overdue",
                "2 tickets for Park Street gig",
                "Hello",
                "Call 030 1234567 today",
            ]),
        ),
        no("qty_text", texts(36, |rng| format!("{} pcs", rng.random_range(1..9999)))),
        no("gps_time", (0..600).map(|i| Value::Integer(1_690_000_000_123 + i * 60_000)).collect()),
        no("ledger_code", texts(37, |rng| fill(rng, "##.##.##.###"))),
        no("net_price", texts(38, |rng| fill(rng, "N.###.###,##"))),
        no(
            "hire_date",
            texts(39, |rng| {
                format!(
                    "20{:02}-{:02}-{:02}",
                    rng.random_range(0..26),
                    rng.random_range(1..13),
                    rng.random_range(1..29)
                )
            }),
        ),
        no("subnet", texts(40, |rng| format!("10.{}.0.0/16", rng.random_range(0..256)))),
    ]
}
