//! Columns without personal data that look as if they had some.

use forebay_model::{Instant, Value};
use rand::Rng;
use rust_decimal::Decimal;
use time::{Duration, macros::date};

use crate::Labelled;
use crate::generate::*;

fn no(name: &'static str, values: Vec<Value>) -> Labelled {
    Labelled { name, values, kind: None, detail: None, also: &[] }
}

fn sequence(from: i64, step: i64) -> Vec<Value> {
    (0..2_000).map(|i| Value::Integer(from + i * step)).collect()
}

pub fn columns() -> Vec<Labelled> {
    [numbers(), codes(), words()].into_iter().flatten().collect()
}

fn numbers() -> Vec<Labelled> {
    vec![
        no("id", sequence(1, 1)),
        no("id8", sequence(10_000_000, 1)),
        no("customer_id", sequence(100_000_000, 1)),
        no("internal", sequence(4_000_000_000, 1)),
        no("key11", sequence(10_000_000_000, 7)),
        no("key12", sequence(200_000_000_000, 3)),
        no("key13", sequence(4_000_000_000_000, 11)),
        no("key16", sequence(4_000_000_000_000_000, 1)),
        no("key16b", sequence(5_100_000_000_000_000, 10)),
        no("key15", sequence(340_000_000_000_000, 97)),
        no("created_epoch", sequence(1_700_000_000, 86_399)),
        no("c1", sequence(1_700_000_000_000, 86_399_123)),
        no("c2", (0..500).map(|i| Value::Integer(i * 1_000_000)).collect()),
        no("amount", (0..500).map(|i| Value::Decimal(Decimal::new(i * 7_919 + 100_000_000, 2))).collect()),
        no("balance", texts(1, |rng| fill(rng, "N########.##"))),
        no("c3", texts(2, |rng| fill(rng, "NN#########"))),
        no("c4", texts(3, |rng| fill(rng, "4###############"))),
        no("c5", texts(4, |rng| fill(rng, "N########"))),
        no("c6", texts(5, |rng| fill(rng, "#########"))),
        no("c7", texts(6, |rng| fill(rng, "N#########"))),
        no("invoice", texts(7, |rng| fill(rng, "N###########"))),
        no("barcode", texts(8, |rng| ean(fill(rng, "400#########")))),
        no("c8", texts(9, |rng| ean(fill(rng, "76##########")))),
        no("upc", texts(10, |rng| ean(fill(rng, "0##########")))),
        no("c9", texts(11, |rng| ean(fill(rng, "978#########")))),
        no("imei", texts(12, |rng| luhn(fill(rng, "35############")))),
        no("iccid", texts(13, |rng| luhn(fill(rng, "8949##############")))),
        no("siren", texts(14, |rng| luhn(fill(rng, "N#######")))),
        no("rate", (0..300).map(|i| Value::Float(f64::from(i) * 1.37)).collect()),
        no("order_no", texts(15, |rng| fill(rng, "212-N5#-####"))),
        no(
            "order_date",
            (0..500).map(|i| Value::Date(date!(1990 - 01 - 01) + Duration::days(i * 9))).collect(),
        ),
        no(
            "created",
            (0..500).map(|i| Value::Timestamp(Instant::from_micros(i * 86_400_000_000_000))).collect(),
        ),
        no("yyyymmdd", (0..28).map(|i| Value::Integer(20_240_101 + i)).collect()),
        no("zip4", texts(16, |rng| fill(rng, "0####-####"))),
        no("cep", texts(17, |rng| fill(rng, "#####-###"))),
        no("gl_account", texts(18, |rng| fill(rng, "N000-1##-0#"))),
        no("c10", texts(19, |rng| fill(rng, "0100-#000-##"))),
        no("flags", (0..100).map(|i| Value::Boolean(i % 3 == 0)).collect()),
    ]
}

