//! A directory from the system for one test, removed with everything in it when the test ends.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let made = Command::new("mktemp").arg("-d").output().unwrap();
        assert!(made.status.success());
        Self(PathBuf::from(
            String::from_utf8(made.stdout).unwrap().trim_end(),
        ))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.0
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
