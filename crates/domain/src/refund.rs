//! Money going back, all of it or a part, several times.
//!
//! A refund is reserved on the payment when its intent is written, so that two at once can never
//! give back more than was taken; a refund that fails gives its reservation back.

use crate::advice::release;
use crate::named::named_enum;
use crate::payment::Metadata;
use crate::{
    Advice, AdviceId, Attempt, DeclineReason, EventKind, Money, NodeId, Order, OrderKind, Outcome,
    Owner, Payment, PaymentId, RefundId, Refusal, Step, Timestamp, Trace, Transfer,
};
use crate::{AttemptId, order::Original};

named_enum! {
    /// How far a refund came.
    pub enum RefundStatus {
        /// The intent is written; the message may be on its way.
        Sent = "sent",
        /// No answer came: a reversal is owed and repeated until it is answered.
        Unknown = "unknown",
        /// The money goes back.
        Succeeded = "succeeded",
        /// It does not.
        Failed = "failed",
    }
}

named_enum! {
    /// Why the merchant gives money back.
    pub enum RefundReason {
        /// It was paid twice.
        Duplicate = "duplicate",
        /// It was fraud.
        Fraudulent = "fraudulent",
        /// The payer asked for it.
        RequestedByCustomer = "requested_by_customer",
    }
}

