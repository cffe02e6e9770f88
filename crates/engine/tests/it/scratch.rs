//! A folder of one test: named by the system, removed at the end with all that is in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that nobody else has.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let made = Command::new("mktemp").arg("-d").output().unwrap();
        let path = String::from_utf8(made.stdout).unwrap();
        assert!(!path.trim().is_empty(), "mktemp made no folder");
        Self(PathBuf::from(path.trim_end()))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The threads of a store that was just dropped may still close their files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
