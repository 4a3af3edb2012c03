//! Console lines of handlers, as log records: one record per line.

use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Longer lines are cut into records of this many bytes, so that a handler cannot fill the host's memory.
const MAX_LINE: usize = 64 * 1024;

/// Which stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    /// `useStdErrorStreamForErrorsOnly` decides about lines that name neither a warning nor an error.
    Stderr {
        errors_only: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    Information,
    Warning,
    Error,
}

/// The rule of the host's `WorkerProcess`: stdout is information; stderr is a warning when it says so.
fn severity(stream: Stream, line: &str) -> Severity {
    let Stream::Stderr { errors_only } = stream else { return Severity::Information };
    let line = line.to_ascii_lowercase();
    if line.contains("warn") {
        return Severity::Warning;
    }
    let speaks_of_failure =
        ["error", "fail", "severe", "unhandled exception"].iter().any(|word| line.contains(word));
    if errors_only || speaks_of_failure { Severity::Error } else { Severity::Information }
}

/// Copies a stream into the log until it ends.
pub async fn copy(mut from: impl AsyncRead + Unpin, stream: Stream, group: Arc<str>) {
    let mut lines = Lines::default();
    let mut buffer = vec![0; 8 * 1024];
    loop {
        match from.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => lines.feed(&buffer[..count], |line| record(stream, &group, line)),
        }
    }
    lines.finish(|line| record(stream, &group, line));
}

fn record(stream: Stream, group: &str, line: &str) {
    match severity(stream, line) {
        Severity::Information => tracing::info!(target: "Host.Function.Console", "[{group}] {line}"),
        Severity::Warning => tracing::warn!(target: "Host.Function.Console", "[{group}] {line}"),
        Severity::Error => tracing::error!(target: "Host.Function.Console", "[{group}] {line}"),
    }
}

/// Splits bytes into lines.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn feed(&mut self, bytes: &[u8], mut emit: impl FnMut(&str)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.0.extend_from_slice(part);
            if part.ends_with(b"\n") || self.0.len() >= MAX_LINE {
                self.emit(&mut emit);
            }
        }
    }

    fn finish(&mut self, mut emit: impl FnMut(&str)) {
        if !self.0.is_empty() {
            self.emit(&mut emit);
        }
    }

    fn emit(&mut self, emit: &mut impl FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.0);
        let line = text.trim_end_matches(['\n', '\r']);
        if !line.is_empty() {
            emit(line);
        }
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_words_decide_the_severity() {
        let strict = Stream::Stderr { errors_only: true };
        let lenient = Stream::Stderr { errors_only: false };
        assert_eq!(severity(Stream::Stdout, "ERROR"), Severity::Information);
        assert_eq!(severity(strict, "Warning: slow"), Severity::Warning);
        assert_eq!(severity(strict, "listening"), Severity::Error);
        assert_eq!(severity(lenient, "listening"), Severity::Information);
        assert_eq!(severity(lenient, "it failed"), Severity::Error);
    }

    #[test]
    fn chunks_become_lines_and_endless_lines_are_cut() {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        lines.feed(b"one\r\ntw", |line| found.push(line.to_owned()));
        lines.feed(b"o\n\n", |line| found.push(line.to_owned()));
        lines.feed(&vec![b'x'; MAX_LINE + 1], |line| found.push(line.len().to_string()));
        lines.finish(|line| found.push(line.to_owned()));
        assert_eq!(found, ["one", "two", &(MAX_LINE + 1).to_string()]);
    }
}
