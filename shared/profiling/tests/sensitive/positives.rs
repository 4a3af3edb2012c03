//! Columns that hold personal data.

use forebay_model::Value;
use forebay_model::profile::SensitiveKind::*;
use rand::Rng;

use crate::Labelled;
use crate::generate::*;
use crate::people::{self, full, of};

fn id(name: &'static str, detail: &'static str, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: Some(NationalId), detail: Some(detail), also: &[] }
}

/// Some of the values replaced, as real columns have them.
fn with(mut values: Vec<Value>, every: usize, other: &str) -> Vec<Value> {
    values.iter_mut().step_by(every).for_each(|value| *value = Value::Text(other.to_owned()));
    values
}

pub fn columns() -> Vec<Labelled> {
    [contacts(), payments(), ids(), people::columns()].into_iter().flatten().collect()
}

fn contacts() -> Vec<Labelled> {
    let mail = |rng: &mut rand::rngs::StdRng| {
        format!("{}.{}@example.com", pick(rng, &["ada", "bo", "cy"]), fill(rng, "##"))
    };
    let phone = |pattern: &'static str| move |rng: &mut rand::rngs::StdRng| fill(rng, pattern);
    vec![
        of("email", Email, texts(1, mail)),
        of("c7", Email, texts(2, mail)),
        of("order_contact", Email, texts(3, |rng| format!("{} <{}>", full(rng), mail(rng)))),
        of("recipients", Email, texts(4, |rng| format!("{}; {}", mail(rng), mail(rng)))),
        of("Contact", Email, with(texts(5, mail), 3, "n/a")),
        of(
            "notes_or_mail",
            Email,
            with(texts(6, mail), 1, "see ticket")
                .into_iter()
                .chain(texts(6, mail).into_iter().take(9))
                .collect(),
        ),
        of("phone", Phone, texts(10, phone("+1 N## N## ####"))),
        of("c1", Phone, texts(11, phone("+49 30 #######"))),
        of("MobilePhone", Phone, texts(12, phone("+447#########"))),
        of("fax", Phone, texts(13, phone("(212) N5#-####"))),
        of("c2", Phone, texts(14, phone("212-N5#-####"))),
        of("contact_no", Phone, texts(15, phone("415.N5#.####"))),
        of("c3", Phone, texts(16, phone("(030) ######-##"))),
        of("Telefon", Phone, texts(17, phone("0171/#######"))),
        of("c4", Phone, texts(18, phone("06 ## ## ## ##"))),
        of("c5", Phone, texts(19, phone("020 7### ####"))),
        of("telefone", Phone, texts(20, phone("(11) 9####-####"))),
        of("movil", Phone, texts(21, phone("6## ### ###"))),
        of("cell", Phone, texts(22, phone("N1#N######"))),
        of("phone_number", Phone, integers(texts(23, phone("N1#N5#####")))),
        of("c6", Phone, texts(24, phone("(212) N5#-#### ext. 12"))),
        of("tel", Phone, with(texts(25, phone("+33 1 ## ## ## ##")), 4, "unknown")),
        of("携帯", Phone, texts(26, phone("090-####-####"))),
        of(
            "ip_address",
            IpAddress,
            texts(30, |rng| {
                format!(
                    "10.{}.{}.{}",
                    rng.random_range(0..256),
                    rng.random_range(0..256),
                    rng.random_range(1..255)
                )
            }),
        ),
        of(
            "remote",
            IpAddress,
            texts(31, |rng| {
                format!(
                    "{}.{}.{}.7",
                    rng.random_range(1..224),
                    rng.random_range(0..256),
                    rng.random_range(0..256)
                )
            }),
        ),
        of(
            "client",
            IpAddress,
            texts(32, |rng| {
                format!("2001:db8:{:x}::{:x}", rng.random_range(1..9999), rng.random_range(1..9999))
            }),
        ),
    ]
}

