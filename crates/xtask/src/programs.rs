//! Owns the start of the simulator, the benchmark and the screenshots: each is a program of its
//! own, which is built and given what it needs. It deliberately reads none of their options.

use anyhow::{Result, bail};

use crate::process::{command, root, run};
use crate::{cargo, prepare};

/// Runs the seeded simulator with `arguments`.
///
/// # Errors
/// The build fails, or the simulator found a broken promise.
pub(crate) fn sim(arguments: &[String]) -> Result<()> {
    let folder = cargo::release(&["sim"])?;
    run("simulation", command(folder.join("sim")).args(arguments))
}

/// Runs the benchmark with `arguments`, against a release build of the product.
///
/// # Errors
/// A build or the benchmark fails.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    let folder = cargo::release(&["encaisse", "bench"])?;
    let mut bench = command(folder.join("bench"));
    run(
        "benchmark",
        bench
            .arg("--binary")
            .arg(folder.join("encaisse"))
            .args(arguments),
    )
}

/// Makes the pictures of the README from the real app, in Chromium.
///
/// # Errors
/// The script does not exist, or fails.
pub(crate) fn screenshots() -> Result<()> {
    let folder = "tests/browser";
    let script = root().join(folder).join("screenshots.mjs");
    if !script.exists() {
        bail!("{folder}/screenshots.mjs does not exist");
    }
    prepare::node_modules(folder)?;
    let mut node = command("node");
    node.arg(script)
        .env(
            "ENCAISSE_BIN",
            cargo::release(&["encaisse"])?.join("encaisse"),
        )
        .env("ENCAISSE_TEST_CHROMIUM", prepare::chromium()?);
    run("screenshots", &mut node)
}
