//! What is shown of profiles.

pub mod between;
pub mod detail;
pub mod facts;
pub mod figures;
pub mod json;
pub mod spark;
pub mod terminal;
pub mod typical;

/// Columns of the terminal; 110 where standard output is none.
pub fn width() -> usize {
    const ELSEWHERE: usize = 110;
    console::Term::stdout().size_checked().map_or(ELSEWHERE, |(_, columns)| usize::from(columns).max(60))
}
