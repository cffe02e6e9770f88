//! Owns how chores ask cargo: what to build, and where it lands. It deliberately parses no
//! manifest; what the checks need to know of the graph is in `tidy/graph.rs`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{command, environment, read, run};

/// The cargo that started this chore, so that both are of one toolchain.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(environment("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes xtask to itself in these. A build script of a dependency that watches
    // one of them would be run again at every change between `cargo build` and `cargo xtask`.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
        {
            cargo.env_remove(name);
        }
    }
    // A build that nobody continues saves nothing by being incremental.
    if environment("CI").as_deref() == Some("true") {
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

/// The folder that cargo builds into.
///
/// # Errors
/// Cargo cannot read the workspace.
pub(crate) fn target() -> Result<PathBuf> {
    let text = read(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    let folder = metadata
        .get("target_directory")
        .and_then(|folder| folder.as_str());
    Ok(PathBuf::from(
        folder.context("cargo metadata names no target directory")?,
    ))
}

/// Builds `binaries` for release and gives the folder they are in.
///
/// # Errors
/// The build fails.
pub(crate) fn release(binaries: &[&str]) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--release"]);
    for binary in binaries {
        build.args(["--bin", binary]);
    }
    run("release build", &mut build)?;
    Ok(target()?.join("release"))
}

/// Builds everything as `cargo test --workspace` does and gives the folder of the binaries.
///
/// A narrower build would choose other features of shared crates, and compile them again.
///
/// # Errors
/// The build fails.
pub(crate) fn debug() -> Result<PathBuf> {
    run(
        "build",
        cargo().args(["build", "--workspace", "--all-targets"]),
    )?;
    Ok(target()?.join("debug"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_folder_is_where_this_test_was_built() {
        let this = std::env::current_exe().unwrap();
        assert!(this.starts_with(target().unwrap()), "{}", this.display());
    }

    #[test]
    fn a_child_cargo_is_not_told_that_it_is_xtask() {
        let cargo = cargo();
        let mut hidden = cargo.get_envs().filter(|(_, value)| value.is_none());
        assert!(hidden.any(|(name, _)| name == "CARGO_PKG_NAME"));
    }
}
