//! Claims about the simulator itself: that runs repeat, and that its checks bite.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod bites;
mod compares;
mod repeats;
