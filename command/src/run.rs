//! A command from its arguments to its exit code.

use std::io::{self, Write};

use crate::arguments::{Arguments, Command, ProfileArguments};
use crate::input::paths;
use crate::input::progress::Progress;
use crate::problem::Problem;
use crate::profile::{TableProfile, profile};
use crate::report;

/// Carries out a command; its result goes to `out`, its complaints to `complaints`. Returns the exit code: 0
/// done, 1 usage or I/O, 2 bad data.
pub fn run(arguments: &Arguments, out: &mut impl Write, complaints: &mut impl Write) -> u8 {
    let Command::Profile(wanted) = &arguments.command;
    match profile_files(wanted, out) {
        Ok(code) => code,
        Err(problem) => {
            // Nobody is left to tell that nobody reads.
            let _ = writeln!(complaints, "forebay: {problem}");
            problem.exit_code()
        }
    }
}

fn profile_files(wanted: &ProfileArguments, out: &mut impl Write) -> Result<u8, Problem> {
    let files = paths::expand(&wanted.files)?;
    let tables = tables(&files, wanted)?;
    let written = if wanted.json {
        report::json::write(&tables, out)
    } else {
        report::terminal::write(&tables, &wanted.column, report::width(), out)?
    };
    match written.and_then(|()| out.flush()) {
        // As in `forebay profile … | head`.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Problem::io("standard output", error)),
        _ => Ok(0),
    }
}

fn tables(files: &[String], wanted: &ProfileArguments) -> Result<Vec<TableProfile>, Problem> {
    let progress =
        if wanted.reading.quiet { Progress::hidden() } else { Progress::bytes(total_bytes(files)) };
    let how = wanted.reading.how();
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
