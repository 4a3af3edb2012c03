//! Small files that are whole or absent.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

/// Writes beside the target and renames, so that nobody reads half a file.
///
/// # Errors
/// When the directory cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&part, path)
}
