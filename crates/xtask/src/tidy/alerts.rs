//! Owns one rule: an alert that wakes somebody names the file that says what to do, and the file
//! is there.

use super::Finding;
use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let rules = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with("deploy/") && (file.is("yml") || file.is("yaml")));
    rules.flat_map(|file| check_rules(tree, file)).collect()
}

fn check_rules(tree: &Tree, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (number, line) in (1..).zip(file.text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("- alert:") {
            findings.extend(
                open.replace((number, name.trim()))
                    .map(|open| unnamed(file, open)),
            );
        } else if let Some(path) = line.strip_prefix("runbook:") {
            let path = path.trim().trim_matches('"');
            if !path.starts_with("deploy/runbooks/") || tree.file(path).is_none() {
                let says = format!("there is no runbook at `{path}`");
                findings.push(Finding::new(&file.path, number, says));
            }
            open = None;
        }
    }
    findings.extend(open.map(|open| unnamed(file, open)));
    findings
}

fn unnamed(file: &File, (line, name): (usize, &str)) -> Finding {
    Finding::new(
        &file.path,
        line,
        format!("the alert {name} names no runbook"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "groups:\n  - name: money\n    rules:\n      - alert: Unbalanced\n        \
                         annotations:\n          runbook: deploy/runbooks/unbalanced.md\n";

    #[test]
    fn an_alert_with_its_runbook_is_fine() {
        let tree = Tree::sample(&[
            ("deploy/monitoring/rules.yml", RULES),
            ("deploy/runbooks/unbalanced.md", "# Unbalanced"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_runbook_must_be_named_and_be_there() {
        let text = format!("{RULES}      - alert: Late\n      - alert: Later\n");
        let tree = Tree::sample(&[("deploy/monitoring/rules.yml", &text)]);
        let lines: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.line)
            .collect();
        assert_eq!(lines, [6, 7, 8]);
    }
}
