//! A command from its arguments to its exit code.

use std::io::{self, Write};

use crate::arguments::{Arguments, Command, ProfileArguments};
use crate::compare::{compare, write_json, write_terminal};
use crate::html;
use crate::input::paths;
use crate::input::progress::Progress;
use crate::problem::Problem;
use crate::profile::{How, TableProfile, profile};
use crate::report::{self, figures};

/// The exit code of `--fail-on-change`.
const CHANGED: u8 = 3;

/// Carries out a command; its result goes to `out`, its complaints to `complaints`. Returns the exit code: 0
/// done, 1 usage or I/O, 2 bad data, 3 change.
pub fn run(arguments: &Arguments, out: &mut impl Write, complaints: &mut impl Write) -> u8 {
    let Command::Profile(wanted) = &arguments.command;
    match profile_files(wanted, out) {
        Ok(code) => code,
        Err(problem) => {
            // Nobody is left to tell that nobody reads.
            let _ = writeln!(complaints, "forebay: {}", figures::value(&problem.to_string()));
            problem.exit_code()
        }
    }
}

fn profile_files(wanted: &ProfileArguments, out: &mut impl Write) -> Result<u8, Problem> {
    let files = paths::expand(&wanted.files)?;
    if !wanted.against.is_empty() {
        return compare_files(&files, wanted, out);
    }
    let tables = tables(&files, wanted)?;
    write_page(wanted, || html::profiles(&tables))?;
    let written = if wanted.json {
        report::json::write(&tables, out)
    } else {
        report::terminal::write(&tables, &wanted.column, report::width(), out)?
    };
    finished(written, out).map(|()| 0)
}

fn compare_files(files: &[String], wanted: &ProfileArguments, out: &mut impl Write) -> Result<u8, Problem> {
    let earlier = paths::expand(&wanted.against)?;
    let [before, after] = [tables(&earlier, wanted)?, tables(files, wanted)?];
    let ([before], [after]) = (before.as_slice(), after.as_slice()) else { return Ok(0) };
    let comparison = compare(before, after);
    write_page(wanted, || html::comparison(&comparison))?;
    let written = if wanted.json { write_json(&comparison, out) } else { write_terminal(&comparison, out) };
    finished(written, out)?;
    Ok(if wanted.fail_on_change && comparison.has_changes() { CHANGED } else { 0 })
}

fn write_page(wanted: &ProfileArguments, page: impl FnOnce() -> String) -> Result<(), Problem> {
    let Some(path) = &wanted.html else { return Ok(()) };
    std::fs::write(path, page()).map_err(|error| Problem::io(&path.to_string_lossy(), error))
}

/// Nobody reading any more, as in `forebay profile … | head`, is no fault of ours.
fn finished(written: io::Result<()>, out: &mut impl Write) -> Result<(), Problem> {
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Problem::io("standard output", error)),
        _ => Ok(()),
    }
}

fn tables(files: &[String], wanted: &ProfileArguments) -> Result<Vec<TableProfile>, Problem> {
    let progress =
        if wanted.reading.quiet { Progress::hidden() } else { Progress::bytes(total_bytes(files)) };
    let how = How {
        for_comparison: !wanted.against.is_empty(),
        sketches: wanted.sketches.clone(),
        ..wanted.reading.how()
    };
    let result = if wanted.each {
        files.iter().map(|file| profile(std::slice::from_ref(file), &how, &progress)).collect()
    } else {
        profile(files, &how, &progress).map(|table| vec![table])
    };
    progress.finish();
    result
}

/// On disk; `None` where a file has no size, as standard input.
fn total_bytes(files: &[String]) -> Option<u64> {
    files
        .iter()
        .map(|file| std::fs::metadata(file).ok().filter(|file| file.is_file()).map(|file| file.len()))
        .sum()
}
