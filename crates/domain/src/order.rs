//! A message to a rail, and the trace by which both ends know it.
//!
//! Does not know the wire: a rail turns an order into its own form.

use crate::named::named_enum;
use crate::{Attempt, Authentication, Money, Timestamp};

named_enum! {
    /// The closed set of things one may ask of a rail.
    pub enum OrderKind {
        /// Take the money now (ISO 8583 0200).
        Purchase = "purchase",
        /// Set the money aside (0100).
        Authorisation = "authorisation",
        /// Take what was set aside (0220).
        Capture = "capture",
        /// Give money back (0200, processing code 20).
        Refund = "refund",
        /// Undo a message that was sent, or may have been (0420).
        Reversal = "reversal",
    }
}

/// What identifies one message at the acquirer for ever.
///
/// Stored before the message is sent, because a reversal after a crash needs it (DE 90).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Our name of the acquirer.
    pub acquirer: String,
    /// Terminal, eight characters (DE 41).
    pub terminal: String,
    /// Systems trace audit number, 1 to 999 999 (DE 11).
    pub stan: u32,
    /// When it was sent, in whole seconds UTC (DE 7).
    pub sent_at: Timestamp,
}

/// One message to a rail, without card data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is asked.
    pub kind: OrderKind,
    /// How much.
    pub amount: Money,
    /// The trace of this message.
    pub trace: Trace,
    /// The message this one speaks of: what is captured, refunded or reversed.
    pub original: Option<Original>,
    /// Whether this very message may have been sent before.
    pub is_repeat: bool,
    /// The fifteen characters by which the acquirer knows the merchant (DE 42).
    pub acceptor: String,
    /// What a completed challenge brought.
    pub authentication: Option<Authentication>,
}

/// The earlier message an order speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// What it asked.
    pub kind: OrderKind,
    /// Its trace.
    pub trace: Trace,
}

impl Original {
    /// The message an attempt sent.
    pub fn of(attempt: &Attempt) -> Self {
        Self {
            kind: attempt.order_kind(),
            trace: attempt.trace.clone(),
        }
    }
}
