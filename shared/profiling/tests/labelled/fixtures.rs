//! Reads the hand-written columns.

/// A column and what is right about it.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub source: &'static str,
    pub kind: String,
    /// The most frequent format.
    pub format: Option<String>,
    pub ambiguous: bool,
    pub values: Vec<String>,
}

const FILES: [(&str, &str); 3] = [
    ("netsuite", include_str!("netsuite.txt")),
    ("salesforce", include_str!("salesforce.txt")),
    ("hubspot", include_str!("hubspot.txt")),
];

pub fn all() -> Vec<Column> {
    FILES.iter().flat_map(|(source, text)| columns(source, text)).collect()
}

/// Columns that were written when the code was finished.
pub fn held_out() -> Vec<Column> {
    columns("held out", include_str!("held_out.txt"))
}

/// `## name = type : format ?`, then lines of values parted by ` ¦ `; `\n` is a line's end within a value.
fn columns(source: &'static str, text: &str) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for line in text.lines() {
        if let Some(header) = line.strip_prefix("## ") {
            columns.push(labelled(source, header));
        } else if !line.is_empty()
            && !line.starts_with("# ")
            && let Some(column) = columns.last_mut()
        {
            column.values.extend(line.split('¦').map(|value| value.trim().replace("\\n", "\n")));
        }
    }
    columns
}

fn labelled(source: &'static str, header: &str) -> Column {
    let (name, label) = header.split_once(" = ").expect("a name and a type");
    let (kind, format) = match label.split_once(" : ") {
        Some((kind, format)) => (kind, Some(format.trim())),
        None => (label, None),
    };
    let ambiguous = format.is_some_and(|format| format.ends_with(" ?"));
    Column {
        name: name.to_owned(),
        source,
        kind: kind.trim().to_owned(),
        format: format.map(|format| format.trim_end_matches(" ?").to_owned()),
        ambiguous,
        values: Vec::new(),
    }
}
