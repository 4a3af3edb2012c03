use forebay_model::Value;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

/// A record's columns and values, in the order of the columns.
fn read(text: &str, depth: usize) -> Result<Vec<(String, Value)>, Fault> {
    let (mut keys, mut rows) = (Keys::new(depth), Rows::new());
    let mut scanner = Scanner::new(text, 0);
    scanner.record(&mut keys, &mut rows)?;
    scanner.end()?;
    rows.end_row();
    let columns = rows.columns().iter();
    Ok(columns.filter_map(|c| Some((c.name().to_owned(), c.at(0)?.clone()))).collect())
}

fn value(json: &str) -> Value {
    read(&format!("{{\"v\":{json}}}"), 1).unwrap().remove(0).1
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::from_str_exact(text).unwrap())
}

#[test]
fn decimals_keep_every_digit() {
    assert_eq!(value("17954.55"), decimal("17954.55"));
    assert_eq!(value("0.1"), decimal("0.1"));
    assert_eq!(value("-1.50"), decimal("-1.50"));
    assert_eq!(value("79228162514264337593543950335"), decimal("79228162514264337593543950335"));
    assert_eq!(value("1.234e2"), decimal("123.4"));
    assert_eq!(value("12E-3"), decimal("0.012"));
}

#[test]
fn integers_fit_64_bits_or_become_decimals() {
    assert_eq!(value("9223372036854775807"), Value::Integer(i64::MAX));
    assert_eq!(value("-9223372036854775808"), Value::Integer(i64::MIN));
    assert_eq!(value("9223372036854775808"), decimal("9223372036854775808"));
    assert_eq!(value("-0"), Value::Integer(0));
}

#[test]
fn what_no_decimal_holds_becomes_a_float_and_then_a_text() {
    assert_eq!(value("1e300"), Value::Float(1e300));
    assert_eq!(value("1e-40"), Value::Float(1e-40));
    assert_eq!(value(&"9".repeat(40)), Value::Float(1e40));
    assert_eq!(value("1e400"), Value::Text("1e400".into()));
}

#[test]
fn numbers_that_json_has_no_digits_for_are_read() {
    assert!(matches!(value("NaN"), Value::Float(x) if x.is_nan()));
    assert_eq!(value("-Infinity"), Value::Float(f64::NEG_INFINITY));
    assert_eq!(value("Infinity"), Value::Float(f64::INFINITY));
}

