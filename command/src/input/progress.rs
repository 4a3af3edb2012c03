//! How far reading is, on standard error where that is a terminal.

use std::io::{self, Read};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar by bytes of the files as they lie on disk, compressed or not.
#[derive(Debug, Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// `total` is unknown where standard input is read. Nothing is drawn where standard error is no terminal.
    pub fn bytes(total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(8));
        let template = match total {
            Some(_) => {
                "{bar:32} {percent:>3} % {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left  {msg}"
            }
            None => "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}  {msg}",
        };
        // A template that did not parse would only cost the bar its looks.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn file(&self, name: &str) {
        self.0.set_message(name.to_owned());
    }

    pub fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A reader that reports what it read.
pub struct Counted<R> {
    input: R,
    progress: Progress,
    /// Reported together, so that small reads cost nothing.
    unreported: u64,
}

const REPORT_BYTES: u64 = 256 * 1024;

impl<R> Counted<R> {
    pub fn new(input: R, progress: Progress) -> Self {
        Self { input, progress, unreported: 0 }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(to)?;
        self.unreported += read as u64;
        if self.unreported >= REPORT_BYTES || read == 0 {
            self.progress.advance(std::mem::take(&mut self.unreported));
        }
        Ok(read)
    }
}
