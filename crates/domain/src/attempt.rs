//! One exchange with a rail for one payment: doubt lives here, not in the payment.
//!
//! Stripe shows it as a Charge, EasyTransac as a transaction with its Tid.

use crate::ledger::TransferId;
use crate::named::named_enum;
use crate::order::Original;
use crate::{
    AttemptId, CaptureMethod, Cause, CvcCheck, DeclineReason, Money, NodeId, Order, OrderKind,
    Owner, PaymentId, PaymentMethodId, Timestamp, Trace,
};

named_enum! {
    /// How far the exchange came.
    pub enum AttemptStatus {
        /// The intent is written; the message may be on its way.
        Sent = "sent",
        /// The issuer agreed.
        Approved = "approved",
        /// The issuer refused.
        Declined = "declined",
        /// The issuer wants the payer to prove who they are; a further attempt follows.
        Challenged = "challenged",
        /// It certainly never left.
        NotSent = "not_sent",
        /// No answer came: a reversal is owed and repeated until it is answered.
        Unknown = "unknown",
        /// The acquirer confirmed that it does not exist, or exists no more.
        Reversed = "reversed",
    }
}

/// What a completed challenge brings to the next attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// How the issuer knows the challenge.
    pub reference: String,
    /// Electronic commerce indicator, two digits (`05`: authenticated).
    pub indicator: String,
    /// The authentication value the issuer gave.
    pub value: String,
}

/// One exchange with a rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// To whom it belongs.
    pub owner: Owner,
    /// The payment it is for.
    pub payment: PaymentId,
    /// How far it came.
    pub status: AttemptStatus,
    /// How much was asked.
    pub amount: Money,
    /// Minor units taken of it.
    pub captured_minor: i64,
    /// Minor units given back of it, those on their way included.
    pub refunded_minor: i64,
    /// Whether the money is taken at once or set aside first.
    pub capture_method: CaptureMethod,
    /// The means of payment that was charged.
    pub method: PaymentMethodId,
    /// The trace of its message.
    pub trace: Trace,
    /// What a completed challenge brought.
    pub authentication: Option<Authentication>,
    /// How the issuer will know the challenge it asked for.
    pub challenge: Option<String>,
    /// The issuer's approval code (DE 38).
    pub approval_code: Option<String>,
    /// The code that came back (DE 39).
    pub response_code: Option<String>,
    /// What the issuer said of the security code.
    pub cvc_check: CvcCheck,
    /// Why it was refused.
    pub decline: Option<DeclineReason>,
    /// The process that sends it, and no other.
    pub node: NodeId,
    /// The idempotency key whose caller waits for the end.
    pub key: Option<String>,
    /// When the intent was written.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Attempt {
    /// The ledger entry by which it took money; `None` when it took none.
    pub fn taking(&self) -> Option<TransferId> {
        let cause = match self.capture_method {
            CaptureMethod::Automatic => Cause::Purchase,
            CaptureMethod::Manual => Cause::Capture,
        };
        (self.captured_minor > 0).then(|| TransferId::new(self.id.bytes(), cause))
    }

    /// The message this attempt sends.
    pub const fn order_kind(&self) -> OrderKind {
        match self.capture_method {
            CaptureMethod::Automatic => OrderKind::Purchase,
            CaptureMethod::Manual => OrderKind::Authorisation,
        }
    }

    /// The message itself, for the merchant the acquirer knows as `acceptor`.
    pub fn order(&self, acceptor: &str) -> Order {
        Order {
            kind: self.order_kind(),
            amount: self.amount,
            trace: self.trace.clone(),
            original: None,
            is_repeat: false,
            acceptor: acceptor.to_owned(),
            authentication: self.authentication.clone(),
        }
    }

    /// How a later message names this one.
    pub fn original(&self) -> Original {
        Original::of(self)
    }
}
