//! Lines of text as a column: scanners, patterns, personal data and formats meet anything.

use forebay_model::Value;
use forebay_profiling::ColumnState;

use super::column_values::check;
use crate::Target;

pub(crate) const TARGET: Target = Target { name: "column_texts", run, seeds };

fn run(bytes: &[u8]) {
    let mut state = ColumnState::new();
    let mut rows = 0;
    for line in bytes.split(|b| *b == b'\n') {
        state.observe(&Value::Text(String::from_utf8_lossy(line).into_owned()));
        rows += 1;
    }
    let profile = state.finish("email");
    assert_eq!(profile.rows, rows);
    assert!(profile.inferred_type.share >= 0.0 && profile.inferred_type.share <= 1.0);
    check(&state);
}

fn seeds() -> Vec<Vec<u8>> {
    [
        "2026-03-01\n03/04/2026\n31.03.2026 10:00\n3 Mar 2026\n20260301\n1772359200000",
        "2026-03-01T10:00:00.000+0000\n2026-03-01T10:00:00Z\n10:30 PM\n12/31/99",
        "1,234.56\n1.234,56\n(12.50)\n12-\n$5.00\n5 %\n1e308\n99999999999999999999999999999",
        "a@example.com\nhttps://example.com/?a=b\n+1 (555) 010-0199\n192.0.2.1\n2001:db8::1/64",
        "4111 1111 1111 1111\nDE89 3704 0044 0532 0130 00\n078-05-1120\n12345678Z",
        "Jane Doe\nDoe, Jane\n1 Main Street\nMusterstra\u{df}e 5\nM\u{c3}\u{bc}ller\nA &amp; B\n\u{fffd}\u{0}",
        "{\"a\":[1,{\"b\":null}]}\n[[[[[[[[[[\n{\"a\":",
        "US\nUSA\nUSD\n94105\n94105-1234\nSW1A 1AA\nT\nF\nyes\n0\n1",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
