//! What an order says on the wire, and what an answer means.
//!
//! Field values only: which bytes they become is the codec's, when they travel is the link's. The
//! contract with the acquirer, private tags included, stands in `docs/reference/rails/card.md`.

mod answer;
mod code;
mod network;
mod order;

#[cfg(test)]
mod golden;

use domain::{Money, OrderKind};
use iso8583::{Message, Mti};

pub(super) use answer::read;
pub(super) use network::{Notice, answered, consent, is_request, request};
pub(super) use order::{Inexpressible, Profile, express};

/// Tags of the private data (DE 48), two digits each.
mod tag {
    /// Electronic commerce indicator of an authenticated payment.
    pub(super) const ECI: u8 = 42;
    /// Authentication value of a completed challenge.
    pub(super) const AUTHENTICATION: u8 = 43;
    /// What the issuer says of the security code.
    pub(super) const CODE_RESULT: u8 = 44;
    /// Reference of a challenge: asked for in an answer, completed in a request.
    pub(super) const CHALLENGE: u8 = 71;
    /// The security code.
    pub(super) const CODE: u8 = 92;
}

/// What an answer must repeat to be the answer to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    mti: Mti,
    terminal: [u8; 8],
    stan: u64,
    sent: u64,
}

impl Key {
    /// The key of a received message. `None` when it lacks a part of it.
    pub(super) fn of(message: &Message<'_>) -> Option<Self> {
        Some(Self {
            mti: message.mti(),
            terminal: padded(&message.text(41)?)?,
            stan: message.numeric(11)?,
            sent: message.numeric(7)?,
        })
    }
}

/// What of an order is needed to understand its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) kind: OrderKind,
    pub(super) amount: Money,
    pub(super) is_repeat: bool,
}

/// A terminal, filled with spaces as in DE 41.
fn padded(terminal: &str) -> Option<[u8; 8]> {
    let mut padded = [b' '; 8];
    let place = padded.get_mut(..terminal.len())?;
    place.copy_from_slice(terminal.as_bytes());
    Some(padded)
}
