//! Owns the least of tests that a crate must have: nine lines for ten of product. It counts lines
//! that hold code; comments and empty lines are nobody's work.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::{File, Tree};

/// Tools, and not product: what they prove is in their runs.
const EXEMPT: &[&str] = &["sim", "xtask"];
/// Below this many lines a crate is only begun.
const BEGUN: usize = 50;
/// What the tests at the root of the project are written in, besides Rust.
const WRITTEN: &[&str] = &["js", "mjs", "py", "ts"];

#[derive(Default)]
struct Count {
    product: usize,
    tests: usize,
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for file in &tree.files {
        // The tests at the root drive the whole binary, which is the server's.
        let root = file.path.starts_with("tests/").then_some("server");
        let Some(room) = file.room().or(root) else {
            continue;
        };
        let count = counts.entry(room).or_default();
        if file.is("rs") {
            let (product, tests) = lines(file);
            count.product += product;
            count.tests += tests;
        } else if file.test && WRITTEN.iter().any(|extension| file.is(extension)) {
            count.tests += file
                .text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .count();
        }
    }
    let mut findings = Vec::new();
    for (room, Count { product, tests }) in counts {
        let enough = tests * 10 >= product * 9;
        if !enough && product >= BEGUN && !EXEMPT.contains(&room) {
            let says = format!("{tests} lines of tests for {product} of product; 9 for 10 are due");
            findings.push(Finding::new(&format!("crates/{room}"), 0, says));
        }
    }
    findings
}

/// The lines of code of a Rust file: product, and tests.
fn lines(file: &File) -> (usize, usize) {
    let product = file.product_lines();
    let full = |line: &&str| !line.trim().is_empty();
    let lines = file.source.code.lines();
    (
        lines.clone().take(product).filter(full).count(),
        lines.skip(product).filter(full).count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(product: usize, tests: usize) -> Tree {
        let body = "// why\na();\n\n";
        let text = format!(
            "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
            body.repeat(product),
            body.repeat(tests.saturating_sub(3))
        );
        Tree::sample(&[("crates/store/src/lib.rs", &text)])
    }

    #[test]
    fn nine_lines_of_tests_are_due_for_ten_of_product() {
        assert_eq!(check(&tree(100, 90)), []);
        let found = check(&tree(100, 89));
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .says
                .starts_with("89 lines of tests for 100 of product"),
            "{found:?}"
        );
    }

    #[test]
    fn a_crate_that_is_only_begun_is_left_alone() {
        assert_eq!(check(&tree(BEGUN - 1, 3)), []);
    }

    #[test]
    fn tests_with_their_own_folder_count_and_tools_do_not() {
        let hundred = "a();\n".repeat(100);
        let tree = Tree::sample(&[
            ("crates/server/src/lib.rs", &hundred),
            ("crates/server/tests/it/main.rs", &"b();\n".repeat(50)),
            ("tests/browser/pay.test.mjs", &"c();\n".repeat(40)),
            ("crates/sim/src/lib.rs", &hundred),
        ]);
        assert_eq!(check(&tree), []);
    }
}
