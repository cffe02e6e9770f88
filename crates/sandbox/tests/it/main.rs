//! The sandbox acquirer from outside: a client of the tests' own dials it over a real socket.
//!
//! The client shares the codec with the host and nothing else.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod client;
mod decisions;
mod documentation;
mod faults;
mod journal;
mod lifecycle;
mod link;
mod payment;
mod restart;
mod scratch;
