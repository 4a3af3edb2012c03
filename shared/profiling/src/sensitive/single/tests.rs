use super::*;
use SensitiveKind::*;

fn found(text: &str) -> Vec<(&str, SensitiveKind)> {
    spans(text, 0).into_iter().map(|span| (&text[span.start..span.end], span.kind)).collect()
}

#[test]
fn values_that_prove_themselves_are_found_alone() {
    for (text, kind) in [
        ("ada@example.org", Email),
        ("4111 1111 1111 1111", Card),
        ("4111111111111111", Card),
        ("DE89 3704 0044 0532 0130 00", Iban),
        ("de89370400440532013000", Iban),
        ("+49 (0)30 / 1234567", Phone),
        ("123-45-6789", NationalId),
        ("12345678Z", NationalId),
        ("AB 12 34 56 C", NationalId),
        ("RSSMRA85T10A562S", NationalId),
        ("529.982.247-25", NationalId),
    ] {
        assert_eq!(found(text), [(text, kind)], "{text}");
    }
}

#[test]
fn they_are_found_within_a_text() {
    let text = "Ask Ada (ada.l@mail.example.org), card: 4111-1111-1111-1111, or +44 20 7946 0958.";
    let expected =
        [("ada.l@mail.example.org", Email), ("4111-1111-1111-1111", Card), ("+44 20 7946 0958", Phone)];
    assert_eq!(found(text), expected);
    assert_eq!(found("pay GB29 NWBK 6016 1331 9268 19 today"), [("GB29 NWBK 6016 1331 9268 19", Iban)]);
    assert_eq!(found("x 4111 1111 1111 1111 2027"), [("4111 1111 1111 1111", Card)]);
    assert_eq!(found(r#"{"a":"ada@example.org","b":4111111111111111}"#).len(), 2);
    assert_eq!(found("q?card=4111111111111111&x").len(), 1);
}

#[test]
fn ordinary_values_are_nothing() {
    for text in [
        "2026-03-01T10:00:00Z",
        "2026-03-01 10:00:00",
        "1970-01-01T00:00:12.345678Z",
        "550e8400-e29b-41d4-a716-446655440000",
        "@handle and mail@localhost",
        "4111111111111112",
        "1234567890",
        "1,234,567.89",
        "-627997303999262873.6",
        "4111111111.111111",
        "-4111111111111111",
        "SKU-1234-5678-AB",
        "https://example.org/4111111111111111/x",
        "212-555-0123",
        "192.0.2.1",
        "ISBN 978-3-16-148410-0",
        "Straße 12 – größer als 1000000 €",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_chance_explains_proves_nothing() {
    let card = 1 << Detector::Card as u8;
    assert!(spans("4111111111111111", card).is_empty());
    assert_eq!(spans("4111111111111111 ada@example.org", card).len(), 1);
}

#[test]
fn the_end_of_a_cut_text_may_be_a_beginning() {
    let cut = |end: &str| format!("{}{end}", "x ".repeat(64)).chars().skip(end.len()).collect::<String>();
    for (end, hidden) in [("ada@exam", "ada@exam"), ("4111 1111", "4111 1111"), ("DE89 3704", "DE89 3704")] {
        let text = cut(end);
        assert_eq!(text.chars().count(), 128);
        let span = spans(&text, 0)[0];
        assert!(text[span.start..span.end].trim().ends_with(hidden.trim_start_matches("DE")), "{text}");
    }
    assert!(spans(&cut("word 12"), 0).is_empty());
}

proptest::proptest! {
    #[test]
    fn spans_lie_in_order_within_any_text(any in ".{0,140}", like in "[0-9a-zA-Z@.+() é-]{0,140}") {
        for text in [any, like] {
            let mut from = 0;
            for span in spans(&text, 0) {
                proptest::prop_assert!(from <= span.start && span.start < span.end);
                proptest::prop_assert!(text.get(span.start..span.end).is_some());
                from = span.end;
            }
        }
    }
}
