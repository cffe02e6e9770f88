//! Owns the rules of manifests: every borrowed crate has its reason above it in the root manifest,
//! and its version there alone.

use super::Finding;
use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = tree.file("Cargo.toml").map_or_else(Vec::new, reasons);
    let manifests = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"));
    findings.extend(
        manifests
            .filter(|file| file.room().is_some())
            .flat_map(versions),
    );
    findings
}

/// Finds the dependencies of the workspace that say no reason. A family, like `serde` and
/// `serde_json`, says it once.
fn reasons(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut above = "";
    for (number, line) in lines_of(file, |section| section == "[workspace.dependencies]") {
        let ours = line.contains("path = ");
        let family = line.split([' ', '-', '_']).next().unwrap_or_default();
        let related = !family.is_empty() && above.starts_with(family);
        if line.contains('=') && !line.starts_with('#') && !ours {
            if above.starts_with('#') || related {
                above = line;
                continue;
            }
            let says = "a line above a dependency says why it is needed";
            findings.push(Finding::new(&file.path, number, says));
        }
        above = line;
    }
    findings
}

/// Finds the dependencies of a crate that choose a version of their own.
fn versions(file: &File) -> Vec<Finding> {
    let dependencies = lines_of(file, |section| section.ends_with("dependencies]"));
    let own = dependencies.filter(|(_, line)| {
        line.contains('=') && !line.starts_with('#') && !line.contains("workspace = true")
    });
    let says = "versions are chosen in the root manifest: `name.workspace = true`";
    own.map(|(number, _)| Finding::new(&file.path, number, says))
        .collect()
}

/// The lines, with their numbers, of the sections that are wanted.
fn lines_of(file: &File, wanted: fn(&str) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    (1..).zip(file.text.lines()).filter(move |(_, line)| {
        if line.starts_with('[') {
            inside = wanted(line.trim());
            return false;
        }
        inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::sample(&[(path, text)]))
            .into_iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_dependency_says_why() {
        let text = "[package]\nname = \"a\"\n[workspace.dependencies]\ndomain = { path = \"d\" }\n\
                    # Wire forms.\nserde = \"1\"\nserde_json = \"1\"\ntoml = \"1\"\n\n\
                    # The runtime.\ntokio = { version = \"1\" }\n\nrand = \"1\"\n\
                    [profile.dev]\nx = 1\n";
        assert_eq!(lines("Cargo.toml", text), [8, 13]);
    }

    #[test]
    fn versions_are_chosen_in_one_place() {
        let text = "[package]\nversion = \"1\"\n[dependencies]\ndomain.workspace = true\n\
                    rand = \"1\"\n[dev-dependencies]\nserde = { workspace = true }\n\
                    regex = { version = \"1\" }\n";
        assert_eq!(lines("crates/a/Cargo.toml", text), [5, 8]);
        assert_eq!(lines("tests/probe/Cargo.toml", text), [0; 0]);
    }
}
