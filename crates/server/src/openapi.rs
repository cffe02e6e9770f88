//! Writes `docs/reference/openapi.json`, the description of the public API for programs, out of
//! the code that serves it: parameters out of the readers, objects out of their tables, errors out
//! of theirs, words out of the handlers.
//!
//! For tests alone. The program embeds the file as it was committed, so that describing costs it
//! nothing, and a stale file fails.

mod changes;
mod coverage;
mod describe;
mod document;
mod names;
mod parameters;
mod schemas;
mod tests;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/reference")
        .join(name)
}

/// Holds a page against what it should be, and writes it when it is not.
fn hold(name: &str, text: &str) {
    let path = reference(name);
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored != text {
        fs::write(&path, text).unwrap();
        panic!("{name} was stale and is written anew: look at it and commit it");
    }
}

#[tokio::test]
async fn the_document_is_what_the_code_serves() {
    let document = document::document(&describe::every_operation().await);
    hold("openapi.json", &(document.to_pretty_json().unwrap() + "\n"));
}

#[tokio::test]
async fn the_page_of_coverage_is_what_the_code_serves() {
    let operations = describe::every_operation().await;
    hold("api-coverage.md", &coverage::page(&operations));
}
