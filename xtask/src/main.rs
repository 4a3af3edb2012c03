#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to the person at the terminal"
)]

mod layout;
mod package;
mod prerequisites;
mod shell;
mod stage;
mod test;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Forebay's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and run the whole app on this machine.
    Up(up::Options),
    /// Install what the tests need and run all of them.
    Test(test::Options),
    /// Lay out target/app for a Functions host.
    Stage,
    /// Make target/forebay.zip, the deployable app.
    Package,
    /// Delete what `up` keeps in .forebay.
    CleanState,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Up(options) => up::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Stage => {
            stage::run(stage::Profile::Release).map(|app| println!("{} is ready.", app.display()))
        }
        Command::Package => package::run(),
        Command::CleanState => up::clean_state(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
