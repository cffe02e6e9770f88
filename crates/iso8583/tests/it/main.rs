//! The codec from outside: whole messages of every dialect, good and broken, and an independent
//! implementation as a witness.
//!
//! Single encodings and lengths are checked beside their code.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod building;
mod corpus;
mod differential;
mod exercise;
mod golden;
mod malformed;
mod masking;
mod properties;
mod reading;
mod sample;
mod tables;
mod vectors;
