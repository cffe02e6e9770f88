//! Owns one rule: the pure crates decide, and do nothing else: no waiting, no reading or writing,
//! no clock, no floats. What they may depend on is in `layers.rs`.

use super::Finding;
use super::source::has_word;
use super::tree::Tree;

const PURE: &[&str] = &["domain", "emv", "iso8583"];

/// Words that a pure crate has no use for.
const WORDS: &[&str] = &[
    "async",
    "await",
    "f32",
    "f64",
    "Instant",
    "SystemTime",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .rust()
        .filter(|file| file.room().is_some_and(|room| PURE.contains(&room)))
    {
        for (line, code) in file.product() {
            for word in WORDS.iter().filter(|word| has_word(code, word)) {
                let says = format!("a pure crate has no `{word}`");
                findings.push(Finding::new(&file.path, line, says));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_crate_neither_waits_nor_looks_at_a_clock() {
        let text = "//! async\nasync fn a() {}\nlet now = std::time::Instant::now();\n\
                    let rate = 1f64; let f64s = 1;\nlet share: f64 = 2.0;\n";
        let tree = Tree::sample(&[("crates/domain/src/fees.rs", text)]);
        let lines: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.line)
            .collect();
        assert_eq!(lines, [2, 3, 5]);
    }

    #[test]
    fn other_crates_and_tests_may() {
        let tree = Tree::sample(&[
            ("crates/engine/src/lib.rs", "async fn a() {}\n"),
            ("crates/domain/tests/it/main.rs", "use std::fs;\n"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
