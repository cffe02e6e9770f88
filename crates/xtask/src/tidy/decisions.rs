//! Owns the form of decision records: numbered without gaps, with the four headings that make one
//! useful. It deliberately does not judge them.

use super::Finding;
use super::tree::{File, Tree};

/// What every record says, in this order.
pub(crate) const HEADINGS: [&str; 4] = ["Context", "Options", "Choice", "Cost"];

/// The number of `0007-sandbox-speaks-the-wire.md`, when that is how the file is named.
pub(crate) fn number(name: &str) -> Option<usize> {
    let (digits, title) = name.strip_suffix(".md")?.split_once('-')?;
    (digits.len() == 4 && !title.is_empty()).then_some(())?;
    digits.parse().ok()
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_record = |file: &&File| file.path.starts_with("docs/adr/") && file.is("md");
    let mut files: Vec<&File> = tree.files.iter().filter(is_record).collect();
    files.retain(|file| !file.path.ends_with("/README.md"));
    files.sort_by_key(|file| &file.path);
    let mut findings = Vec::new();
    for (expected, file) in (1..).zip(files) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if number(name) != Some(expected) {
            let says =
                format!("the decision that stands here is named {expected:04}-the-choice.md");
            findings.push(Finding::new(&file.path, 0, says));
        }
        let found = file
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .map(str::trim);
        if !found.eq(HEADINGS) {
            let says = format!("its headings are, in this order, {HEADINGS:?}");
            findings.push(Finding::new(&file.path, 0, says));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# 1. A\n\n## Context\n\n## Options\n\n## Choice\n\n## Cost\n";

    #[test]
    fn numbers_have_no_gap_and_no_double() {
        let tree = Tree::sample(&[
            ("docs/adr/0001-money-is-minor-units.md", GOOD),
            ("docs/adr/0002-one-binary.md", GOOD),
            ("docs/adr/0002-two-engines.md", GOOD),
            ("docs/adr/README.md", ""),
        ]);
        let paths: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(paths, ["docs/adr/0002-two-engines.md"]);
    }

    #[test]
    fn a_record_says_all_four_things() {
        let text = GOOD.replace("## Cost", "## Praise");
        let tree = Tree::sample(&[("docs/adr/0001-a.md", &text)]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn names_that_are_not_records_have_no_number() {
        for name in [
            "README.md",
            "1-a.md",
            "0001.md",
            "0001-.md",
            "abcd-a.md",
            "0001-a.txt",
        ] {
            assert_eq!(number(name), None, "{name}");
        }
        assert_eq!(number("0041-a.md"), Some(41));
    }
}
