#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to the person at the terminal"
)]

mod check;
mod fuzz;
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
    /// Look whether the configured sources can be read, and say what is wrong.
    Check(check::Options),
    /// Install what the tests need and run all of them.
    Test(test::Options),
    /// Lay out target/app for a Functions host.
    Stage,
    /// Make target/forebay.zip, the deployable app.
    Package,
    /// Give anything to what must not fall over, with libFuzzer.
    Fuzz(fuzz::Options),
    /// Delete what `up` keeps in .forebay.
    CleanState,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Up(options) => up::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Check(options) => check::run(&options),
        Command::Test(options) => test::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Stage => {
            let staged = stage::run(stage::Profile::Release);
            staged.map(|app| println!("{} is ready.", app.display())).map(|()| ExitCode::SUCCESS)
        }
        Command::Package => package::run().map(|()| ExitCode::SUCCESS),
        Command::Fuzz(options) => fuzz::run(&options).map(|()| ExitCode::SUCCESS),
        Command::CleanState => up::clean_state().map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
