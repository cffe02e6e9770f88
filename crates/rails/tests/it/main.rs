//! The card rail over real sockets, with an acquirer that says exactly what each test tells it to.
//!
//! That acquirer shares nothing with the product but the codec, and it is not the sandbox: it can
//! be wrong in ways the sandbox never is.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod acquirer;
mod certificate;
mod connection;
mod drain;
mod exchange;
mod opened;
mod sandbox;
mod secrecy;
mod silence;
mod tls;
