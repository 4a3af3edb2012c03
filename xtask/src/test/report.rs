//! What ran, what failed, and what was skipped with the reason.

use std::time::Instant;

use anyhow::Result;

/// How a step ended; an error is a failure.
pub enum Outcome {
    Passed,
    /// Passed, but parts were not run, each with its reason.
    PassedWithout(Vec<String>),
}

pub struct Report {
    lines: Vec<(String, Result<Outcome>, f32)>,
}

impl Report {
    pub fn new() -> Self {
        Self { lines: Vec::new() }
    }

    pub fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Outcome>) {
        eprintln!("\n==> {name}");
        let started = Instant::now();
        let result = step();
        if let Err(error) = &result {
            eprintln!("    failed: {error:#}");
        }
        self.lines.push((name.to_owned(), result, started.elapsed().as_secs_f32()));
    }

    pub fn failed(&self) -> bool {
        self.lines.iter().any(|(_, result, _)| result.is_err())
    }

    pub fn print(&self) {
        println!();
        let mut skipped = 0;
        for (name, result, seconds) in &self.lines {
            let word = if result.is_ok() { "passed" } else { "FAILED" };
            println!("  {name:24} {word:8} {seconds:7.1} s");
            if let Ok(Outcome::PassedWithout(reasons)) = result {
                skipped += reasons.len();
                reasons.iter().for_each(|reason| println!("      skipped: {reason}"));
            }
        }
        let failed = self.lines.iter().filter(|(_, result, _)| result.is_err()).count();
        println!("\n{} passed, {failed} failed, {skipped} skipped", self.lines.len() - failed);
    }
}