fn payments() -> Vec<Labelled> {
    let card = |pattern: &'static str| move |rng: &mut rand::rngs::StdRng| luhn(fill(rng, pattern));
    let spaced = |text: String| {
        text.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join(" ")
    };
    vec![
        of("card_number", Card, texts(40, card("4##############"))),
        of("c8", Card, integers(texts(41, card("51#############")))),
        of("payment", Card, texts(42, |rng| spaced(luhn(fill(rng, "4##############"))))),
        of(
            "amex",
            Card,
            texts(43, |rng| {
                let c = luhn(fill(rng, "37############"));
                format!("{} {} {}", &c[..4], &c[4..10], &c[10..])
            }),
        ),
        of("pan", Card, texts(44, card("6011###########"))),
        of("c9", Card, with(texts(45, |rng| luhn(fill(rng, "4##############"))), 9, "0000000000000000")),
        of("cc", Card, list(&["4111 1111 1111 1111"])),
        of("c10", Card, texts(46, card("2720###########"))),
        of("iban", Iban, texts(50, |rng| iban("DE", &fill(rng, "##################")))),
        of("c11", Iban, texts(51, |rng| spaced(iban("GB", &fill(rng, "AAAA##############"))))),
        of("account", Iban, texts(52, |rng| iban(pick(rng, &["ES"]), &fill(rng, "####################")))),
        of("bank", Iban, texts(53, |rng| iban("NL", &fill(rng, "AAAA##########")).to_lowercase())),
        of(
            "payout",
            Iban,
            with(texts(54, |rng| iban("FR", &fill(rng, "#######################"))), 2, "cheque"),
        ),
    ]
}

fn ids() -> Vec<Labelled> {
    let bare = |text: String| text.replace(['-', '.', ' '], "");
    vec![
        id("ssn", "us_ssn", texts(60, ssn)),
        id("c12", "us_ssn", texts(61, ssn)),
        id("employee_ssn", "us_ssn", texts(62, |rng| bare(ssn(rng)))),
        id("SSN_num", "us_ssn", integers(texts(63, |rng| bare(ssn(rng))))),
        id("itin", "us_itin", texts(64, |rng| fill(rng, "9##-7#-####"))),
        id("nino", "uk_nino", texts(65, nino)),
        id(
            "c13",
            "uk_nino",
            texts(66, |rng| {
                let n = nino(rng);
                format!("{} {} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..8], &n[8..])
            }),
        ),
        id("nhs_number", "uk_nhs", texts(67, nhs)),
        id(
            "c14",
            "uk_nhs",
            texts(68, |rng| {
                let n = nhs(rng);
                format!("{} {} {}", &n[..3], &n[3..6], &n[6..])
            }),
        ),
        id("steuer_id", "de_steuer_id", texts(69, steuer_id)),
        id("c15", "de_steuer_id", integers(texts(70, steuer_id))),
        id("nir", "fr_nir", texts(71, nir)),
        id("c16", "fr_nir", texts(72, nir)),
        id("dni", "es_dni", texts(73, dni)),
        id(
            "c17",
            "es_dni",
            texts(74, |rng| {
                let d = dni(rng);
                format!("{}-{}", &d[..8], &d[8..])
            }),
        ),
        id("nie", "es_nie", texts(75, nie)),
        id("codice_fiscale", "it_codice_fiscale", texts(76, fiscal_code)),
        id("c18", "it_codice_fiscale", texts(77, |rng| fiscal_code(rng).to_lowercase())),
        id("bsn", "nl_bsn", texts(78, bsn)),
        id("c19", "nl_bsn", integers(texts(79, bsn))),
        id("pesel", "pl_pesel", texts(80, pesel)),
        id("c20", "pl_pesel", texts(81, pesel)),
        id("personnummer", "se_personnummer", texts(82, personnummer)),
        id("c21", "se_personnummer", texts(83, |rng| format!("19{}", personnummer(rng)))),
        id("cpf", "br_cpf", texts(84, cpf)),
        id("c22", "br_cpf", integers(texts(85, cpf))),
        id(
            "documento",
            "br_cpf",
            texts(86, |rng| {
                let c = cpf(rng);
                format!("{}.{}.{}-{}", &c[..3], &c[3..6], &c[6..9], &c[9..])
            }),
        ),
        id("aadhaar", "in_aadhaar", texts(87, aadhaar)),
        id(
            "c23",
            "in_aadhaar",
            texts(88, |rng| {
                let a = aadhaar(rng);
                format!("{} {} {}", &a[..4], &a[4..8], &a[8..])
            }),
        ),
        id("sin", "ca_sin", texts(89, |rng| luhn(fill(rng, "5#######")))),
        id(
            "c24",
            "ca_sin",
            texts(90, |rng| {
                let s = luhn(fill(rng, "4#######"));
                format!("{}-{}-{}", &s[..3], &s[3..6], &s[6..])
            }),
        ),
        id("c25", "mx_curp", texts(91, curp)),
        id("rijksregister", "be_national_number", texts(92, belgian)),
        id(
            "ahv",
            "ch_ahv",
            texts(93, |rng| {
                let a = ean(fill(rng, "756#########"));
                format!("{}.{}.{}.{}", &a[..3], &a[3..7], &a[7..11], &a[11..])
            }),
        ),
        id("kimlik", "tr_kimlik", texts(94, kimlik)),
        id("hetu", "fi_hetu", texts(95, hetu)),
        id("rut", "cl_rut", texts(96, rut)),
    ]
}
