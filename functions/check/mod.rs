//! `handler check`: the connection check for people at a terminal and for scripts. `POST
//! /api/v1/sources/{id}/check` gives the same report.

mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use forebay_model::SourceConfig;
use forebay_pipeline::CheckReport;

use crate::app::App;
use crate::command::Wanted;
use crate::extraction;
use crate::settings::Settings;

/// How it went, as the process' exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Passed = 0,
    /// A source cannot be read as it is set up, or could not be asked.
    Failed = 1,
    /// Called with what means nothing, such as a source that is not configured.
    Usage = 2,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(verdict as u8)
    }
}

/// A source, and what was found. An error says why nothing could be asked: without the repository the
/// account's shared budget is not known.
struct Checked {
    source: SourceConfig,
    found: Result<CheckReport, String>,
}

impl Checked {
    fn passed(&self) -> bool {
        self.found.as_ref().is_ok_and(CheckReport::passed)
    }
}

/// Checks one source after the other and prints what was found as it is known; as JSON, all at the end.
///
/// # Errors
/// When standard output takes nothing.
pub async fn run(settings: Settings, wanted: &Wanted) -> io::Result<Verdict> {
    let sources = chosen(&settings.sources, wanted);
    if sources.is_empty() {
        writeln!(io::stderr(), "{}", words::nothing_to_check(&settings.sources, wanted))?;
        return Ok(Verdict::Usage);
    }
    let app = App::new(settings);
    let mut all = Vec::with_capacity(sources.len());
    for source in sources {
        let found = extraction::check(&app, &source).await.map_err(|error| error.to_string());
        let checked = Checked { source, found };
        if !wanted.json {
            write!(io::stdout(), "{}", words::report(&checked))?;
        }
        all.push(checked);
    }
    if wanted.json {
        writeln!(io::stdout(), "{:#}", words::json(&all))?;
    } else {
        writeln!(io::stdout(), "{}", words::verdict(&all))?;
    }
    Ok(if all.iter().all(Checked::passed) { Verdict::Passed } else { Verdict::Failed })
}

fn chosen(sources: &[SourceConfig], wanted: &Wanted) -> Vec<SourceConfig> {
    let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
    let chosen = sources
        .iter()
        .filter(|s| fits(&wanted.source, s.id.as_str()) && fits(&wanted.tenant, s.tenant.as_str()));
    chosen.cloned().collect()
}
