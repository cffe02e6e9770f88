//! What holds for every sequence of requests and news, whoever is late and whatever gets lost.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may stop here"
)]

mod books;
mod conversations;
mod life;
mod orders;
mod refusals;
mod world;
