//! The columns' sketches as files that the libraries of Apache DataSketches read, and a list of them.

use std::fs;
use std::path::Path;

use forebay_model::profile::ColumnProfile;
use forebay_profiling::{ColumnState, Exposure};
use serde::Serialize;

use crate::problem::Problem;

/// The list of files.
const LIST: &str = "sketches.json";
const MOST_NAME_CHARACTERS: usize = 60;

/// A file, and what is in it.
#[derive(Debug, Serialize)]
struct Sketch<'a> {
    column: &'a str,
    /// As the libraries call it: `hll`, `kll_doubles`, `frequent_strings`.
    form: &'static str,
    file: String,
}

/// Writes the sketches of each column into a folder, which is made where there is none: those that hold no value
/// which the report would mask.
///
/// # Errors
///
/// `Io` with the file that could not be written.
pub fn write<'a>(
    folder: &Path,
    columns: impl Iterator<Item = (&'a ColumnState, &'a ColumnProfile)>,
    exposure: Exposure,
) -> Result<(), Problem> {
    fs::create_dir_all(folder).map_err(|error| Problem::io(&folder.to_string_lossy(), error))?;
    let mut list = Vec::new();
    for (place, (state, profile)) in columns.enumerate() {
        for (form, image) in state.sketches_with(&profile.column, exposure) {
            let file = file_name(place + 1, &profile.column, form);
            put(&folder.join(&file), &image)?;
            list.push(Sketch { column: &profile.column, form, file });
        }
    }
    let path = folder.join(LIST);
    let json = serde_json::to_vec_pretty(&list)
        .map_err(|error| Problem::io(&path.to_string_lossy(), error.into()))?;
    put(&path, &json)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    fs::write(path, bytes).map_err(|error| Problem::io(&path.to_string_lossy(), error))
}

/// The number makes it the only one of its name; what a file system may not like is an underscore.
fn file_name(number: usize, column: &str, form: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = column.chars().take(MOST_NAME_CHARACTERS).map(plain).collect();
    format!("{number:05}-{name}.{form}.sk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_name_leads_out_of_the_folder() {
        assert_eq!(file_name(7, "../a/ü.b", "hll"), "00007-___a___b.hll.sk");
    }
}
