//! Owns what cargo says about the crates: our manifests, and what is compiled with them. It
//! deliberately asks for one platform, so that the answer is the same on every machine, and asks
//! `cargo tree`, because `cargo metadata` also lists what no feature turns on.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cargo::cargo;
use crate::process::read;

/// The platform that is looked at.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Our crates and the borrowed ones.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) ours: Vec<Manifest>,
    /// What ends up in, or helps to build, what is shipped.
    pub(super) shipped: BTreeSet<Package>,
    /// The same, and what the tests need besides.
    pub(super) compiled: BTreeSet<Package>,
}

/// What the manifest of one of our crates says.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) dependencies: Vec<(String, Kind)>,
}

/// A borrowed crate in one version.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// The licence expression of its manifest; empty when it has none.
    pub(super) licence: String,
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Build,
    Test,
}

impl Graph {
    /// Asks cargo, without letting it touch the lock file.
    pub(super) fn load() -> Result<Self> {
        let metadata = ["metadata", "--locked", "--no-deps", "--format-version", "1"];
        let ours = manifests(&serde_json::from_str(&read(cargo().args(metadata))?)?)?;
        let (shipped, compiled) = (tree("normal,build")?, tree("normal,build,dev")?);
        Ok(Self {
            ours,
            shipped,
            compiled,
        })
    }
}

fn tree(kinds: &str) -> Result<BTreeSet<Package>> {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--workspace",
        "--locked",
        "--target",
        PLATFORM,
        "--edges",
        kinds,
    ]);
    tree.args(["--prefix", "none", "--format", "{p}|{l}"]);
    Ok(packages(&read(&mut tree)?))
}

/// Reads lines like `syn v2.0.119 (proc-macro)|MIT OR Apache-2.0 (*)`.
fn packages(text: &str) -> BTreeSet<Package> {
    let package = |line: &str| {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        // Ours are followed by where they are.
        (!package.contains("(/")).then(|| Package {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.trim_end_matches("(*)").trim().to_owned(),
        })
    };
    text.lines().filter_map(package).collect()
}

fn manifests(metadata: &Value) -> Result<Vec<Manifest>> {
    let manifest = |package: &Value| {
        let dependencies = list(package, "dependencies")?.iter();
        let dependencies = dependencies.map(|used| Ok((name(used)?, kind(used))));
        Ok(Manifest {
            name: name(package)?,
            dependencies: dependencies.collect::<Result<_>>()?,
        })
    };
    list(metadata, "packages")?.iter().map(manifest).collect()
}

fn kind(dependency: &Value) -> Kind {
    match dependency.get("kind").and_then(Value::as_str) {
        Some("dev") => Kind::Test,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    }
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>> {
    value
        .get(name)
        .and_then(Value::as_array)
        .with_context(|| format!("no list `{name}`"))
}

fn name(value: &Value) -> Result<String> {
    value
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .context("no name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_tree_is_a_package_and_ours_are_left_out() {
        let text = "server v0.1.0 (/home/x/server)|Apache-2.0\n\nsyn v2.0.1 (proc-macro)|MIT (*)\n\
                    syn v2.0.1 (proc-macro)|MIT\nbare v1.0.0+wasm|\n";
        let found: Vec<_> = packages(text)
            .into_iter()
            .map(|package| (package.name, package.version, package.licence))
            .collect();
        let expected = [("bare", "1.0.0+wasm", ""), ("syn", "2.0.1", "MIT")];
        assert_eq!(
            found,
            expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
        );
    }

    #[test]
    fn manifests_say_what_a_dependency_is_for() {
        let used = |name, kind| serde_json::json!({"name": name, "kind": kind});
        let kinds = [
            used("a", Value::Null),
            used("b", "dev".into()),
            used("c", "build".into()),
        ];
        let metadata = serde_json::json!({"packages": [{"name": "x", "dependencies": kinds}]});
        let found = manifests(&metadata).unwrap();
        assert_eq!(found[0].name, "x");
        let kinds: Vec<_> = found[0]
            .dependencies
            .iter()
            .map(|(_, kind)| *kind)
            .collect();
        assert_eq!(kinds, [Kind::Normal, Kind::Test, Kind::Build]);
        assert!(manifests(&serde_json::json!({})).is_err());
    }

    #[test]
    fn this_workspace_borrows_something_and_ships_less_than_it_tests_with() {
        let graph = Graph::load().unwrap();
        assert!(graph.ours.iter().any(|manifest| manifest.name == "xtask"));
        assert!(graph.shipped.iter().any(|package| package.name == "anyhow"));
        assert!(graph.shipped.is_subset(&graph.compiled));
        assert!(!graph.compiled.iter().any(|package| package.name == "xtask"));
    }
}
