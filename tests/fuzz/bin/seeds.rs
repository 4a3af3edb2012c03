//! Writes every target's seeds as files: `seeds <folder>` fills `<folder>/<target>/`.

use std::fs;
use std::io::{Error, Result};
use std::path::PathBuf;

use forebay_fuzz::TARGETS;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).ok_or_else(|| Error::other("usage: seeds <folder>"))?;
    for target in TARGETS {
        let corpus = PathBuf::from(&folder).join(target.name);
        fs::create_dir_all(&corpus)?;
        for (at, seed) in (target.seeds)().iter().enumerate() {
            fs::write(corpus.join(format!("seed-{at}")), seed)?;
        }
    }
    Ok(())
}
