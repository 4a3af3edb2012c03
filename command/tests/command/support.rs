//! Files in a folder that goes with the test, and the command run on them.

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use forebay::arguments::Arguments;
use serde_json::Value;
use tempfile::TempDir;

pub struct Files(TempDir);

/// What a run gave back.
pub struct Outcome {
    pub code: u8,
    pub out: String,
    pub complaint: String,
}

impl Files {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let files = Self::new();
        files.write(name, content);
        files
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Runs `forebay profile` with these arguments; those with a dot or a star in them are files here. The
    /// folder's name is left out of what comes back.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let place = |argument: &&str| {
            if argument.contains(['.', '*']) {
                self.path(argument).to_string_lossy().into_owned()
            } else {
                (*argument).to_owned()
            }
        };
        let fixed = ["forebay", "profile", "--as-of=2026-03-01T00:00:00Z"].map(str::to_owned).into_iter();
        let arguments = Arguments::try_parse_from(fixed.chain(arguments.iter().map(place))).unwrap();
        let (mut out, mut complaint) = (Vec::new(), Vec::new());
        let code = forebay::run::run(&arguments, &mut out, &mut complaint);
        let folder = format!("{}/", self.0.path().display());
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(&folder, "");
        Outcome { code, out: text(out), complaint: text(complaint) }
    }

    /// The one table of a run that must succeed.
    pub fn table(&self, arguments: &[&str]) -> Value {
        let outcome = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(outcome.code, 0, "{}", outcome.complaint);
        let mut document: Value = serde_json::from_str(&outcome.out).unwrap();
        document["tables"][0].take()
    }

    pub fn complaint(&self, arguments: &[&str]) -> (u8, String) {
        let outcome = self.run(arguments);
        (outcome.code, outcome.complaint.trim_end().trim_start_matches("forebay: ").to_owned())
    }
}

/// The profile of a column.
pub fn column<'a>(table: &'a Value, name: &str) -> &'a Value {
    let columns = table["columns"].as_array().unwrap();
    columns
        .iter()
        .find(|column| column["column"] == name)
        .unwrap_or_else(|| panic!("no column {name} in {columns:#?}"))
}

pub fn names(table: &Value) -> Vec<&str> {
    table["columns"].as_array().unwrap().iter().map(|column| column["column"].as_str().unwrap()).collect()
}

/// Rows, nulls, of them missing, distinct.
pub fn counts(table: &Value, name: &str) -> [u64; 4] {
    let column = column(table, name);
    let distinct = column["distinct"]["value"].as_f64().unwrap() as u64;
    [
        column["rows"].as_u64().unwrap(),
        column["nulls"].as_u64().unwrap(),
        column["missing"].as_u64().unwrap(),
        distinct,
    ]
}

/// The most frequent values, most frequent first.
pub fn values(table: &Value, name: &str) -> Vec<String> {
    let mut frequent: Vec<String> = column(table, name)["frequent"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["value"].as_str().unwrap().to_owned())
        .collect();
    frequent.sort();
    frequent
}
