//! Owns the rules of names and openings: a file or folder is named for what it owns, and every
//! Rust file opens by saying so.

use super::Finding;
use super::tree::Tree;

/// Names of a kind of code, and not of a thing that is owned.
const BANNED: &[&str] = &[
    "common",
    "helpers",
    "impl",
    "manager",
    "misc",
    "service",
    "transformers",
    "types",
    "utils",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let ours = file.path.starts_with("crates/") || file.path.starts_with("web/");
        if let Some(name) = banned(&file.path).filter(|_| ours) {
            let says = format!("`{name}` names a kind of code; name what the room owns");
            findings.push(Finding::new(&file.path, 0, says));
        }
        if file.is("rs") && !file.text.starts_with("//! ") {
            let says = "a file opens with `//!`: what it owns and what it deliberately does not do";
            findings.push(Finding::new(&file.path, 1, says));
        }
    }
    findings
}

fn banned(path: &str) -> Option<&str> {
    let stems = path
        .split('/')
        .map(|part| part.split_once('.').map_or(part, |(stem, _)| stem));
    stems.into_iter().find(|stem| BANNED.contains(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_named_for_what_it_owns() {
        let tree = Tree::sample(&[
            ("crates/engine/src/utils.rs", "//! A.\n"),
            ("web/terminal/src/helpers/time.ts", ""),
            ("crates/engine/src/refunds.rs", "//! A.\n"),
            ("docs/types.md", ""),
        ]);
        let paths: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(
            paths,
            [
                "crates/engine/src/utils.rs",
                "web/terminal/src/helpers/time.ts"
            ]
        );
    }

    #[test]
    fn a_file_says_first_what_it_owns() {
        let tree = Tree::sample(&[
            ("crates/a/src/lib.rs", "// Owns it.\n"),
            ("crates/a/build.rs", "use std::fs;\n//! Owns it.\n"),
            ("crates/a/src/b.rs", "//! Owns it.\n"),
        ]);
        let paths: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(paths, ["crates/a/src/lib.rs", "crates/a/build.rs"]);
    }
}
