//! Owns the check of our dependencies against the published advisories, by cargo-deny. It
//! deliberately stands apart from `cargo xtask test`: its answer changes while we change nothing.

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::process::{run, works};

/// Checks advisories, licences, duplicates and sources by `deny.toml`.
///
/// # Errors
/// cargo-deny is not installed, or it found something.
pub(crate) fn audit() -> Result<()> {
    if !works("cargo", &["deny", "--version"]) {
        bail!("cargo-deny is not installed; to install it:\n  cargo install --locked cargo-deny");
    }
    run("audit", cargo().args(["deny", "check"]))
}
