//! Which files a command means.

use std::path::Path;

use crate::problem::Problem;

/// Standard input, as a file name.
pub const STANDARD_INPUT: &str = "-";

/// Names as they are, patterns (`*`, `?`, `[…]`, `**`) as the files they match, in order of name. A file
/// that exists is never taken for a pattern.
pub fn expand(given: &[String]) -> Result<Vec<String>, Problem> {
    let mut files = Vec::new();
    for name in given {
        if name == STANDARD_INPUT {
            files.push(name.clone());
            continue;
        }
        let path = Path::new(name);
        if path.is_dir() {
            return Err(Problem::Usage(format!("{name} is a folder: name files, as in {name}/*.csv")));
        }
        if path.exists() || !name.contains(['*', '?', '[']) {
            files.push(name.clone());
            continue;
        }
        files.extend(matches(name)?);
    }
    if files.iter().filter(|file| *file == STANDARD_INPUT).count() > 1 {
        return Err(Problem::Usage("standard input (-) can be read once".to_owned()));
    }
    Ok(files)
}

fn matches(pattern: &str) -> Result<Vec<String>, Problem> {
    let found = glob::glob(pattern).map_err(|error| Problem::Usage(format!("{pattern}: {error}")))?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|error| Problem::io(pattern, error.into()))?;
        if path.is_file() {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    if files.is_empty() {
        return Err(Problem::Usage(format!("no file matches {pattern}")));
    }
    Ok(files)
}
