//! Parts of a Bulk job's result: CSV with a header row. Pure.
//!
//! A stream's pages have one form, whichever way they were read. So the rows of a part are written as the JSON
//! that REST would have sent, as far as CSV can say it: every value as text, empty fields left out.

use bytes::Bytes;

/// A part, as a page of JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub body: Bytes,
    pub rows: u32,
}

/// Reads a part; the error says what is malformed. `expected` are the rows that its header told, `fields`
/// those that were asked for.
pub fn read(csv: &[u8], expected: Option<u64>, fields: &[&str]) -> Result<Part, String> {
    whole(csv)?;
    let mut reader = csv::ReaderBuilder::new().from_reader(csv);
    let malformed = |e: csv::Error| format!("the result of {} bytes is no CSV: {e}", csv.len());
    let names = reader.headers().map_err(malformed)?.clone();
    if let Some(missing) =
        fields.iter().find(|field| !names.iter().any(|name| name.eq_ignore_ascii_case(field)))
    {
        return Err(format!("the result has no column {missing}, only {} others", names.len()));
    }
    let mut json = Vec::with_capacity(csv.len() * 2);
    json.extend_from_slice(b"{\"records\":[");
    let (mut row, mut rows) = (csv::StringRecord::new(), 0u32);
    while reader.read_record(&mut row).map_err(malformed)? {
        if rows > 0 {
            json.push(b',');
        }
        write(&mut json, names.iter().zip(row.iter()))?;
        rows += 1;
    }
    json.extend_from_slice(b"]}");
    match expected.filter(|expected| *expected != u64::from(rows)) {
        Some(expected) => Err(format!("the result says it has {expected} rows, but has {rows}")),
        None => Ok(Part { body: Bytes::from(json), rows }),
    }
}

/// A part ends with a whole line, and all its quotes are closed: a cut one could else pass for shorter values.
fn whole(csv: &[u8]) -> Result<(), String> {
    let quotes = csv.iter().filter(|byte| **byte == b'"').count();
    if csv.ends_with(b"\n") && quotes % 2 == 0 {
        return Ok(());
    }
    Err(format!("the result of {} bytes breaks off in the middle of a row", csv.len()))
}

fn write<'a>(json: &mut Vec<u8>, fields: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), String> {
    json.push(b'{');
    let mut first = true;
    for (name, value) in fields.filter(|(_, value)| !value.is_empty()) {
        if !first {
            json.push(b',');
        }
        first = false;
        serde_json::to_writer(&mut *json, name).map_err(|e| e.to_string())?;
        json.push(b':');
        serde_json::to_writer(&mut *json, value).map_err(|e| e.to_string())?;
    }
    json.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &[u8] = b"\"Id\",\"Name\",\"Amount\"\n\"1\",\"a \"\"b\"\", c\nd\",\"2.50\"\n\"2\",\"\",\"\"\n";

    #[test]
    fn rows_become_records_as_rest_sends_them() {
        let part = read(CSV, Some(2), &["Id", "Name"]).unwrap();
        assert_eq!(part.rows, 2);
        assert_eq!(
            part.body,
            r#"{"records":[{"Id":"1","Name":"a \"b\", c\nd","Amount":"2.50"},{"Id":"2"}]}"#
        );
        assert_eq!(read(b"\"Id\"\n", Some(0), &["Id"]).unwrap().body, r#"{"records":[]}"#);
    }

    #[test]
    fn a_part_that_lacks_something_is_caught() {
        let of = |csv: &[u8], expected| read(csv, Some(expected), &["Id"]).unwrap_err();
        assert!(of(CSV, 3).contains("says it has 3 rows, but has 2"));
        assert!(of(&CSV[..CSV.len() - 3], 2).contains("breaks off"));
        assert!(of(&CSV[..CSV.len() / 2], 1).contains("breaks off"));
        assert!(of(b"\"Name\"\n\"x\"\n", 1).contains("no column Id"));
        assert!(of(b"\"Id\",\"Name\"\n\"x\"\n", 1).contains("no CSV"));
        assert!(of(b"<html></html>\n", 0).contains("no column Id"));
    }
}