/// One refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// To whom it belongs.
    pub owner: Owner,
    /// The payment it is of.
    pub payment: PaymentId,
    /// The attempt that took the money.
    pub attempt: AttemptId,
    /// How far it came.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Option<RefundReason>,
    /// Why the other side refused it.
    pub decline: Option<DeclineReason>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// The trace of its message.
    pub trace: Trace,
    /// The process that sends it, and no other.
    pub node: NodeId,
    /// The idempotency key whose caller waits for the end.
    pub key: Option<String>,
    /// When the intent was written.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Refund {
    /// The message itself, for the merchant the acquirer knows as `acceptor`.
    pub fn order(&self, taken: &Attempt, acceptor: &str) -> Order {
        Order {
            kind: OrderKind::Refund,
            amount: self.amount,
            trace: self.trace.clone(),
            original: Some(Original::of(taken)),
            is_repeat: false,
            acceptor: acceptor.to_owned(),
            authentication: None,
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The id it will have.
    pub id: RefundId,
    /// Minor units; all that can still be given back when `None`.
    pub amount_minor: Option<i64>,
    /// Why.
    pub reason: Option<RefundReason>,
    /// The merchant's own pairs.
    pub metadata: Metadata,
    /// The trace its message will carry.
    pub trace: Trace,
    /// The process that will send it.
    pub node: NodeId,
    /// The idempotency key whose caller waits for the end.
    pub key: Option<String>,
}

/// Reserves a refund on `payment` and writes its intent.
///
/// # Errors
/// The first of: [`Refusal::NothingToRefund`], [`Refusal::AlreadyRefunded`],
/// [`Refusal::AmountTooSmall`], [`Refusal::AmountAboveRefundable`].
pub fn open(
    payment: &Payment,
    attempt: &Attempt,
    request: Open,
    now: Timestamp,
) -> Result<Step, Refusal> {
    if payment.captured_minor == 0 {
        return Err(Refusal::NothingToRefund);
    }
    let refundable = payment.refundable_minor();
    if refundable == 0 {
        return Err(Refusal::AlreadyRefunded);
    }
    let minor = request.amount_minor.unwrap_or(refundable);
    if minor <= 0 {
        return Err(Refusal::AmountTooSmall);
    }
    if minor > refundable {
        return Err(Refusal::AmountAboveRefundable);
    }
    let refund = Refund {
        id: request.id,
        owner: payment.owner,
        payment: payment.id,
        attempt: attempt.id,
        status: RefundStatus::Sent,
        amount: payment.amount.with_minor(minor),
        reason: request.reason,
        decline: None,
        metadata: request.metadata,
        trace: request.trace,
        node: request.node,
        key: request.key,
        created_at: now,
        ended_at: None,
    };
    let mut next = payment.next();
    next.refunded_minor = next.refunded_minor.saturating_add(minor);
    let mut taken = attempt.clone();
    taken.refunded_minor = taken.refunded_minor.saturating_add(minor);
    Ok(Step::of(next)
        .with_attempt(taken)
        .transfer(Transfer::refund_reserved(&refund, now))
        .with_refund(refund)
        .tell(EventKind::RefundCreated))
}

/// Ends `refund` by `outcome`. `advice` becomes the id of the reversal, if one is owed.
///
/// `None` when it has ended already: the news is late and changes nothing.
pub fn conclude(
    (payment, attempt): (&Payment, &Attempt),
    refund: &Refund,
    outcome: &Outcome,
    advice: AdviceId,
    now: Timestamp,
) -> Option<Step> {
    if refund.status != RefundStatus::Sent {
        return None;
    }
    let mut ended = refund.clone();
    ended.ended_at = Some(now);
    let decline = match outcome {
        Outcome::Approved(approval) if approval.amount_minor == refund.amount.minor => {
            ended.status = RefundStatus::Succeeded;
            return Some(
                Step::of(payment.next())
                    .transfer(Transfer::refunded(refund, now))
                    .with_refund(ended)
                    .tell(EventKind::RefundUpdated)
                    .tell(EventKind::ChargeRefunded),
            );
        }
        Outcome::Approved(_) | Outcome::Unknown => {
            ended.status = RefundStatus::Unknown;
            ended.ended_at = None;
            let owed = Advice::reversal_of_refund(advice, &ended, now);
            return Some(Step::of(payment.next()).with_refund(ended).owe(owed));
        }
        Outcome::Declined { reason, .. } => Some(*reason),
        Outcome::ActionNeeded { .. } => Some(DeclineReason::AuthenticationRequired),
        Outcome::NotSent(_) => None,
    };
    ended.status = RefundStatus::Failed;
    ended.decline = decline;
    let mut next = payment.next();
    release(&mut next.refunded_minor, refund);
    let mut taken = attempt.clone();
    release(&mut taken.refunded_minor, refund);
    Some(
        Step::of(next)
            .with_attempt(taken)
            .transfer(Transfer::refund_failed(refund, now))
            .with_refund(ended)
            .tell(EventKind::RefundFailed),
    )
}

#[cfg(test)]
pub(crate) fn sample_open(amount_minor: impl Into<Option<i64>>) -> Open {
    let start = crate::payment::sample::start();
    Open {
        id: RefundId::from_bytes([8; 16]),
        amount_minor: amount_minor.into(),
        reason: None,
        metadata: Metadata::new(),
        trace: Trace {
            stan: 18,
            ..start.trace
        },
        node: start.node,
        key: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;
    use crate::{CvcCheck, NotSent, TransferState};

    fn opened(minor: impl Into<Option<i64>>) -> Result<Step, Refusal> {
        let (payment, attempt) = sample::paid();
        open(&payment, &attempt, sample_open(minor), sample::NOW)
    }

    fn concluded(outcome: &Outcome) -> Step {
        let step = opened(500).unwrap();
        let (attempt, refund) = (step.attempt.unwrap(), step.refund.unwrap());
        conclude(
            (&step.payment, &attempt),
            &refund,
            outcome,
            sample::ADVICE,
            sample::NOW,
        )
        .unwrap()
    }

    #[test]
    fn a_refund_is_reserved_before_it_is_sent() {
        let step = opened(500).unwrap();
        assert_eq!(step.payment.refunded_minor, 500);
        assert_eq!(step.payment.refundable_minor(), 750);
        assert_eq!(step.transfers[0].state, TransferState::Pending);
        assert_eq!(step.refund.unwrap().status, RefundStatus::Sent);
    }

    #[test]
    fn without_an_amount_all_that_is_left_goes_back() {
        let (payment, attempt) = sample::paid();
        let payment = Payment {
            refunded_minor: 400,
            ..payment
        };
        let step = open(&payment, &attempt, sample_open(None), sample::NOW).unwrap();
        assert_eq!(step.refund.unwrap().amount, sample::euros(850));
    }

    #[test]
    fn more_than_was_taken_never_goes_back() {
        assert_eq!(opened(1251), Err(Refusal::AmountAboveRefundable));
        assert_eq!(opened(0), Err(Refusal::AmountTooSmall));
        let (payment, attempt) = sample::paid();
        let spent = Payment {
            refunded_minor: 1250,
            ..payment
        };
        let refused = open(&spent, &attempt, sample_open(1), sample::NOW);
        assert_eq!(refused, Err(Refusal::AlreadyRefunded));
    }

    #[test]
    fn an_unpaid_payment_has_nothing_to_give_back() {
        let (payment, attempt) = sample::authorised();
        let refused = open(&payment, &attempt, sample_open(1), sample::NOW);
        assert_eq!(refused, Err(Refusal::NothingToRefund));
    }

    #[test]
    fn an_accepted_refund_is_posted() {
        let step = concluded(&sample::approval(500));
        assert_eq!(step.refund.unwrap().status, RefundStatus::Succeeded);
        assert_eq!(step.transfers[0].state, TransferState::Posted);
        assert_eq!(step.payment.refunded_minor, 500);
    }

    #[test]
    fn a_refused_refund_gives_its_reservation_back() {
        let declined = Outcome::Declined {
            reason: DeclineReason::GenericDecline,
            response_code: "05".into(),
            cvc_check: CvcCheck::Unavailable,
        };
        for outcome in [declined, Outcome::NotSent(NotSent::NoConnection)] {
            let step = concluded(&outcome);
            assert_eq!(step.refund.unwrap().status, RefundStatus::Failed);
            assert_eq!(step.transfers[0].state, TransferState::Voided);
            assert_eq!(step.payment.refunded_minor, 0);
        }
    }

    #[test]
    fn silence_keeps_the_reservation_and_owes_a_reversal() {
        let step = concluded(&Outcome::Unknown);
        assert_eq!(step.payment.refunded_minor, 500);
        assert_eq!(step.refund.unwrap().status, RefundStatus::Unknown);
        assert_eq!(step.advices[0].original.kind, OrderKind::Refund);
        assert!(step.transfers.is_empty());
    }

    #[test]
    fn a_late_answer_changes_nothing() {
        let step = opened(500).unwrap();
        let (attempt, refund) = (step.attempt.unwrap(), step.refund.unwrap());
        let ended = Refund {
            status: RefundStatus::Unknown,
            ..refund
        };
        let pair = (&step.payment, &attempt);
        let late = conclude(
            pair,
            &ended,
            &sample::approval(500),
            sample::ADVICE,
            sample::NOW,
        );
        assert_eq!(late, None);
    }
}
