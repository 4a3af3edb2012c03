//! Structured console lines. The host takes stdout as information and stderr as errors, one record per
//! line; a stderr line that holds "warn" becomes a warning.

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// `FOREBAY_LOG` takes a tracing filter; without it, `info` for us and `warn` for libraries.
pub fn of_service() {
    let filter = EnvFilter::try_from_env("FOREBAY_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,handler=info,forebay=info,forebay_pipeline=info,forebay_connectors=info,forebay_azure=info,forebay_embedded=info,forebay_api=info"));
    let writer = std::io::stderr.with_max_level(Level::WARN).or_else(std::io::stdout);
    tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(writer).init();
}

/// For a person at a terminal, whose standard output is the answer: lines on stderr, errors only unless
/// `FOREBAY_LOG` says otherwise. What a check meets is in its report.
pub fn of_command() {
    let filter = EnvFilter::try_from_env("FOREBAY_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}
