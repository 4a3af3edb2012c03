#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, reason = "a target fails by panicking")]

mod input;
mod targets;

/// A target's name, and what it does with any bytes.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// Inputs that reach deep; a fuzzer begins with them.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// The list: one file each in `targets/`.
pub const TARGETS: &[Target] = &[
    targets::column_values::TARGET,
    targets::column_texts::TARGET,
    targets::column_state::TARGET,
    targets::files::TARGET,
    targets::relations::TARGET,
    targets::rules::TARGET,
];
