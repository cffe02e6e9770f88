//! Owns one rule: everything we build with has a licence on the list in `deny.toml`, which
//! cargo-deny reads as well. It deliberately trusts the manifests; cargo-deny reads the texts.

use toml::Table;

use super::Finding;
use super::graph::Package;
use super::tree::Tree;

/// Where the list is.
const LIST: &str = "deny.toml";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(allowed) = tree.file(LIST).and_then(|file| allowed(&file.text)) else {
        return vec![Finding::new(LIST, 0, "has no list `licenses.allow`")];
    };
    let borrowed = tree.graph.compiled.iter();
    let refused = borrowed.filter(|package| !permits(&package.licence, &allowed));
    refused
        .map(|package| Finding::new("Cargo.lock", 0, says(package)))
        .collect()
}

fn says(
    Package {
        name,
        version,
        licence,
    }: &Package,
) -> String {
    format!("{name} {version} has the licence `{licence}`, which {LIST} does not allow")
}

fn allowed(text: &str) -> Option<Vec<String>> {
    let list = text
        .parse::<Table>()
        .ok()?
        .get("licenses")?
        .get("allow")?
        .as_array()?
        .clone();
    list.iter()
        .map(|name| name.as_str().map(str::to_owned))
        .collect()
}

/// Whether an SPDX expression can be met with `allowed` licences. `/` is how old manifests write
/// `OR`.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.into_iter().peekable();
    let met = any(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::vec::IntoIter<&'a str>>;

fn any(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        // Both sides are read: the words must be consumed whatever they say.
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> bool {
    match words.next() {
        Some("(") => {
            let met = any(words, allowed);
            words.next_if_eq(&")").is_some() && met
        }
        Some(name) => {
            let mut name = name.to_owned();
            if words.next_if_eq(&"WITH").is_some() {
                name = format!("{name} WITH {}", words.next().unwrap_or_default());
            }
            allowed.contains(&name)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "Unlicense/MIT",
            "ISC AND (Apache-2.0 OR MIT)",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "ISC AND (GPL-2.0 OR GPL-3.0)",
            "Apache-2.0",
            "",
            "(MIT",
        ] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_crate_without_a_good_licence_is_named() {
        let mut tree = Tree::sample(&[(LIST, "[licenses]\nallow = [\"MIT\"]\n")]);
        let package = |name: &str, licence: &str| Package {
            name: name.into(),
            version: "1.0.0".into(),
            licence: licence.into(),
        };
        tree.graph.compiled = [
            package("a", "MIT"),
            package("b", "AGPL-3.0"),
            package("c", ""),
        ]
        .into();
        let says: Vec<_> = check(&tree)
            .into_iter()
            .map(|finding| finding.says)
            .collect();
        assert_eq!(says.len(), 2);
        assert!(
            says[0].starts_with("b 1.0.0 has the licence `AGPL-3.0`"),
            "{says:?}"
        );
        assert!(
            says[1].starts_with("c 1.0.0 has the licence ``"),
            "{says:?}"
        );
    }

    #[test]
    fn a_tree_without_the_list_is_found() {
        assert_eq!(check(&Tree::sample(&[])).len(), 1);
        assert_eq!(check(&Tree::sample(&[(LIST, "[licenses]\n")])).len(), 1);
    }
}
