//! Writes every T-SQL statement that the repository sends into a folder, one file each, for the check
//! with Microsoft's parser: `cargo run --package forebay-sql --example tsql_statements -- FOLDER`.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "name the folder to write to"))?;
    std::fs::create_dir_all(&folder)?;
    for (name, statement) in forebay_sql::tsql_samples() {
        std::fs::write(folder.join(format!("{name}.sql")), statement)?;
    }
    Ok(())
}
