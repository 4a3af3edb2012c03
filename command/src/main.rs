//! `forebay`: see the crate's README.

use std::process::ExitCode;

use clap::Parser;
use forebay::arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too, and go to standard output. Nobody is left to tell that
            // nobody reads.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(1) } else { ExitCode::SUCCESS };
        }
    };
    ExitCode::from(forebay::run::run(&arguments, &mut std::io::stdout().lock(), &mut std::io::stderr()))
}
