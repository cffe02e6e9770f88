//! Owns one rule: the type that holds a card number may be named in the rooms that need one, and
//! nowhere else. Tests are free: they must show that the number is refused everywhere. So is the
//! simulator, which plays the payers and is never shipped.

use super::Finding;
use super::source::has_word;
use super::tree::{File, Tree};

/// Crates that cannot reach the vault: the word means something else in them.
const ELSEWHERE: &[&str] = &["emv", "iso8583", "sandbox"];

const PLACES: &[&str] = &[
    "crates/vault/",
    "crates/rails/src/card/",
    "crates/server/src/tokenise.rs",
    "crates/sim/",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !may_name(file)) {
        for (line, _) in file.product().filter(|(_, code)| has_word(code, "Pan")) {
            let says = "`Pan` is for vault, rails/src/card and server/src/tokenise.rs alone";
            findings.push(Finding::new(&file.path, line, says));
        }
    }
    findings
}

fn may_name(file: &File) -> bool {
    PLACES.iter().any(|place| file.path.starts_with(place))
        || file.room().is_some_and(|room| ELSEWHERE.contains(&room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_named_in_its_rooms_only() {
        let text = "use vault::Pan;\n// Pan\nstruct PanelOfPans;\n";
        for path in ["crates/engine/src/lib.rs", "crates/rails/src/lib.rs"] {
            let findings = check(&Tree::sample(&[(path, text)]));
            assert_eq!(
                findings
                    .into_iter()
                    .map(|found| found.line)
                    .collect::<Vec<_>>(),
                [1]
            );
        }
        for path in [
            "crates/vault/src/pan.rs",
            "crates/rails/src/card/link.rs",
            "crates/iso8583/src/mask.rs",
        ] {
            assert_eq!(check(&Tree::sample(&[(path, text)])), []);
        }
        assert_eq!(
            check(&Tree::sample(&[("crates/engine/tests/it/main.rs", text)])),
            []
        );
    }
}
