//! Owns one rule: no file tells of the machine it was written on. No path of it, and no host that
//! a package came from: whoever builds us may have other ones. Lock files are written by tools, and
//! are held to the last part only.

use super::Finding;
use super::tree::{File, Tree};

/// Paths of one machine. Written in pieces, so as not to find itself.
const PATHS: &[&str] = &[
    concat!("/", "work/"),
    concat!("/", "tmp/"),
    concat!(".", "library"),
];
/// A way out of the checkout.
const OUTSIDE: &str = concat!("../", "shared");
/// Hosts of package registries: a name, and what follows the dot.
const HOSTS: &[(&str, &str)] = &[
    ("crates", "io"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("deb.debian", "org"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .flat_map(|file| {
            if file.is_lock() {
                lock(file)
            } else {
                text(file)
            }
        })
        .collect()
}

fn text(file: &File) -> Vec<Finding> {
    let hosts = HOSTS.iter().map(|(name, rest)| format!("{name}.{rest}"));
    let banned: Vec<String> = PATHS
        .iter()
        .copied()
        .chain([OUTSIDE])
        .map(str::to_owned)
        .chain(hosts)
        .collect();
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for word in banned.iter().filter(|word| line.contains(*word)) {
            let says = format!("`{word}` is of one machine, and not of the project");
            findings.push(Finding::new(&file.path, number, says));
        }
    }
    findings
}

/// npm can be told to leave the hosts out of its lock file; cargo writes one fixed name.
fn lock(file: &File) -> Vec<Finding> {
    let says = "names a host: set omit-lockfile-registry-resolved=true in the .npmrc beside it";
    let named = file.is("json") && file.text.contains("\"resolved\"");
    if named {
        vec![Finding::new(&file.path, 0, says)]
    } else {
        Vec::new()
    }
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
    fn paths_of_a_machine_are_found_in_any_text() {
        let text = format!(
            "see {}\nand {}\n",
            concat!("/tm", "p/x"),
            concat!("../sha", "red/y")
        );
        assert_eq!(lines("README.md", &text), [1, 2]);
        assert_eq!(lines("crates/a/src/lib.rs", &text), [1, 2]);
        assert_eq!(lines("README.md", "a network/traffic; temporary/"), [0; 0]);
    }

    #[test]
    fn hosts_of_packages_are_found_and_locks_are_checked_their_own_way() {
        let host = concat!("https://py", "pi.org/x");
        assert_eq!(lines("docs/a.md", host), [1]);
        assert_eq!(lines("Cargo.lock", host), [0; 0]);
        assert_eq!(
            lines("web/terminal/package-lock.json", "\"resolved\": \"x\""),
            [0]
        );
        assert_eq!(
            lines("web/terminal/package-lock.json", "\"integrity\": \"x\""),
            [0; 0]
        );
    }
}
