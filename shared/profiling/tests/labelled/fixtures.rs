//! Reads the hand-written columns.

/// A column and what is right about it.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub source: &'static str,
    pub kind: String,
    /// The most frequent formats, in no order; none where the type has only one.
    pub formats: Vec<String>,
    pub ambiguous: bool,
    /// The patterns that lead, in no order; none for free text and words.
    pub patterns: Vec<Labelled>,
    pub values: Vec<String>,
}

/// A leading pattern, and its share in percent where it is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    pub pattern: String,
    pub percent: Option<u32>,
}

const FILES: [(&str, &str); 5] = [
    ("netsuite", include_str!("netsuite.txt")),
    ("salesforce", include_str!("salesforce.txt")),
    ("hubspot", include_str!("hubspot.txt")),
    ("held out", include_str!("held_out.txt")),
    ("held out again", include_str!("held_out_again.txt")),
];

pub fn all() -> Vec<Column> {
    FILES.iter().flat_map(|(source, text)| columns(source, text)).collect()
}

/// `## name = type : format | format ?`, `~ pattern @60% ¦ pattern`, then lines of values parted by ` ¦ `; `\n` is a
/// line's end within a value.
fn columns(source: &'static str, text: &str) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for line in text.lines() {
        if let Some(header) = line.strip_prefix("## ") {
            columns.push(labelled(source, header));
            continue;
        }
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let Some(column) = columns.last_mut() else { continue };
        if let Some(label) = line.strip_prefix("~ ") {
            column.patterns = patterns(label);
        } else {
            column.values.extend(line.split('¦').map(|value| value.trim().replace("\\n", "\n")));
        }
    }
    columns
}

fn labelled(source: &'static str, header: &str) -> Column {
    let (name, label) = header.split_once(" = ").expect("a name and a type");
    let (kind, formats) = label.split_once(" : ").unwrap_or((label, ""));
    let ambiguous = formats.ends_with(" ?");
    let formats = formats.trim_end_matches(" ?").split(" | ").map(str::trim);
    Column {
        name: name.to_owned(),
        source,
        kind: kind.trim().to_owned(),
        formats: formats.filter(|format| !format.is_empty()).map(str::to_owned).collect(),
        ambiguous,
        patterns: Vec::new(),
        values: Vec::new(),
    }
}

pub fn patterns(label: &str) -> Vec<Labelled> {
    if label == "none" {
        return Vec::new();
    }
    let one = |text: &str| match text.trim().rsplit_once(" @") {
        Some((pattern, share)) => {
            let percent = share.trim_end_matches('%').parse().expect("a share in percent");
            Labelled { pattern: pattern.to_owned(), percent: Some(percent) }
        }
        None => Labelled { pattern: text.trim().to_owned(), percent: None },
    };
    label.split(" ¦ ").map(one).collect()
}
