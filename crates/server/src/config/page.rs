//! Prints `docs/reference/configuration.md` from the default file, so that it cannot go stale.

use std::fmt::Write as _;
use std::path::Path;

use super::layers::{ALIASES, DEFAULTS, variable_of};

fn page() -> String {
    let mut text = String::from(
        "# Configuration\n\nPrinted by a test of `server` from `config.default.toml`; do not \
         edit.\n\n",
    );
    let (mut section, mut reasons, mut rows) = (String::new(), Vec::new(), 0);
    for line in DEFAULTS.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            reasons.push(comment.trim());
        } else if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
            let _ = writeln!(text, "\n## `[{}]`\n", name.trim_end_matches(']'));
            rows = 0;
        } else if let Some((name, value)) = line.split_once(" = ") {
            if rows == 0 {
                text.push_str("| key | default | variable | meaning |\n|---|---|---|---|\n");
            }
            rows += 1;
            let _ = writeln!(
                text,
                "{}",
                row(&format!("{section}{name}"), value, &reasons)
            );
            reasons.clear();
        } else if !reasons.is_empty() {
            // A comment with nothing below it is about the file as a whole.
            let whole: Vec<String> = reasons.iter().map(|line| (*line).to_owned()).collect();
            let _ = writeln!(text, "{}\n", whole.join(" ").replace("  ", "\n\n"));
            reasons.clear();
        }
    }
    text
}

fn row(key: &str, value: &str, reasons: &[&str]) -> String {
    let name = key.rsplit('.').next().unwrap();
    let short = ALIASES.iter().filter(|(_, of)| *of == key);
    let variables: Vec<String> = std::iter::once(variable_of(key))
        .chain(short.map(|(alias, _)| (*alias).to_owned()))
        .map(|name| format!("`{name}`"))
        .collect();
    let meaning = reasons.join(" ").replace('|', "\\|");
    format!(
        "| `{name}` | `{value}` | {} | {meaning} |",
        variables.join(", ")
    )
}

#[test]
fn the_page_of_the_configuration_is_the_default_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/configuration.md");
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    if stored != page() {
        std::fs::write(&path, page()).unwrap();
        panic!("configuration.md was stale and is written anew: look at it and commit it");
    }
}

#[test]
fn every_key_of_the_default_file_says_what_it_is_for() {
    let mut above = "";
    for line in DEFAULTS.lines() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(
                above.starts_with("# "),
                "nothing above `{line}` says what it is for"
            );
        }
        above = line;
    }
}