fn codes() -> Vec<Labelled> {
    vec![
        no("sku", texts(30, |rng| fill(rng, "AA######A"))),
        no("c11", texts(31, |rng| fill(rng, "AAA-####-AA"))),
        no("c12", texts(32, |rng| fill(rng, "########A"))),
        no("c13", texts(33, |rng| fill(rng, "A#######A"))),
        no("po", texts(34, |rng| fill(rng, "PO-######"))),
        no("invoice_number", texts(35, |rng| fill(rng, "INV-2026-######"))),
        no("tracking", texts(36, |rng| fill(rng, "1Z999AA1##########"))),
        no("c14", texts(37, |rng| fill(rng, "9400 1000 #### #### #### ##"))),
        no("awb", texts(38, |rng| fill(rng, "AA#########AA"))),
        no("vat_id", texts(39, |rng| fill(rng, "DE#########"))),
        no("c15", texts(40, |rng| fill(rng, "DE####################"))),
        no(
            "uuid",
            texts(41, |rng| {
                format!(
                    "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                    rng.random::<u32>(),
                    rng.random::<u16>(),
                    rng.random_range(0..4096),
                    rng.random_range(0..4096),
                    rng.random::<u64>() >> 16
                )
            }),
        ),
        no("md5", texts(42, |rng| format!("{:032x}", rng.random::<u128>()))),
        no("sha", texts(43, |rng| format!("{:016x}{:016x}", rng.random::<u64>(), rng.random::<u64>()))),
        no(
            "version",
            texts(44, |rng| {
                format!(
                    "{}.{}.{}.{}",
                    rng.random_range(1..9),
                    rng.random_range(0..20),
                    rng.random_range(0..99),
                    rng.random_range(0..9)
                )
            }),
        ),
        no(
            "c16",
            texts(45, |rng| {
                format!("10.0.{}.{}", rng.random_range(10_000..22_000), rng.random_range(1..3000))
            }),
        ),
        no(
            "mac",
            texts(46, |rng| {
                format!(
                    "00:1A:2B:{:02X}:{:02X}:{:02X}",
                    rng.random::<u8>(),
                    rng.random::<u8>(),
                    rng.random::<u8>()
                )
            }),
        ),
        no(
            "time",
            texts(47, |rng| {
                format!(
                    "{:02}:{:02}:{:02}",
                    rng.random_range(0..24),
                    rng.random_range(0..60),
                    rng.random_range(0..60)
                )
            }),
        ),
        no("isbn", list(&["0-306-40615-2", "3-16-148410-0", "0-8044-2957-X", "1-86197-271-7"])),
        no("isbn10", list(&["0306406152", "3161484100", "080442957X", "1861972717", "0471958697"])),
        no("plate", texts(48, |rng| fill(rng, "AA-AA ####"))),
        no("currency", list(&["USD", "EUR", "GBP", "JPY"])),
        no("url", texts(49, |rng| format!("https://example.com/p/{}", rng.random_range(1..9999)))),
        no(
            "range",
            texts(50, |rng| format!("{}-{}", rng.random_range(1..999), rng.random_range(1_000..9_999))),
        ),
        no("c17", texts(51, |rng| fill(rng, "WO ###### REV A"))),
        no("handle", texts(52, |rng| format!("@user{}", rng.random_range(1..999)))),
        no("json", texts(53, |rng| format!("{{\"a\":{}}}", rng.random_range(1..999)))),
        no("bic", texts(54, |rng| fill(rng, "AAAADEFFXXX"))),
    ]
}

