//! Owns the folders that tests of this crate write in: named by the system, removed at the end.
//! It deliberately removes nothing that it did not make.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{command, read};

/// A folder of one test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder that nobody else has.
    pub(crate) fn new() -> Self {
        let made = read(command("mktemp").arg("-d")).unwrap();
        Self(PathBuf::from(made.trim_end()))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
