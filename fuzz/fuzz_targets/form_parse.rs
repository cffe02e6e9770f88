//! Any bytes at all, given to the reader of requests. The assertions are those of its tests.
#![no_main]

/// The reader itself, out of the server's private rooms and without the rest of it.
#[path = "../../crates/server/src"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the target reads and does not answer"
)]
mod server {
    pub(crate) mod form;
}

#[path = "../../crates/server/src/form/tests/exercise.rs"]
mod exercise;

use server::form::{DEPTH_MAX, FIELDS_MAX, Fault, FaultKind, Form, Node, Tree, has_card_number};

libfuzzer_sys::fuzz_target!(|input: &[u8]| exercise::exercise(input));