#[test]
fn escapes_are_undone() {
    assert_eq!(
        value(r#""a\"b\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#),
        Value::Text("a\"b\\/\u{8}\u{c}\n\r\té😀".into())
    );
    assert_eq!(value(r#""\ud83d x \ude00""#), Value::Text("\u{fffd} x \u{fffd}".into()));
    let escaped_key = read(r#"{"a\u0062":1}"#, 1).unwrap();
    assert_eq!(escaped_key, [("ab".to_owned(), Value::Integer(1))]);
}

#[test]
fn objects_are_flattened_down_to_the_depth() {
    let text = r#"{"a":{"b":{"c":1},"d":[ 1, {"x" : "y z"} ]},"e":{},"f":[]}"#;
    let names = |depth| -> Vec<(String, String)> {
        let read = read(text, depth).unwrap().into_iter();
        read.map(|(name, value)| (name, value.to_text().unwrap())).collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let (e, f) = (pair("e", "{}"), pair("f", "[]"));
    let d = pair("a.d", r#"[1,{"x":"y z"}]"#);
    assert_eq!(names(3), [pair("a.b.c", "1"), d.clone(), e.clone(), f.clone()]);
    assert_eq!(names(2), [pair("a.b", r#"{"c":1}"#), d, e.clone(), f.clone()]);
    assert_eq!(names(1), [pair("a", r#"{"b":{"c":1},"d":[1,{"x":"y z"}]}"#), e, f]);
}

#[test]
fn faults_name_the_place_and_what_was_expected() {
    let fault = |text: &str| read(text, 4).unwrap_err();
    assert_eq!(fault("[1]"), Fault { at: 0, what: "expected a JSON object, found '['".into(), cut: false });
    assert_eq!(fault(r#"{"a":1 "b":2}"#).at, 7);
    assert_eq!(fault(r#"{"a":01}"#).at, 6);
    assert_eq!(
        fault("{\"a\":\"x\ny\"}").what,
        "expected an escape in place of a control character, found '\\n'"
    );
    assert!(fault(r#"{"a":"#).cut);
    assert!(fault(r#"{"a":tru"#).cut);
    assert!(fault(r#"{"a":"\ud83d"#).cut);
    assert!(fault(r#"{"a":[1,"#).cut);
    assert!(!fault(r#"{"a":[1}"#).cut);
    assert!(!fault(r#"{"a":{"b":1]}"#).cut);
    assert!(!fault(r#"{"a":1} x"#).cut);
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(read(&deep, 4).unwrap().len(), 1);
    let objects = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(read(&objects, 16).unwrap()[0].0.matches('a').count(), 16);
}

#[test]
fn keys_in_another_order_reach_their_columns() {
    let (mut keys, mut rows) = (Keys::new(2), Rows::new());
    for text in [r#"{"a":1,"b":{"c":2}}"#, r#"{"b":{"c":3},"a":4}"#, r#"{"c":9,"a":5,"b":{"c":6}}"#] {
        Scanner::new(text, 0).record(&mut keys, &mut rows).unwrap();
        rows.end_row();
    }
    let column = |name: &str| rows.columns().iter().find(|c| c.name() == name).unwrap().values().to_vec();
    assert_eq!(column("a"), [1, 4, 5].map(Value::Integer));
    assert_eq!(column("b.c"), [2, 3, 6].map(Value::Integer));
    assert_eq!(column("c"), [Value::Integer(9)]);
}

fn reread(json: &serde_json::Value) -> serde_json::Value {
    serde_json::from_str(&serde_json::to_string(json).unwrap()).unwrap()
}

/// Objects as any program might write them.
fn object() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,12}|[\"\\\\\n\t\u{1}é😀]{0,6}".prop_map(Into::into),
    ];
    let any = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-c\"é]{0,3}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::hash_map("[a-d]{1,2}", any, 0..6)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_the_same(object in object(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) };
        let read = read(&text.unwrap(), 1).unwrap();
        let object = object.as_object().unwrap();
        prop_assert_eq!(read.len(), object.len());
        for (name, value) in read {
            let expected = &object[&name];
            let same = match &value {
                Value::Null => expected.is_null(),
                Value::Boolean(b) => expected.as_bool() == Some(*b),
                Value::Integer(i) => expected.as_i64() == Some(*i),
                Value::Decimal(d) => d.to_string().parse::<f64>().ok() == expected.as_f64(),
                Value::Float(x) => Some(*x) == expected.as_f64(),
                Value::Text(t) => expected.as_str() == Some(t),
                // Read twice by serde_json, which rounds long floats in its own way.
                Value::Json(t) => serde_json::from_str::<serde_json::Value>(t).unwrap() == reread(expected),
                other => panic!("{other:?}"),
            };
            prop_assert!(same, "{} read as {:?}", expected, value);
        }
    }

    #[test]
    fn damage_is_refused_where_serde_json_refuses_it(
        object in object(), at in any::<prop::sample::Index>(), byte in "[ -~]",
    ) {
        let mut text: Vec<char> = serde_json::to_string(&object).unwrap().chars().collect();
        let at = at.index(text.len());
        text[at] = byte.chars().next().unwrap();
        let text: String = text.into_iter().collect();
        let theirs = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text);
        // Numbers beyond all floats, and lone surrogates, are refused there and read here.
        let lenient = theirs.as_ref().is_err_and(|e| {
            let why = e.to_string();
            why.contains("out of range") || why.contains("surrogate") || why.contains("hex escape")
        });
        prop_assert!(lenient || read(&text, 1).is_ok() == theirs.is_ok(), "{}", text);
    }

    #[test]
    fn a_record_that_is_cut_anywhere_says_so(object in object(), at in any::<prop::sample::Index>()) {
        let text = serde_json::to_string(&object).unwrap();
        let cuts: Vec<usize> = (0..text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let cut = &text[..*at.get(&cuts)];
        prop_assert!(read(cut, 3).unwrap_err().cut, "{}", cut);
    }
}
