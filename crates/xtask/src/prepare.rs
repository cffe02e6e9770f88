//! Owns the things that tests borrow from other languages: a Python environment, npm packages, a
//! browser. Each is made when it is missing or its list changed, and kept otherwise. It
//! deliberately writes only under `target` and `node_modules`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::doctor::{self, CHROMIUM, NODE_JS, NPM, PYTHON};
use crate::process::{command, root, run};

/// The Python of a virtual environment that holds exactly `tests/requirements.txt`.
///
/// # Errors
/// Python is missing, or a package cannot be installed.
pub(crate) fn python() -> Result<PathBuf> {
    doctor::require(&[PYTHON])?;
    let wanted = root().join("tests/requirements.txt");
    let environment = crate::cargo::target()?.join("test-venv");
    // The copy is written last: an environment cut short has none, and is made again.
    let installed = environment.join("requirements.txt");
    let python = environment.join("bin/python");
    if !same(&wanted, &installed) {
        let make = ["-m", "venv", "--clear"];
        run(
            "python environment",
            command("python3").args(make).arg(&environment),
        )?;
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ];
        run(
            "python packages",
            command(&python).args(install).arg(&wanted),
        )?;
        fs::copy(&wanted, &installed).context("cannot mark the python environment as made")?;
    }
    Ok(python)
}

/// The `node_modules` of `folder` (from the root of the project), as its lock file says.
///
/// # Errors
/// Node.js is missing, or a package cannot be installed.
pub(crate) fn node_modules(folder: &str) -> Result<PathBuf> {
    doctor::require(&[NODE_JS, NPM])?;
    let folder = root().join(folder);
    let modules = folder.join("node_modules");
    let installed = modules.join("installed-package-lock.json");
    let wanted = folder.join("package-lock.json");
    if !same(&wanted, &installed) {
        let label = "npm packages";
        run(
            label,
            command("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder),
        )?;
        fs::create_dir_all(&modules)?;
        fs::copy(&wanted, &installed).context("cannot mark the npm packages as installed")?;
    }
    Ok(modules)
}

/// The browser of the tests.
///
/// # Errors
/// Chromium is missing and cannot be installed.
pub(crate) fn chromium() -> Result<PathBuf> {
    doctor::require(&[CHROMIUM])?;
    doctor::chromium().context("chromium is not on the PATH")
}

/// Whether both files are there and hold the same bytes.
fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_copy_is_never_the_same() {
        let here = root().join("Cargo.toml");
        let absent = root().join("no-such-file");
        assert!(same(&here, &here));
        assert!(!same(&here, &root().join("Cargo.lock")));
        assert!(!same(&here, &absent));
        assert!(!same(&absent, &absent));
    }
}
