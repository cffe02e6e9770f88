//! Owns the running of fuzz targets, by cargo-fuzz. It deliberately stands apart from `cargo xtask
//! test`, which replays the corpora instead: a search has no end.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cargo::{self, cargo};
use crate::process::{root, run, works};

/// What `cargo xtask fuzz` can be told.
#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// The target; all of them, one after the other, when it is left out.
    target: Option<String>,
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs the fuzz targets in `fuzz/fuzz_targets`.
///
/// # Errors
/// cargo-fuzz is not installed, there is no such target, or an input made a target fail.
pub(crate) fn fuzz(options: &Fuzz) -> Result<()> {
    if !works("cargo", &["fuzz", "--version"]) {
        bail!("cargo-fuzz is not installed; to install it:\n  cargo install --locked cargo-fuzz");
    }
    let mut targets = targets(&root().join("fuzz/fuzz_targets"))?;
    if let Some(wanted) = &options.target {
        targets.retain(|name| name == wanted);
    }
    if targets.is_empty() {
        bail!("there is no such target in fuzz/fuzz_targets");
    }
    for name in targets {
        let mut fuzz = cargo();
        // We forbid unsafe code, so the address sanitizer, which needs a nightly compiler, would
        // find nothing of ours.
        fuzz.args(["fuzz", "run", "--sanitizer", "none", &name]);
        // What is found goes to the first folder: the committed corpus is only read.
        let found = cargo::target()?.join("fuzz-corpus").join(&name);
        fs::create_dir_all(&found)?;
        let corpus = root().join("fuzz/corpus").join(&name);
        fuzz.arg(found)
            .args(Some(corpus).filter(|corpus| corpus.is_dir()));
        fuzz.arg("--")
            .arg(format!("-max_total_time={}", options.seconds));
        run(&format!("fuzz {name}"), &mut fuzz)?;
    }
    Ok(())
}

/// The names of the fuzz targets in `folder`.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for file in folder.read_dir().context("there are no fuzz targets")? {
        let name = file?.file_name();
        targets.extend(
            name.to_string_lossy()
                .strip_suffix(".rs")
                .map(str::to_owned),
        );
    }
    targets.sort();
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn targets_are_the_rust_files_of_the_folder() {
        let scratch = Scratch::new();
        for file in ["y.rs", "x.rs", "notes.txt"] {
            fs::write(scratch.path().join(file), "").unwrap();
        }
        assert_eq!(targets(scratch.path()).unwrap(), ["x", "y"]);
        assert!(targets(&scratch.path().join("absent")).is_err());
    }
}
