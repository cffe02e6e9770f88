//! The folder of one run: named by the system, removed at the end with all that is in it.
//!
//! Removes nothing that it did not make.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// A folder that nobody else has.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes it.
    ///
    /// # Errors
    /// The system cannot.
    pub fn new() -> anyhow::Result<Self> {
        let made = Command::new("mktemp").arg("-d").output();
        let made = String::from_utf8(made.context("mktemp")?.stdout)?;
        anyhow::ensure!(!made.trim().is_empty(), "mktemp made no folder");
        Ok(Self(PathBuf::from(made.trim_end())))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The threads of a store that was just dropped may still close their files.
        if fs::remove_dir_all(&self.0).is_err() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
