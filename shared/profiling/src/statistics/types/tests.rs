use super::*;

fn types(texts: &[&str]) -> Types {
    let mut types = Types::default();
    for text in texts {
        types.observe(&Seen::new(&Value::Text((*text).to_owned()), 1, None));
    }
    types
}

fn inferred(texts: &[&str]) -> (String, f64) {
    let inferred = types(texts).inferred("c");
    (inferred.name, inferred.share)
}

fn named(column: &str, texts: &[&str]) -> String {
    types(texts).inferred(column).name
}

fn is(name: &str, share: f64) -> (String, f64) {
    (name.to_owned(), share)
}

/// The first format, whether it is ambiguous, and its alternatives.
fn format(texts: &[&str]) -> (String, Vec<String>) {
    let first = types(texts).inferred("created_at").formats.remove(0);
    (first.format, first.alternatives)
}

#[test]
fn a_column_has_the_narrowest_type_that_covers_most_of_it() {
    assert_eq!(inferred(&["1", "2", "", " "]), is("integer", 1.0));
    assert_eq!(inferred(&["1", "2.5"]), is("decimal", 1.0));
    assert_eq!(inferred(&["2026-03-01", "2026-03-01T10:00:00"]), is("timestamp", 1.0));
    assert_eq!(inferred(&["2026-03-01T10:00:00Z"]), is("timestamp_tz", 1.0));
    assert_eq!(inferred(&["1", "abc"]), is("text", 1.0));
    assert_eq!(inferred(&["A", "N", "R"]), is("text", 1.0));
    assert_eq!(inferred(&["", "  "]), is("empty", 1.0));
    assert_eq!(inferred(&[]), is("empty", 0.0));
}

#[test]
fn a_few_strays_lower_the_share_and_not_the_type() {
    let mut texts = vec!["17"; 97];
    texts.extend(["abc"; 3]);
    assert_eq!(inferred(&texts), is("integer", 0.97));
    let mut texts = vec!["17"; 80];
    texts.extend(["N/A"; 20]);
    assert_eq!(inferred(&texts), is("integer", 0.8));
}

#[test]
fn what_could_be_something_else_needs_evidence() {
    assert_eq!(named("c", &["T", "F"]), "boolean");
    assert_eq!(named("gender", &["F", "F"]), "text");
    assert_eq!(named("isinactive", &["F", "F"]), "boolean");
    assert_eq!(named("c", &["0", "1"]), "integer");
    assert_eq!(named("is_active", &["0", "1"]), "boolean");
    assert_eq!(named("c", &["94105", "10001"]), "integer");
    assert_eq!(named("BillingPostalCode", &["94105", "10001"]), "postal_code");
    assert_eq!(named("c", &["94105", "02139", "94105-1234"]), "postal_code");
    assert_eq!(named("c", &["94105", "00123", "10001"]), "text");
    assert_eq!(named("c", &["CA", "DE", "LA"]), "text");
    assert_eq!(named("c", &["US", "FR", "GB", "JP"]), "country");
    assert_eq!(named("country", &["US"]), "country");
    assert_eq!(named("createdate", &["1772359200000"]), "timestamp_tz");
    assert_eq!(named("hs_object_id", &["1772359200000"]), "integer");
    assert_eq!(named("phone", &["4155550123", "(415) 555-0123"]), "phone");
    assert_eq!(named("c", &["4155550123"]), "integer");
}

#[test]
fn the_order_of_day_and_month_is_settled_by_the_other_values() {
    let s = |text: &str| text.to_owned();
    assert_eq!(format(&["03/04/2026"]), (s("MM/DD/YYYY"), vec![s("DD/MM/YYYY")]));
    assert_eq!(format(&["03/04/2026", "13/04/2026"]), (s("DD/MM/YYYY"), vec![]));
    assert_eq!(format(&["03/04/2026", "04/13/2026"]), (s("MM/DD/YYYY"), vec![]));
    assert_eq!(format(&["3/4/2026 4:05 PM", "4/13/2026 11:00 AM"]), (s("M/D/YYYY h:mm A"), vec![]));
    assert_eq!(format(&["2026-03-01T10:00:00.000+0000"]), (s("YYYY-MM-DDTHH:mm:ss.SSS+hhmm"), vec![]));
    assert_eq!(format(&["03-Mar-2026"]), (s("DD-MMM-YYYY"), vec![]));
    assert_eq!(format(&["1772359200000"]), (s("epoch milliseconds"), vec![]));
    assert_eq!(format(&["20260303"]), (s("YYYYMMDD"), vec![]));
}

#[test]
fn the_decimal_sign_is_settled_by_the_other_values() {
    let read = |texts: &[&str]| {
        let found = types(texts).inferred("amount");
        let first = &found.formats[0];
        (found.name.clone(), first.format.clone(), first.alternatives.join("|"), found.precision, found.scale)
    };
    let is = |name: &str, format: &str, other: &str, precision, scale| {
        (name.to_owned(), format.to_owned(), other.to_owned(), Some(precision), Some(scale))
    };
    assert_eq!(read(&["1,234"]), is("integer", "1,234", "1234,567", 4, 0));
    assert_eq!(read(&["1,234", "1,234,567"]), is("integer", "1,234", "", 7, 0));
    assert_eq!(read(&["1,234", "12,5"]), is("decimal", "1234,56", "", 5, 3));
    assert_eq!(read(&["1.234", "1.234.567,5"]), is("decimal", "1.234,56", "", 8, 1));
    assert_eq!(read(&["1.083", "0.917"]), is("decimal", "1234.56", "", 4, 3));
    assert_eq!(read(&["987.65", "1,234.56"]), is("decimal", "1,234.56", "", 6, 2));
    assert_eq!(read(&["$1.50", "$2"]), is("decimal", "$1234.56", "", 3, 2));
}

#[test]
fn states_of_the_first_version_are_read() {
    let mut old = Writer::default();
    [1, 0, 5, 2, 0, 0, 0, 0, 0, 0, 0].iter().for_each(|count| old.u64(*count));
    let bytes = old.into_bytes();
    let read = Types::read(&mut Reader::new(&bytes, "types")).map(|types| types.inferred("c"));
    let read = read.unwrap_or_default();
    assert_eq!((read.name.as_str(), read.share, read.precision), ("decimal", 1.0, None));
}
