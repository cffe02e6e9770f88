//! Owns the rules of the house that a machine can check, and runs them all: as `cargo xtask tidy`
//! and as a test, so that nothing is checked only in CI. It deliberately changes no file.

mod alerts;
mod cards;
pub(crate) mod decisions;
mod graph;
mod layers;
mod licences;
mod machine;
mod manifests;
mod migrations;
mod purity;
mod queries;
mod ratio;
mod rooms;
mod sizes;
mod source;
mod tree;
mod weight;
mod wiring;
mod words;

use std::fmt;

use anyhow::{Result, bail};

use crate::process::root;
use crate::terminal::say;
use tree::Tree;

/// A place that breaks a rule, and which.
#[derive(Debug, PartialEq)]
struct Finding {
    path: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    says: String,
}

impl Finding {
    fn new(path: &str, line: usize, says: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            says: says.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.says),
            line => write!(f, "{}:{line}: {}", self.path, self.says),
        }
    }
}

type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: &[Check] = &[
    alerts::check,
    cards::check,
    decisions::check,
    layers::check,
    licences::check,
    machine::check,
    manifests::check,
    migrations::check,
    purity::check,
    queries::check,
    ratio::check,
    rooms::check,
    sizes::check,
    weight::check,
    wiring::check,
    words::check,
];

/// Checks the whole tree.
///
/// # Errors
/// The tree cannot be read, or breaks a rule; every place has been said.
pub(crate) fn run() -> Result<()> {
    let findings = findings()?;
    findings.iter().for_each(say);
    match findings.len() {
        0 => Ok(()),
        count => bail!("{count} places break a rule of the house"),
    }
}

fn findings() -> Result<Vec<Finding>> {
    let tree = Tree::load(root())?;
    Ok(CHECKS.iter().flat_map(|check| check(&tree)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_tree_is_tidy() {
        let lines: Vec<String> = findings().unwrap().iter().map(Finding::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }

    #[test]
    fn a_finding_is_a_place_that_editors_open() {
        assert_eq!(Finding::new("a.rs", 3, "no").to_string(), "a.rs:3: no");
        assert_eq!(Finding::new("a.rs", 0, "no").to_string(), "a.rs: no");
    }
}
