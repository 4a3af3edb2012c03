//! What can be said on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

use std::path::PathBuf;

use forebay_model::Instant;
use forebay_profiling::Exposure;
use time::OffsetDateTime;

use crate::problem::Tolerance;
use crate::profile::How;
use crate::readers::{CsvOptions, FormatKind, Options, Quote};
use crate::sample::Sampling;

/// Profiles files: what every column holds, in one pass and little memory.
#[derive(Debug, Parser)]
#[command(name = "forebay", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Profile files: CSV, JSON lines, JSON or Parquet, plain or compressed (gzip, zstd, bzip2, xz).
    #[command(
        after_help = "Exit codes: 0 done; 1 the command or a file cannot be used; 2 a file holds bad data; \
                            3 --fail-on-change found a change."
    )]
    Profile(Box<ProfileArguments>),
}

#[derive(Debug, Args)]
pub struct ProfileArguments {
    /// Files or patterns (*, ?, **), `-` for standard input; several are one table.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// A table for each file.
    #[arg(long)]
    pub each: bool,
    /// Details of this column, in the terminal; can be given more than once.
    #[arg(long, value_name = "NAME")]
    pub column: Vec<String>,
    /// Write JSON to standard output instead of the report.
    #[arg(long)]
    pub json: bool,
    /// Write a page of its own, with plots, to this file.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write each column's sketches to this folder, as Apache DataSketches reads them.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["each", "against"])]
    pub sketches: Option<PathBuf>,
    /// Compare with this file or these (several times): what changed since, column by column.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["each", "column"])]
    pub against: Vec<String>,
    /// Exit with 3 where a column changed, appeared or vanished.
    #[arg(long, requires = "against")]
    pub fail_on_change: bool,
    #[command(flatten)]
    pub reading: ReadingArguments,
}

#[derive(Debug, Args)]
pub struct ReadingArguments {
    /// The files' format, where their beginning does not tell.
    #[arg(long, value_enum)]
    pub format: Option<FormatKind>,
    /// Profile a sample: first:N, reservoir:N or stratified:COLUMN:N; :SEED may follow the last two.
    #[arg(long, value_name = "SAMPLE")]
    pub sample: Option<Sampling>,
    /// Pass over this many bad rows in each file, or `all`, and count them.
    #[arg(long, value_name = "N|all", default_value = "0", value_parser = tolerance)]
    pub bad_rows: Tolerance,
    /// How many levels of JSON objects and Parquet groups become columns of their own, as in a.b.
    #[arg(long, value_name = "LEVELS", default_value_t = 8, value_parser = depth)]
    pub depth: usize,
    /// What separates the fields of CSV: one character, or `tab`.
    #[arg(long, value_name = "SIGN", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// What CSV fields are quoted with: one character, or `none`.
    #[arg(long, value_name = "SIGN", value_parser = quote)]
    pub quote: Option<Quote>,
    /// Whether the first CSV record names the columns.
    #[arg(long, value_enum)]
    pub header: Option<YesNo>,
    /// An unquoted CSV field with this text is null; can be given more than once.
    #[arg(long, value_name = "TEXT")]
    pub null: Vec<String>,
    /// Empty unquoted CSV fields are empty texts, not nulls.
    #[arg(long)]
    pub empty_is_text: bool,
    /// Times later than this moment are in the future, as in 2026-03-01T00:00:00Z; else now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub as_of: Option<Instant>,
    /// Show the values of personal data as they are.
    #[arg(long)]
    pub show_values: bool,
    /// No progress bar.
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

impl ReadingArguments {
    pub fn how(&self) -> How {
        let csv = CsvOptions {
            delimiter: self.delimiter,
            quote: self.quote.unwrap_or(Quote::Sniffed),
            header: self.header.map(|said| said == YesNo::Yes),
            empty_is_null: !self.empty_is_text,
            null_texts: self.null.clone(),
        };
        let exposure = if self.show_values { Exposure::Shown } else { Exposure::Masked };
        How {
            exposure,
            for_comparison: false,
            sketches: None,
            format: self.format,
            options: Options { depth: self.depth, csv },
            sampling: self.sample.clone().unwrap_or_default(),
            bad_rows: self.bad_rows,
            as_of: self.as_of.unwrap_or_else(|| Instant::from_datetime(OffsetDateTime::now_utc())),
        }
    }
}

fn tolerance(text: &str) -> Result<Tolerance, String> {
    match text {
        "all" => Ok(Tolerance::All),
        number => number.parse().map(Tolerance::AtMost).map_err(|_| "expected a number or all".to_owned()),
    }
}

fn moment(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "expected a time as in 2026-03-01T00:00:00Z".to_owned())
}

/// The grammar recurses once a level, so levels are few.
fn depth(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(depth @ 1..=64) => Ok(depth),
        _ => Err("expected 1 to 64".to_owned()),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => sign(text),
    }
}

fn quote(text: &str) -> Result<Quote, String> {
    if text == "none" { Ok(Quote::None) } else { sign(text).map(Quote::Sign) }
}

fn sign(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [sign] if sign.is_ascii() && !matches!(sign, b'\r' | b'\n') => Ok(*sign),
        _ => Err("expected one ASCII character".to_owned()),
    }
}
