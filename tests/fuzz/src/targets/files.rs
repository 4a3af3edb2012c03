//! Any bytes as a file of each format: a profile whose rows are those of its columns, or a problem in words.
//! Compressed and torn files included.

use std::io::Write;

use forebay::input::progress::Progress;
use forebay::problem::Tolerance;
use forebay::profile::{How, profile};
use forebay::readers::{FormatKind, Options};
use forebay::sample::Sampling;
use forebay_model::Instant;
use forebay_profiling::Exposure;

use crate::Target;

pub(crate) const TARGET: Target = Target { name: "files", run, seeds };

/// The first byte chooses the format and how bad rows are taken.
fn run(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let formats = [
        None,
        Some(FormatKind::Csv),
        Some(FormatKind::Jsonl),
        Some(FormatKind::Json),
        Some(FormatKind::Parquet),
    ];
    let bad_rows = if choice & 0x80 == 0 { Tolerance::All } else { Tolerance::AtMost(1) };
    let mut file = tempfile::NamedTempFile::new().expect("a place for a file");
    file.write_all(content).expect("room for a file");
    let how = How {
        format: formats[usize::from(choice & 0x7f) % formats.len()],
        options: Options::default(),
        sampling: Sampling::All,
        bad_rows,
        as_of: Instant::EPOCH,
        exposure: Exposure::Masked,
        for_comparison: false,
        sketches: None,
    };
    let name = file.path().to_string_lossy().into_owned();
    match profile(&[name], &how, &Progress::hidden()) {
        Ok(table) => {
            assert!(
                table.columns.iter().all(|column| column.rows == table.rows),
                "every column has every row"
            );
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
    let objects = format!("{{\"a\":{}1{}}}", "{\"b\":".repeat(200), "}".repeat(200));
    let texts = [
        "a,b\n1,\"x, \"\"y\"\"\"\n2,\n\"3\r\n4\",z\n",
        "a;b;c\r\n1,5;2026-03-01;\u{fffd}\r\n;;\r\n",
        "\u{feff}{\"a\":1,\"b\":{\"c\":[1,2]}}\n{\"a\":17954.55,\"d\":\"\\ud83d\\ude00\\n\"}\n",
        "[{\"a\":1e999},{\"a\":-0},{\"a\":99999999999999999999999999999999}]",
        "{\"a\":NaN}\n{\"a\":Infinity}\n{\"a\":\"\\u0000\"}\n{\"a\"\n",
        &deep,
        &objects,
        "PAR1\0\0\0\0PAR1",
        "\u{1f}\u{8b}\u{8}",
    ];
    let bytes: [&[u8]; 3] = [
        // Bad rows of all kinds among good ones, some no text.
        b"{\"a\":1}\n{\"a\":\xff}\n{\"b\":{\"c\":1},\n\xfe\n{\"b\":{\"c\":2}}\n[1]\n{\"a\":2}",
        b"[{\"a\":1},\n{\"a\":\xff},\n{\"b\":[1,\n{\"a\":3}\n,{\"a\":4}]",
        b"a,b\n1,2\n\"x\"y,\xff\n3\n\"4,5\n6,7\n\"8\",9",
    ];
    let rows_without_columns = rows_without_columns();
    let texts = texts.iter().map(|text| text.as_bytes());
    texts
        .chain(bytes)
        .chain([&rows_without_columns[..]])
        .flat_map(|bytes| [0, 1, 2, 3, 4].map(|format| [&[format], bytes].concat()))
        .collect()
}

/// Parquet's footer (Thrift's compact protocol) with a group of 64 rows and no column.
fn rows_without_columns() -> Vec<u8> {
    let footer = [
        0x15, 2, 0x19, 0x1c, 0x48, 1, b'm', 0x15, 0, 0, 0x16, 0x80, 1, 0x19, 0x1c, 0x19, 0x0c, 0x16, 0, 0x16,
        0x80, 1, 0, 0,
    ];
    [b"PAR1", &footer[..], &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat()
}