fn words() -> Vec<Labelled> {
    vec![
        no(
            "company",
            list(&[
                "Acme Corp",
                "Globex Corporation",
                "Johnson Controls",
                "Wayne Enterprises",
                "Morgan Stanley",
                "Smith & Sons",
                "Initech",
                "Hewlett Packard",
                "Deutsche Bank",
                "General Motors",
            ]),
        ),
        no(
            "account_name",
            list(&[
                "Northwind Traders",
                "Contoso Ltd",
                "Adventure Works",
                "Fabrikam Inc",
                "Tailspin Toys",
                "Harrison Ford Dealership",
            ]),
        ),
        no(
            "c18",
            list(&[
                "Acme Anvils",
                "Globex Energy",
                "Jackson Laboratories",
                "Wells Fargo",
                "Charles Schwab",
                "Goldman Sachs",
                "Ernst Young",
                "Procter Gamble",
                "Baker Hughes",
                "Union Pacific",
            ]),
        ),
        no(
            "product",
            list(&[
                "Red Widget",
                "Blue Gadget",
                "Amber Lamp",
                "Victoria Sponge",
                "Jasmine Rice",
                "Olive Oil",
                "Ginger Beer",
                "Rosemary Bread",
            ]),
        ),
        no(
            "c19",
            list(&[
                "Steel Bolt M6",
                "Oak Table",
                "Desk Chair",
                "Office Lamp",
                "Garden Hose 20m",
                "Paper Cup",
                "Wall Clock",
                "Hand Soap",
            ]),
        ),
        no(
            "city",
            list(&[
                "Austin",
                "Jackson",
                "Madison",
                "Charlotte",
                "Florence",
                "Paris",
                "London",
                "Berlin",
                "Houston",
                "Lincoln",
            ]),
        ),
        no(
            "c20",
            list(&[
                "New York",
                "San Francisco",
                "Los Angeles",
                "Las Vegas",
                "Salt Lake City",
                "Buenos Aires",
                "Cape Town",
                "Hong Kong",
                "St Louis",
            ]),
        ),
        no(
            "country",
            list(&["Germany", "France", "Jordan", "Chad", "Georgia", "South Korea", "New Zealand"]),
        ),
        no("status", list(&["Open", "Closed", "In Progress", "On Hold"])),
        no("month", list(&["January", "February", "March", "April", "May", "June", "July", "August"])),
        no("department", list(&["Sales", "Marketing", "Human Resources", "Research", "Customer Service"])),
        no(
            "job_title",
            list(&["Sales Manager", "Vice President", "Chief Executive", "Senior Engineer", "Product Owner"]),
        ),
        no(
            "notes",
            list(&[
                "Customer called about order 12",
                "Please contact ada@example.com for details",
                "Left voicemail",
                "Will call back on 555 1234",
                "Refund issued",
                "No answer",
            ]),
        ),
        no(
            "comment",
            texts(60, |rng| {
                format!(
                    "{} {} {}",
                    pick(rng, &["furiously", "quickly", "regular"]),
                    pick(rng, &["deposits", "accounts", "ideas"]),
                    pick(rng, &["sleep", "haggle", "nag"])
                )
            }),
        ),
        no(
            "description",
            texts(61, |rng| {
                format!("{} x {} mm steel plate", rng.random_range(1..99), rng.random_range(1..99))
            }),
        ),
        no(
            "c21",
            texts(62, |rng| {
                format!("{} units shipped to store {}", rng.random_range(1..99), rng.random_range(1..99))
            }),
        ),
        no("color", list(&["Amber", "Ruby", "Violet", "Rose", "Hazel", "Olive", "Scarlet", "Teal"])),
        no("weekday", list(&["Monday", "Tuesday", "Wednesday", "Thursday"])),
        no("industry", list(&["Real Estate", "Health Care", "Oil Gas", "Food Service", "Law Practice"])),
        no(
            "c22",
            list(&[
                "Mercedes Benz",
                "Aston Martin",
                "Alfa Romeo",
                "Land Rover",
                "Rolls Royce",
                "General Motors",
                "Ford Focus",
                "Honda Civic",
            ]),
        ),
        no(
            "model",
            texts(63, |rng| {
                format!("{} Drive {}", pick(rng, &["Hard", "Solid", "Tape"]), rng.random_range(100..999))
            }),
        ),
        no(
            "c23",
            texts(64, |rng| format!("Lot {} shelf {}", rng.random_range(1..99), rng.random_range(1..99))),
        ),
        no("empty", list(&["", " ", ""])),
        no("shipmode", list(&["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"])),
        no("instruct", list(&["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"])),
    ]
}
