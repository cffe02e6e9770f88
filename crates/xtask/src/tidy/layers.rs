//! Owns the law of who may depend on whom, as data, and holds every manifest against it. What a
//! file may name inside the server is in `wiring.rs`; what a pure crate may do, in `purity.rs`.

use super::Finding;
use super::graph::{Kind, Manifest};
use super::tree::Tree;

/// One row of the law.
struct Room {
    name: &'static str,
    /// Our crates it may use.
    uses: &'static [&'static str],
    /// Our crates that its tests may use besides.
    tests_use: &'static [&'static str],
    /// Crates of others that it must never know.
    never: &'static [&'static str],
}

/// Input, output, chance and wire forms: none of it belongs to a pure crate.
const EFFECTS: &[&str] = &[
    "aws-lc-rs",
    "axum",
    "rusqlite",
    "serde",
    "serde_json",
    "tokio",
];
/// The web.
const HTTP: &[&str] = &["axum", "http", "hyper", "tower"];

const LAW: &[Room] = &[
    Room {
        name: "domain",
        uses: &[],
        tests_use: &[],
        never: EFFECTS,
    },
    Room {
        name: "iso8583",
        uses: &[],
        tests_use: &[],
        never: EFFECTS,
    },
    Room {
        name: "emv",
        uses: &[],
        tests_use: &[],
        never: EFFECTS,
    },
    Room {
        name: "vault",
        uses: &["domain"],
        tests_use: &[],
        never: HTTP,
    },
    Room {
        name: "store",
        uses: &["domain"],
        tests_use: &[],
        never: HTTP,
    },
    Room {
        name: "rails",
        uses: &["domain", "emv", "iso8583", "vault"],
        tests_use: &["sandbox"],
        never: &["axum", "http", "hyper", "rusqlite", "tower"],
    },
    // It stands for the outside: what it shared with us, it could not contradict.
    Room {
        name: "sandbox",
        uses: &["emv", "iso8583"],
        tests_use: &[],
        never: &[],
    },
    Room {
        name: "engine",
        uses: &["domain", "rails", "store", "vault"],
        tests_use: &["sandbox"],
        never: &[
            "axum",
            "http",
            "hyper",
            "rusqlite",
            "serde",
            "serde_json",
            "tower",
        ],
    },
    Room {
        name: "server",
        uses: &["domain", "engine", "rails", "sandbox", "store", "vault"],
        tests_use: &[],
        never: &["rusqlite"],
    },
    Room {
        name: "sim",
        uses: &[
            "domain", "emv", "engine", "iso8583", "rails", "sandbox", "store", "vault",
        ],
        tests_use: &[],
        never: &[],
    },
    Room {
        name: "xtask",
        uses: &[],
        tests_use: &[],
        never: &[],
    },
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let names: Vec<&str> = tree
        .graph
        .ours
        .iter()
        .map(|manifest| &*manifest.name)
        .collect();
    tree.graph
        .ours
        .iter()
        .flat_map(|manifest| check_manifest(manifest, &names))
        .collect()
}

fn check_manifest(manifest: &Manifest, ours: &[&str]) -> Vec<Finding> {
    let path = format!("crates/{}/Cargo.toml", manifest.name);
    let Some(room) = LAW.iter().find(|room| room.name == manifest.name) else {
        return vec![Finding::new(
            &path,
            0,
            "a new crate needs a decision record and a row in LAW",
        )];
    };
    let mut findings = Vec::new();
    for (name, kind) in &manifest.dependencies {
        let name = name.as_str();
        let tested = *kind == Kind::Test;
        let allowed = room.uses.contains(&name) || (tested && room.tests_use.contains(&name));
        if ours.contains(&name) && !allowed {
            let says = format!("`{}` must not depend on `{name}`", room.name);
            findings.push(Finding::new(&path, 0, says));
        }
        if !tested && room.never.contains(&name) {
            let says = format!("`{}` must never know `{name}`", room.name);
            findings.push(Finding::new(&path, 0, says));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &[&str] = &["domain", "engine", "rails", "sandbox", "store"];

    fn check(name: &str, uses: &[(&str, Kind)]) -> Vec<String> {
        let dependencies = uses
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect();
        let manifest = Manifest {
            name: name.to_owned(),
            dependencies,
        };
        check_manifest(&manifest, OURS)
            .into_iter()
            .map(|finding| finding.says)
            .collect()
    }

    #[test]
    fn arrows_never_point_outwards() {
        let found = check(
            "domain",
            &[("store", Kind::Normal), ("thiserror", Kind::Normal)],
        );
        assert_eq!(found, ["`domain` must not depend on `store`"]);
        assert_eq!(check("sandbox", &[("domain", Kind::Test)]).len(), 1);
        assert_eq!(check("engine", &[("domain", Kind::Normal)]).len(), 0);
    }

    #[test]
    fn tests_may_use_the_other_end() {
        assert_eq!(check("rails", &[("sandbox", Kind::Test)]).len(), 0);
        assert_eq!(check("rails", &[("sandbox", Kind::Normal)]).len(), 1);
        assert_eq!(check("rails", &[("sandbox", Kind::Build)]).len(), 1);
    }

    #[test]
    fn foreign_crates_are_kept_out_of_the_core() {
        let found = check(
            "engine",
            &[("axum", Kind::Normal), ("serde_json", Kind::Test)],
        );
        assert_eq!(found, ["`engine` must never know `axum`"]);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        assert_eq!(check("common", &[]).len(), 1);
    }

    #[test]
    fn the_law_has_no_circle() {
        for (row, room) in LAW.iter().enumerate() {
            for used in room.uses {
                let above = LAW[..row].iter().any(|other| other.name == *used);
                assert!(above, "{} uses {used}, which comes after it", room.name);
            }
        }
    }
}
