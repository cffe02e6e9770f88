//! An acquirer to talk to: a host on a socket that speaks ISO 8583, with its own journal.
//!
//! It stands for the outside world. The product's card rail dials it as it would dial a bank, and
//! what the host wrote into its journal is what the product's ledger is compared with. It is
//! written from the specification (`docs/reference/sandbox.md`) and shares nothing with the product
//! but the `iso8583` codec, which has an oracle of its own; otherwise both could hold the same
//! mistake.
//!
//! It deliberately knows neither the product's payments nor real card numbers, and it has no clock:
//! everything that it answers follows from the message and from what came before.

mod answer;
mod books;
mod cards;
mod config;
mod connection;
mod derive;
mod fault;
mod framing;
mod host;
pub mod journal;
mod key;
mod profile;
mod reply;
mod request;

pub use answer::Answer;
pub use books::{Standing, State};
pub use cards::{Behaviour, CARDS, Card};
pub use config::{Config, Place, Timings};
pub use derive::authentication_value;
pub use fault::{Fault, Faults, Injected, Rule};
pub use framing::Framing;
pub use host::{Host, StartError};
pub use key::Key;
pub use request::Kind;
