//! Any bytes at all, given to the ISO 8583 codec. The assertions are those of the codec's tests.
#![no_main]

#[path = "../../crates/iso8583/tests/it/exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|input: &[u8]| exercise::exercise(input));
