//! Owns the weight of what we borrow: no crate in two versions in what is shipped, save those
//! that `deny.toml` lists with a reason, and a bound on how many crates there are at all.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::Finding;
use super::graph::Package;
use super::tree::Tree;

/// Crates in the lock file, all platforms counted.
const LOCKED_MAX: usize = 400;
/// Crates compiled on Linux, tests included: what a cold build of CI has to do.
const COMPILED_MAX: usize = 320;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = doubles(tree);
    let locked = tree
        .file("Cargo.lock")
        .map_or(0, |f| f.text.matches("[[package]]").count());
    for (count, bound, what) in [
        (locked, LOCKED_MAX, "locked"),
        (tree.graph.compiled.len(), COMPILED_MAX, "compiled on Linux"),
    ] {
        if count > bound {
            let says = format!("{count} crates are {what}; {bound} are allowed");
            findings.push(Finding::new("Cargo.lock", 0, says));
        }
    }
    findings
}

fn doubles(tree: &Tree) -> Vec<Finding> {
    let list = tree.file("deny.toml");
    let skips = list.map_or_else(Vec::new, |file| skips(&file.text));
    let shipped = &tree.graph.shipped;
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in shipped
        .iter()
        .filter(|package| !skips.iter().any(|skip| skip.is(package)))
    {
        versions
            .entry(&package.name)
            .or_default()
            .push(&package.version);
    }
    let several = versions.iter().filter(|(_, versions)| versions.len() > 1);
    let double = several.map(|(name, versions)| {
        let says = format!("{name} is there in versions {}", versions.join(" and "));
        Finding::new("Cargo.lock", 0, says)
    });
    let useless = skips
        .iter()
        .filter(|skip| !shipped.iter().any(|package| skip.is(package)));
    let unreasoned = skips.iter().filter(|skip| skip.reason.is_empty());
    let useless = useless.map(|skip| (skip, "matches nothing that is shipped: remove it"));
    let faults = useless.chain(unreasoned.map(|skip| (skip, "has no reason")));
    let faults = faults.map(|(skip, fault)| {
        Finding::new("deny.toml", 0, format!("the skip of {} {fault}", skip.name))
    });
    double.chain(faults).collect()
}

/// A version that is tolerated beside another.
struct Skip {
    name: String,
    version: String,
    reason: String,
}

impl Skip {
    /// Whether it speaks of `package`: `syn@2` is any 2.x.y.
    fn is(&self, package: &Package) -> bool {
        let rest = package.version.strip_prefix(&self.version);
        package.name == self.name
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

fn skips(text: &str) -> Vec<Skip> {
    let table = text.parse::<Table>().unwrap_or_default();
    let list = table
        .get("bans")
        .and_then(|bans| bans.get("skip"))
        .and_then(Value::as_array);
    let text = |skip: &Value, name| skip.get(name).and_then(Value::as_str).map(str::to_owned);
    let skip = |skip: &Value| {
        let (name, version) = text(skip, "crate")?
            .split_once('@')
            .map(|(n, v)| (n.to_owned(), v.to_owned()))?;
        Some(Skip {
            name,
            version,
            reason: text(skip, "reason").unwrap_or_default(),
        })
    };
    list.into_iter().flatten().filter_map(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(deny: &str, packages: &[(&str, &str)]) -> Vec<String> {
        let mut tree = Tree::sample(&[("deny.toml", deny)]);
        let package = |(name, version): &(&str, &str)| Package {
            name: (*name).to_owned(),
            version: (*version).to_owned(),
            licence: String::new(),
        };
        tree.graph.shipped = packages.iter().map(package).collect();
        check(&tree)
            .into_iter()
            .map(|finding| finding.says)
            .collect()
    }

    const TWO: &[(&str, &str)] = &[("syn", "1.0.9"), ("syn", "2.0.1"), ("a", "1.0.0")];

    #[test]
    fn one_crate_comes_in_one_version() {
        assert_eq!(says("", TWO), ["syn is there in versions 1.0.9 and 2.0.1"]);
        assert_eq!(says("", &TWO[1..]), [""; 0]);
    }

    #[test]
    fn a_skip_needs_a_reason_and_a_match() {
        let skip = |text: &str| says(&format!("[bans]\nskip = [{text}]\n"), TWO);
        assert_eq!(
            skip(r#"{ crate = "syn@1", reason = "old macros" }"#),
            [""; 0]
        );
        assert_eq!(
            skip(r#"{ crate = "syn@1.0.9" }"#),
            ["the skip of syn has no reason"]
        );
        let found = skip(r#"{ crate = "syn@1.0", reason = "r" }, { crate = "b@1", reason = "r" }"#);
        assert_eq!(
            found,
            ["the skip of b matches nothing that is shipped: remove it"]
        );
    }

    #[test]
    fn the_number_of_crates_is_bounded() {
        let tree = Tree::sample(&[("Cargo.lock", &"[[package]]\n".repeat(LOCKED_MAX + 1))]);
        assert_eq!(check(&tree).len(), 1);
        let tree = Tree::sample(&[("Cargo.lock", &"[[package]]\n".repeat(LOCKED_MAX))]);
        assert_eq!(check(&tree).len(), 0);
    }
}
