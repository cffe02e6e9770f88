//! What is said of an operation: the words above its handler, where a developer of this service
//! writes them anyway.
//!
//! Reads sources, of this crate alone.

use std::fs;
use std::path::{Path, PathBuf};

/// The words above a handler named `room::verb`, without the address they begin with.
///
/// # Panics
/// When there is no such handler, or nothing above it.
pub(super) fn of_handler(name: &str) -> String {
    let (room, verb) = name.split_once("::").unwrap();
    let head = format!("pub(crate) async fn {verb}(");
    let found = files_of(room).into_iter().find_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        let (before, _) = text.split_once(&head)?;
        let lines = before.lines().rev();
        let mut lines: Vec<_> = lines.map_while(|line| line.strip_prefix("///")).collect();
        lines.reverse();
        Some(first_paragraph(lines.into_iter()))
    });
    without_address(&found.unwrap_or_else(|| panic!("nobody wrote {name}")))
}

/// The words at the head of a room, without the address they begin with.
pub(super) fn of_room(room: &str) -> String {
    of_head(&files_of(room).remove(0))
}

/// The words at the head of the file that renders an object of this name, if it has its own.
pub(super) fn of_object(object: &str) -> Option<String> {
    let file = format!("render/{}", object.replace('.', "_"));
    files_of(&file).first().map(|file| of_head(file))
}

fn of_head(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    without_address(&first_paragraph(lines))
}

/// Where a room is written: its own file first.
fn files_of(room: &str) -> Vec<PathBuf> {
    let api = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let mut files = vec![
        api.join(room).with_extension("rs"),
        api.join(room).join("mod.rs"),
    ];
    if let Ok(inside) = fs::read_dir(api.join(room)) {
        files.extend(inside.map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.is_file());
    files
}

fn first_paragraph<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines = lines.map(str::trim).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

fn without_address(words: &str) -> String {
    let after = match words
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
    {
        Some((_, after)) => after.trim_start_matches([':', ',', '.', ' ']),
        None => words,
    };
    let mut letters = after.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}

#[test]
fn the_words_of_a_handler_begin_after_its_address() {
    assert_eq!(
        of_handler("payment_methods::create"),
        "Turns a card into a token."
    );
    assert_eq!(
        of_handler("charges::list"),
        "Newest first; those of one payment with `payment_intent`, of one customer with `customer`."
    );
    assert_eq!(of_handler("customers::retrieve"), "");
    assert_eq!(of_room("payment_methods"), "Cards.");
    assert_eq!(
        of_object("payment_intent").unwrap(),
        "A payment as a Stripe PaymentIntent."
    );
    assert_eq!(of_object("item"), None);
}
