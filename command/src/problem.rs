//! What can go wrong, by what the caller does next.

use std::fmt;
use std::io;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The command is not one we can carry out: say it differently.
    #[error("{0}")]
    Usage(String),
    /// A file could not be opened, read or written.
    #[error("{path}: {source}")]
    Io { path: String, source: io::Error },
    /// A file holds what its format does not allow: repair it, or count such rows with `--bad-rows`.
    #[error("{0}")]
    Data(#[from] BadData),
}

impl Problem {
    pub fn io(path: &str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// 1 for usage and I/O, 2 for bad data.
    pub fn exit_code(&self) -> u8 {
        match self {
            Problem::Usage(_) | Problem::Io { .. } => 1,
            Problem::Data(_) => 2,
        }
    }
}

/// A place in a file at which something else was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct BadData {
    pub file: String,
    /// From 1; `None` in formats without lines.
    pub line: Option<u64>,
    /// From 0, in the file as it is after decompression.
    pub byte: Option<u64>,
    /// As in `expected a comma or }, found "x"`.
    pub what: String,
}

impl fmt::Display for BadData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(byte) = self.byte {
            write!(f, ", byte {byte}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// How many bad rows are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    AtMost(u64),
    All,
}

/// Bad rows met so far in one file.
#[derive(Debug)]
pub struct BadRows {
    tolerance: Tolerance,
    pub count: u64,
    /// The first few, as examples.
    pub examples: Vec<BadData>,
}

const EXAMPLES: usize = 5;

impl BadRows {
    pub fn new(tolerance: Tolerance) -> Self {
        Self { tolerance, count: 0, examples: Vec::new() }
    }

    /// Counts a bad row, or returns it as the reason to stop.
    pub fn pass_over(&mut self, bad: BadData) -> Result<(), Problem> {
        if matches!(self.tolerance, Tolerance::AtMost(most) if self.count >= most) {
            return Err(bad.into());
        }
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(bad);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_place_is_named_as_far_as_it_is_known() {
        let mut bad = BadData {
            file: "a.csv".into(),
            line: Some(3),
            byte: Some(17),
            what: "expected 2 fields, found 3".into(),
        };
        assert_eq!(bad.to_string(), "a.csv, line 3, byte 17: expected 2 fields, found 3");
        (bad.line, bad.byte) = (None, None);
        assert_eq!(bad.to_string(), "a.csv: expected 2 fields, found 3");
    }

    #[test]
    fn bad_rows_are_passed_over_up_to_the_tolerance() {
        let bad = BadData { file: "a".into(), line: None, byte: None, what: "x".into() };
        let mut rows = BadRows::new(Tolerance::AtMost(1));
        assert!(rows.pass_over(bad.clone()).is_ok());
        assert!(rows.pass_over(bad).is_err());
    }
}
