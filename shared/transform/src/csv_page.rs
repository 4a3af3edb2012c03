//! Rows of a CSV page (RFC 4180), by the names in its header.

/// One row, with its fields' names.
pub struct Row<'r> {
    header: &'r csv::StringRecord,
    record: &'r csv::StringRecord,
}

impl<'r> Row<'r> {
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.header.iter().zip(self.record.iter())
    }
}

/// Calls `each` with every row. A row with more or fewer fields than the header has is an error of the
/// page, because it was cut.
pub fn for_each_row(body: &[u8], mut each: impl FnMut(&Row<'_>)) -> Result<(), csv::Error> {
    let mut reader = csv::Reader::from_reader(body);
    let header = reader.headers()?.clone();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        each(&Row { header: &header, record: &record });
    }
    Ok(())
}
