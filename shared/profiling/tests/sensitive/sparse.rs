//! Single values of personal data in columns that hold none otherwise: told or not, they are not shown.

use forebay_model::Value;
use forebay_model::profile::ColumnProfile;
use forebay_model::value::parse_date;
use forebay_profiling::Exposure;
use rand::rngs::StdRng;
use time::Duration;

use crate::generate::*;
use crate::{negatives, shown, state};

/// A value, and what of it must not be shown.
type Secret = (&'static str, fn(&mut StdRng) -> String);

const SECRETS: &[Secret] = &[
    ("email", |rng| fill(rng, "ada.l####@mail.example.com")),
    ("card in groups", |rng| {
        let n = luhn(fill(rng, "4##############"));
        format!("{} {} {} {}", &n[..4], &n[4..8], &n[8..12], &n[12..])
    }),
    ("card", |rng| luhn(fill(rng, "51#############"))),
    ("iban", |rng| iban("DE", &fill(rng, "##################"))),
    ("phone", |rng| fill(rng, "+49 30 N######")),
    ("ssn", ssn),
    ("dni", dni),
    ("codice fiscale", fiscal_code),
];

/// In how many ways a text is put around a secret, so that it is the smallest, the largest and in the middle.
fn around(secret: &str, way: usize) -> String {
    match way {
        0 => secret.to_owned(),
        1 => format!("!! paid by {secret}, thanks"),
        2 => format!("~ see {secret}"),
        _ => format!("{{\"~note\":\"call {secret} again\",\"n\":1}}"),
    }
}

/// Words of which no column is told to be personal.
fn column_with(secret: &str) -> Vec<Value> {
    let mut values =
        texts(1, |rng| pick(rng, &["open", "in progress", "waiting for parts", "closed", "lost"]).to_owned());
    // Often enough to be among the frequent values.
    values[40] = Value::Text(secret.to_owned());
    let mut all = Vec::new();
    (0..5).for_each(|_| all.extend(values.clone()));
    all.extend(texts(2, |rng| fill(rng, "ticket ####")));
    all
}

#[test]
fn a_single_value_of_personal_data_is_shown_nowhere() {
    let (mut all, mut hidden) = (0, 0);
    for (seed, (kind, secret)) in SECRETS.iter().enumerate() {
        let (mut of_kind, mut hidden_of_kind) = (0, 0);
        for value in texts(seed as u64, secret).into_iter().filter_map(|v| v.to_text()).take(20) {
            for way in 0..4 {
                let state = state(&column_with(&around(&value, way)));
                let (open, masked) = (state.finish_with("status", Exposure::Shown), state.finish("status"));
                assert!(shown(&open).contains(&value), "{value} is no test");
                of_kind += 1;
                hidden_of_kind += u32::from(!shown(&masked).contains(&value));
                // The other values stay readable.
                assert!(masked.masked || shown(&masked).contains("waiting for parts"), "{kind}");
            }
        }
        println!("sparse {kind:16} {hidden_of_kind} of {of_kind} not shown");
        (all, hidden) = (all + of_kind, hidden + hidden_of_kind);
    }
    println!("sparse values: {hidden} of {all} not shown");
    assert_eq!(hidden, all);
}

#[test]
fn a_card_among_amounts_is_shown_by_no_figure() {
    let card = 4_111_111_111_111_111_i64;
    let mut values: Vec<Value> = (0..300).map(|i| Value::Integer(i * 37 + 5)).collect();
    values.push(Value::Integer(card));
    let state = state(&values);
    let masked = state.finish("amount");
    assert!(masked.sensitive.is_empty() && !masked.masked);
    assert_eq!(masked.max.as_deref(), Some("************1111"));
    let numbers = masked.numbers.as_ref().unwrap();
    assert!(
        numbers.masked && numbers.mean.is_none() && numbers.sum.is_none() && numbers.quantiles.is_empty()
    );
    assert_eq!(numbers.count, 301);
    assert!(!shown(&masked).contains("4111111111111111"));
    let open = state.finish_with("amount", Exposure::Shown);
    assert!(shown(&open).contains("4111111111111111") && !open.numbers.unwrap().masked);
}

/// One in ten numbers passes Luhn: a column of them is no column of cards, and stays readable.
#[test]
fn numbers_that_pass_by_chance_stay_as_they_are() {
    for values in [
        texts(3, |rng| fill(rng, "4###############")),
        integers(texts(4, |rng| fill(rng, "51##############"))),
    ] {
        let state = state(&values);
        let (open, masked) = (state.finish_with("ref", Exposure::Shown), state.finish("ref"));
        assert_eq!(shown(&masked), shown(&open));
    }
}

/// Seconds since 1970 have ten digits, as a Swede's id has.
#[test]
fn quantiles_of_dates_are_no_ids() {
    for year in 1995..2026 {
        let first = parse_date(&format!("{year}-01-01")).unwrap();
        let days: Vec<Value> =
            (0..2_000).map(|i| Value::Date(first + Duration::days(i * 7 % 1_461))).collect();
        for most in [3, 20, 2_000] {
            let numbers = state(&days[..most]).finish("shipdate").numbers.unwrap();
            assert!(!numbers.masked && numbers.mean.is_some(), "{year}, {most} dates");
        }
    }
}

/// What masking costs where there is nothing to hide.
#[test]
fn ordinary_columns_stay_readable() {
    let (mut all, mut hidden) = (0, 0);
    for column in negatives::columns() {
        let state = state(&column.values);
        let (open, masked) = (state.finish_with(column.name, Exposure::Shown), state.finish(column.name));
        let values = |p: &ColumnProfile| -> Vec<String> {
            let frequent = p.frequent.iter().map(|f| f.value.clone());
            p.min.iter().chain(&p.max).cloned().chain(frequent).collect()
        };
        let wrong =
            values(&open).into_iter().zip(values(&masked)).filter(|(open, masked)| open != masked).count();
        if wrong > 0 {
            println!("{}: {wrong} of {} values masked", column.name, values(&open).len());
        }
        all += values(&open).len();
        hidden += wrong;
    }
    println!("ordinary values: {hidden} of {all} masked");
    assert!(hidden * 100 <= all, "{hidden} of {all}");
}
