//! Columns of names, birth dates and addresses.

use forebay_model::profile::SensitiveKind::{self, *};
use forebay_model::{Instant, Value};
use rand::Rng;
use time::{Date, Duration, macros::date};

use crate::Labelled;
use crate::generate::*;

pub fn of(name: &'static str, kind: SensitiveKind, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: Some(kind), detail: None, also: &[] }
}

const FIRST: &[&str] = &[
    "James", "Maria", "Wei", "Fatima", "Lukas", "Chloé", "Priya", "Olga", "Mateus", "Yuki", "Jelena",
    "Kwame", "Sven", "Giulia", "Tomasz", "Zsófia", "Ahmed", "Siobhan", "Javier", "Linnea", "Shaniqua",
    "Brayden", "Kaylee", "Xiomara",
];
const LAST: &[&str] = &[
    "Smith",
    "Garcia",
    "Wang",
    "Hassan",
    "Müller",
    "Dubois",
    "Sharma",
    "Ivanova",
    "Silva",
    "Tanaka",
    "Petrović",
    "Mensah",
    "Lindström",
    "Rossi",
    "Kowalski",
    "Nagy",
    "Khan",
    "O'Connor",
    "Fernández",
    "Nilsson",
    "Featherstone",
    "Blumenthal",
    "Vandersloot",
    "Quackenbush",
];

pub fn full(rng: &mut rand::rngs::StdRng) -> String {
    format!("{} {}", pick(rng, FIRST), pick(rng, LAST))
}

fn days(seed: u64, from: Date, span: i64) -> Vec<Value> {
    texts(seed, |rng| rng.random_range(0..span).to_string())
        .iter()
        .map(|days| Value::Date(from + Duration::days(days.to_text().unwrap().parse().unwrap())))
        .collect()
}

pub fn columns() -> Vec<Labelled> {
    let midnight = |values: Vec<Value>| {
        values
            .into_iter()
            .map(|v| match v {
                Value::Date(d) => Value::Timestamp(Instant::from_micros(
                    i64::from(d.to_julian_day() - 2_440_588) * 86_400_000_000,
                )),
                other => other,
            })
            .collect::<Vec<_>>()
    };
    let born = |seed| days(seed, date!(1940 - 01 - 01), 25_000);
    vec![
        of("customer_name", PersonName, texts(100, full)),
        of("c26", PersonName, texts(101, full)),
        of("contact", PersonName, texts(102, |rng| format!("{}, {}", pick(rng, LAST), pick(rng, FIRST)))),
        of("employee", PersonName, texts(103, |rng| full(rng).to_uppercase())),
        of(
            "Owner",
            PersonName,
            texts(104, |rng| format!("{} {}. {}", pick(rng, FIRST), fill(rng, "A"), pick(rng, LAST))),
        ),
        of("first_name", PersonName, texts(105, |rng| pick(rng, FIRST).to_owned())),
        of("LastName", PersonName, texts(106, |rng| pick(rng, LAST).to_owned())),
        of("vorname", PersonName, list(&["Jürgen", "Anke", "Björn", "Heike", "Detlef"])),
        of("nom_de_famille", PersonName, list(&["Lefèvre", "Moreau", "Girard", "Bonnet"])),
        of("name", PersonName, list(&["Иван Петров", "Ольга Смирнова", "Сергей Кузнецов", "Анна Попова"])),
        of("patient", PersonName, texts(107, |rng| format!("Dr. {}", full(rng)))),
        of("dob", BirthDate, born(110)),
        of(
            "date_of_birth",
            BirthDate,
            texts(111, |rng| {
                format!(
                    "{:02}.{:02}.19{}",
                    rng.random_range(1..29),
                    rng.random_range(1..13),
                    rng.random_range(40..99)
                )
            }),
        ),
        of(
            "Geburtsdatum",
            BirthDate,
            texts(112, |rng| {
                format!(
                    "19{}-{:02}-{:02}",
                    rng.random_range(40..99),
                    rng.random_range(1..13),
                    rng.random_range(1..29)
                )
            }),
        ),
        of("Birthdate", BirthDate, midnight(born(113))),
        of(
            "birthday",
            BirthDate,
            texts(114, |rng| {
                format!(
                    "19{}{:02}{:02}",
                    rng.random_range(40..99),
                    rng.random_range(1..13),
                    rng.random_range(10..29)
                )
            }),
        ),
        of(
            "MailingStreet",
            Address,
            texts(120, |rng| {
                format!(
                    "{} {} {}",
                    rng.random_range(1..9999),
                    pick(rng, &["Main", "Oak Hill", "N Elm", "5th"]),
                    pick(rng, &["St", "Avenue", "Rd.", "Blvd", "Lane"])
                )
            }),
        ),
        of(
            "c27",
            Address,
            texts(121, |rng| {
                format!(
                    "{} Maple {}, Springfield, IL 62704",
                    rng.random_range(1..9999),
                    pick(rng, &["Street", "Drive"])
                )
            }),
        ),
        of(
            "anschrift",
            Address,
            texts(122, |rng| {
                format!(
                    "{} {}",
                    pick(rng, &["Hauptstraße", "Gartenweg", "Lindenallee", "Am Markt"]),
                    rng.random_range(1..99)
                )
            }),
        ),
        of(
            "adresse",
            Address,
            texts(123, |rng| {
                format!(
                    "{} {}",
                    rng.random_range(1..99),
                    pick(rng, &["rue de la Paix", "avenue Foch", "bd Voltaire"])
                )
            }),
        ),
        of(
            "direccion",
            Address,
            texts(124, |rng| {
                format!(
                    "{} {}",
                    pick(rng, &["Calle Mayor", "Av. Libertad", "Paseo del Prado"]),
                    rng.random_range(1..99)
                )
            }),
        ),
        of("c28", Address, texts(125, |rng| format!("PO Box {}", rng.random_range(1..9999)))),
        of(
            "ulica",
            Address,
            texts(126, |rng| {
                format!(
                    "ul. {} {}/{}",
                    pick(rng, &["Długa", "Marszałkowska"]),
                    rng.random_range(1..99),
                    rng.random_range(1..9)
                )
            }),
        ),
    ]
}
