//! Owns the words that no file may hold: promises for later, switched-off lints and tests, and
//! settings read behind the configuration's back. Compiler lints cover the rest.

use super::Finding;
use super::source::has_word;
use super::tree::{File, Tree};

/// Promises for later; an issue holds them better. Written in pieces, so as not to find itself.
const PROMISES: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Code that no Rust file holds, and what to do instead.
const CODE: &[(&str, &str)] = &[
    ("dbg!(", "remove it"),
    (
        "#[allow(",
        "`#[expect(…, reason = …)]` says why, and when it is over",
    ),
    (
        "#![allow(",
        "`#![expect(…, reason = …)]` says why, and when it is over",
    ),
    ("#[ignore", "assert what is wrong today, and say so"),
];

/// What is written by people, besides Rust.
const WRITTEN: &[&str] = &[
    "css", "html", "js", "mjs", "py", "sh", "sql", "toml", "ts", "tsx", "yml",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        if file.is("rs") {
            findings.extend(banned_code(file));
            for (line, comment) in &file.source.comments {
                findings.extend(promise(file, *line, comment));
            }
        } else if WRITTEN.iter().any(|extension| file.is(extension)) {
            for (line, text) in (1..).zip(file.text.lines()) {
                findings.extend(promise(file, line, text));
            }
        }
    }
    findings
}

fn promise(file: &File, line: usize, text: &str) -> Option<Finding> {
    let word = PROMISES.iter().find(|word| has_word(text, word))?;
    Some(Finding::new(
        &file.path,
        line,
        format!("`{word}` belongs in an issue"),
    ))
}

fn banned_code(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in (1..).zip(file.source.code.lines()) {
        for (banned, instead) in CODE.iter().filter(|(banned, _)| code.contains(banned)) {
            findings.push(Finding::new(
                &file.path,
                line,
                format!("`{banned}`: {instead}"),
            ));
        }
    }
    for (line, code) in file.product() {
        if code.contains("env::var") && !reads_environment(&file.path) {
            let says = "the environment is read once, in crates/server/src/config.rs";
            findings.push(Finding::new(&file.path, line, says));
        }
    }
    findings
}

/// Whether the file at `path` is told things by its environment, and by nothing else.
fn reads_environment(path: &str) -> bool {
    path.starts_with("crates/server/src/config")
        || path.starts_with("crates/xtask/")
        || path.ends_with("/build.rs")
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
    fn promises_are_found_where_people_write() {
        let promise = concat!("TO", "DO later");
        assert_eq!(
            lines("crates/a/src/lib.rs", &format!("//! A.\n/* {promise} */")),
            [2]
        );
        assert_eq!(lines("web/pay/pay.css", &format!("/* {promise} */")), [1]);
        assert_eq!(
            lines(
                "crates/a/src/lib.rs",
                &format!("const A: &str = \"{promise}\";")
            ),
            [0; 0]
        );
        assert_eq!(lines("Cargo.lock", promise), [0; 0]);
    }

    #[test]
    fn lints_and_tests_are_not_switched_off() {
        let text = "#![allow(a)]\n#[allow(b)]\n#[cfg(test)]\nmod tests {\n    #[ignore]\n}\n";
        assert_eq!(lines("crates/a/src/lib.rs", text), [1, 2, 5]);
        assert_eq!(lines("crates/a/src/lib.rs", "dbg!(x);\n// dbg!(x)\n"), [1]);
    }

    #[test]
    fn the_environment_is_read_in_one_place() {
        let text = "let a = std::env::var(b);\n#[cfg(test)]\nmod tests {\n    env::var(c);\n}\n";
        assert_eq!(lines("crates/engine/src/lib.rs", text), [1]);
        assert_eq!(lines("crates/server/src/config.rs", text), [0; 0]);
        assert_eq!(lines("crates/server/src/config/read.rs", text), [0; 0]);
        assert_eq!(lines("crates/server/build.rs", text), [0; 0]);
        assert_eq!(lines("crates/sim/tests/it/main.rs", text), [0; 0]);
    }
}
