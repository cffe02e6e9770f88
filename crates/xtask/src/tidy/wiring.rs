//! Owns one rule: in the server, only the files that wire the parts together may name them. It
//! deliberately reads paths and not types: what is handed on without being named is fine.

use super::Finding;
use super::source::is_name;
use super::tree::Tree;

/// The crates that are wired.
const WIRED: &[&str] = &["rails", "sandbox", "store"];
/// Where they may be named: the library's root, and the commands of the binary.
const PLACES: &[&str] = &["crates/server/src/lib.rs", "crates/server/src/commands"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let server = tree
        .rust()
        .filter(|file| file.path.starts_with("crates/server/src/"));
    for file in server.filter(|file| !PLACES.iter().any(|place| file.path.starts_with(place))) {
        for (line, code) in file.product() {
            for name in WIRED.iter().filter(|name| names_crate(code, name)) {
                let says = format!("only lib.rs and commands/ may name the crate `{name}`");
                findings.push(Finding::new(&file.path, line, says));
            }
        }
    }
    findings
}

/// Whether a path in `code` begins with `name`; `crate::store::` is a module of our own.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default();
        let inner = before.ends_with(is_name) || before.ends_with("::");
        !inner || before.ends_with(" ::")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_does_not_reach_past_the_engine() {
        let tree = Tree::sample(&[
            (
                "crates/server/src/api/charges.rs",
                "use store::Store;\nlet x = rails::open();\n",
            ),
            ("crates/server/src/lib.rs", "use store::Store;\n"),
            (
                "crates/server/src/commands/ledger.rs",
                "use store::Store;\n",
            ),
            ("crates/engine/src/lib.rs", "use store::Store;\n"),
        ]);
        let lines: Vec<_> = check(&tree)
            .into_iter()
            .map(|found| (found.path, found.line))
            .collect();
        let path = "crates/server/src/api/charges.rs".to_owned();
        assert_eq!(lines, [(path.clone(), 1), (path, 2)]);
    }

    #[test]
    fn modules_of_the_same_name_and_tests_are_free() {
        let text = "use crate::store::X;\n// rails::open\nbookstore::y();\n\
                    #[cfg(test)]\nmod tests {\n    use sandbox::Host;\n}\n";
        let tree = Tree::sample(&[("crates/server/src/config.rs", text)]);
        assert_eq!(check(&tree), []);
    }
}
