//! Messages owed to a rail: sent after the commit that owes them, repeated until answered.
//!
//! In ISO 8583 an advice must be accepted and is repeated with the repeat digit (0220 → 0221,
//! 0420 → 0421). When to send and how often is the engine's; what an answer means is here.

use crate::named::named_enum;
use crate::order::Original;
use crate::payment::PaymentError;
use crate::{
    AdviceId, Attempt, AttemptId, AttemptStatus, DeclineReason, EventKind, Money, Order, OrderKind,
    Outcome, Owner, Payment, PaymentId, PaymentStatus, Refund, RefundId, RefundStatus, Step,
    Timestamp, Trace, Transfer,
};

named_enum! {
    /// What is owed.
    pub enum AdviceKind {
        /// Take what was set aside (0220).
        Capture = "capture",
        /// Undo a message that was sent, or may have been (0420).
        Reversal = "reversal",
    }
}

named_enum! {
    /// How far an advice came.
    pub enum AdviceStatus {
        /// It must still be answered.
        Owed = "owed",
        /// The other side accepted it.
        Answered = "answered",
        /// The other side refused what it may not refuse: a person must look.
        Refused = "refused",
        /// It was repeated too often without an answer: a person must look.
        NeedsOperator = "needs_operator",
    }
}

/// One message owed to a rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its id.
    pub id: AdviceId,
    /// To whom it belongs.
    pub owner: Owner,
    /// The payment it is about.
    pub payment: PaymentId,
    /// The attempt it is about.
    pub attempt: AttemptId,
    /// The refund it undoes, when it is about a refund.
    pub refund: Option<RefundId>,
    /// What is owed.
    pub kind: AdviceKind,
    /// How far it came.
    pub status: AdviceStatus,
    /// How much it is about.
    pub amount: Money,
    /// The message it speaks of.
    pub original: Original,
    /// The trace it is sent under; given by the first sending, kept by every repeat.
    pub trace: Option<Trace>,
    /// How often it may have reached the other side.
    pub tries: i64,
    /// When it became owed.
    pub created_at: Timestamp,
}

impl Advice {
    /// Take `amount` of what `attempt` set aside.
    pub fn capture(id: AdviceId, attempt: &Attempt, amount: Money, now: Timestamp) -> Self {
        Self::about(id, attempt, AdviceKind::Capture, amount, now)
    }

    /// Undo the message of `attempt`.
    pub fn reversal_of_attempt(id: AdviceId, attempt: &Attempt, now: Timestamp) -> Self {
        Self::about(id, attempt, AdviceKind::Reversal, attempt.amount, now)
    }

    /// Undo the message of `refund`.
    pub fn reversal_of_refund(id: AdviceId, refund: &Refund, now: Timestamp) -> Self {
        Self {
            id,
            owner: refund.owner,
            payment: refund.payment,
            attempt: refund.attempt,
            refund: Some(refund.id),
            kind: AdviceKind::Reversal,
            status: AdviceStatus::Owed,
            amount: refund.amount,
            original: Original {
                kind: OrderKind::Refund,
                trace: refund.trace.clone(),
            },
            trace: None,
            tries: 0,
            created_at: now,
        }
    }

    fn about(
        id: AdviceId,
        attempt: &Attempt,
        kind: AdviceKind,
        amount: Money,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            owner: attempt.owner,
            payment: attempt.payment,
            attempt: attempt.id,
            refund: None,
            kind,
            status: AdviceStatus::Owed,
            amount,
            original: attempt.original(),
            trace: None,
            tries: 0,
            created_at: now,
        }
    }

    /// The message itself, under `trace`.
    pub fn order(&self, trace: Trace, acceptor: &str) -> Order {
        Order {
            kind: match self.kind {
                AdviceKind::Capture => OrderKind::Capture,
                AdviceKind::Reversal => OrderKind::Reversal,
            },
            amount: self.amount,
            trace,
            original: Some(self.original.clone()),
            is_repeat: self.tries > 1,
            acceptor: acceptor.to_owned(),
            authentication: None,
        }
    }
}

/// What the answer to an advice is about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The payment.
    pub payment: &'a Payment,
    /// The attempt.
    pub attempt: &'a Attempt,
    /// The refund, when the advice undoes one.
    pub refund: Option<&'a Refund>,
}

/// What `outcome` means for an owed `advice`.
///
/// `None` when it must be repeated: there was no answer, or the original was not found while it
/// may still be under way, that is for `late_window_millis` after it was sent.
pub fn answered(
    about: About<'_>,
    advice: &Advice,
    outcome: &Outcome,
    late_window_millis: i64,
    now: Timestamp,
) -> Option<Step> {
    if advice.status != AdviceStatus::Owed {
        return None;
    }
    match outcome {
        Outcome::Approved(_) => Some(accepted(about, advice, now)),
        Outcome::Declined {
            reason: DeclineReason::TransactionNotFound,
            ..
        } if advice.kind == AdviceKind::Reversal => {
            let age = now.millis_since(advice.original.trace.sent_at);
            (age >= late_window_millis).then(|| accepted(about, advice, now))
        }
        Outcome::Declined { .. } | Outcome::ActionNeeded { .. } => {
            Some(closed(about, advice, AdviceStatus::Refused))
        }
        Outcome::NotSent(_) | Outcome::Unknown => None,
    }
}

/// Gives up repeating `advice`: a person must look.
pub fn give_up(about: About<'_>, advice: &Advice) -> Option<Step> {
    let is_owed = advice.status == AdviceStatus::Owed;
    is_owed.then(|| closed(about, advice, AdviceStatus::NeedsOperator))
}

fn closed(about: About<'_>, advice: &Advice, status: AdviceStatus) -> Step {
    Step::of(about.payment.next()).owe(Advice {
        status,
        ..advice.clone()
    })
}

fn accepted(about: About<'_>, advice: &Advice, now: Timestamp) -> Step {
    let About {
        payment,
        attempt,
        refund,
    } = about;
    match (advice.kind, refund) {
        (AdviceKind::Capture, _) => closed(about, advice, AdviceStatus::Answered),
        (AdviceKind::Reversal, Some(refund)) => refund_undone(about, refund, advice, now),
        (AdviceKind::Reversal, None) => match attempt.status {
            AttemptStatus::Unknown => attempt_undone(payment, attempt, now).owe(Advice {
                status: AdviceStatus::Answered,
                ..advice.clone()
            }),
            AttemptStatus::Approved => {
                let mut undone = attempt.clone();
                undone.status = AttemptStatus::Reversed;
                closed(about, advice, AdviceStatus::Answered).with_attempt(undone)
            }
            AttemptStatus::Sent
            | AttemptStatus::Declined
            | AttemptStatus::Challenged
            | AttemptStatus::NotSent
            | AttemptStatus::Reversed => closed(about, advice, AdviceStatus::Answered),
        },
    }
}

/// The doubt is over: nothing was taken, and the payer may try again.
fn attempt_undone(payment: &Payment, attempt: &Attempt, now: Timestamp) -> Step {
    let mut undone = attempt.clone();
    undone.status = AttemptStatus::Reversed;
    undone.ended_at = Some(now);
    debug_assert_eq!(payment.status, PaymentStatus::Processing);
    Step::of(payment.failed(PaymentError::Processing))
        .with_attempt(undone)
        .tell(EventKind::ChargeFailed)
        .tell(EventKind::PaymentFailed)
}

fn refund_undone(about: About<'_>, refund: &Refund, advice: &Advice, now: Timestamp) -> Step {
    let step = closed(about, advice, AdviceStatus::Answered);
    if refund.status != RefundStatus::Unknown {
        return step;
    }
    let mut undone = refund.clone();
    undone.status = RefundStatus::Failed;
    undone.ended_at = Some(now);
    let mut attempt = about.attempt.clone();
    release(&mut attempt.refunded_minor, refund);
    let mut step = step;
    release(&mut step.payment.refunded_minor, refund);
    step.with_attempt(attempt)
        .transfer(Transfer::refund_failed(refund, now))
        .with_refund(undone)
        .tell(EventKind::RefundFailed)
}

/// Takes a refund that did not happen out of what counts as given back.
pub(crate) fn release(refunded_minor: &mut i64, refund: &Refund) {
    *refunded_minor = refunded_minor.saturating_sub(refund.amount.minor);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{CaptureMethod, cancel, capture, conclude, sample};
    use crate::{CvcCheck, NotSent, refund};

    const WINDOW: i64 = 30_000;

    fn in_doubt() -> (Payment, Attempt, Advice) {
        let (payment, attempt) = sample::sent(CaptureMethod::Automatic);
        let step = conclude(
            &payment,
            &attempt,
            &Outcome::Unknown,
            sample::ADVICE,
            sample::NOW,
        )
        .unwrap();
        (step.payment, step.attempt.unwrap(), step.advices[0].clone())
    }

    fn not_found() -> Outcome {
        Outcome::Declined {
            reason: DeclineReason::TransactionNotFound,
            response_code: "25".into(),
            cvc_check: CvcCheck::Unavailable,
        }
    }

    #[test]
    fn an_acknowledged_reversal_ends_the_doubt() {
        let (payment, attempt, advice) = in_doubt();
        let about = About {
            payment: &payment,
            attempt: &attempt,
            refund: None,
        };
        let step = answered(about, &advice, &sample::approval(1250), WINDOW, sample::NOW).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(step.payment.last_error, Some(PaymentError::Processing));
        assert_eq!(step.attempt.unwrap().status, AttemptStatus::Reversed);
        assert_eq!(step.advices[0].status, AdviceStatus::Answered);
        assert!(step.transfers.is_empty());
        assert!(step.events.contains(&EventKind::PaymentFailed));
    }

    #[test]
    fn no_answer_means_repeat() {
        let (payment, attempt, advice) = in_doubt();
        let about = About {
            payment: &payment,
            attempt: &attempt,
            refund: None,
        };
        for outcome in [Outcome::Unknown, Outcome::NotSent(NotSent::NoConnection)] {
            assert_eq!(
                answered(about, &advice, &outcome, WINDOW, sample::NOW),
                None
            );
        }
    }

    #[test]
    fn original_not_found_ends_a_reversal_only_after_the_window_for_late_messages() {
        let (payment, attempt, advice) = in_doubt();
        let about = About {
            payment: &payment,
            attempt: &attempt,
            refund: None,
        };
        let early = sample::NOW.plus_millis(WINDOW - 1);
        assert_eq!(answered(about, &advice, &not_found(), WINDOW, early), None);
        let after = sample::NOW.plus_millis(WINDOW);
        let step = answered(about, &advice, &not_found(), WINDOW, after).unwrap();
        assert_eq!(step.attempt.unwrap().status, AttemptStatus::Reversed);
    }

    #[test]
    fn a_refused_capture_advice_never_flips_the_payment() {
        let (payment, attempt) = sample::authorised();
        let step = capture(&payment, &attempt, None, sample::ADVICE, sample::NOW).unwrap();
        let (paid, attempt) = (step.payment, step.attempt.unwrap());
        let about = About {
            payment: &paid,
            attempt: &attempt,
            refund: None,
        };
        let refusal = not_found();
        let step = answered(about, &step.advices[0], &refusal, 0, sample::NOW).unwrap();
        assert_eq!(step.advices[0].status, AdviceStatus::Refused);
        assert_eq!(step.payment.status, PaymentStatus::Succeeded);
        assert!(step.transfers.is_empty());
    }

    #[test]
    fn an_acknowledged_cancel_ends_the_attempt() {
        let (payment, attempt) = sample::authorised();
        let step = cancel(&payment, Some(&attempt), None, sample::ADVICE, sample::NOW).unwrap();
        let about = About {
            payment: &step.payment,
            attempt: &attempt,
            refund: None,
        };
        let done = answered(
            about,
            &step.advices[0],
            &sample::approval(1250),
            WINDOW,
            sample::NOW,
        )
        .unwrap();
        assert_eq!(done.attempt.unwrap().status, AttemptStatus::Reversed);
        assert_eq!(done.payment.status, PaymentStatus::Canceled);
    }

    #[test]
    fn an_undone_refund_releases_its_reservation() {
        let (payment, attempt) = sample::paid();
        let open = refund::sample_open(500);
        let step = refund::open(&payment, &attempt, open, sample::NOW).unwrap();
        let (payment, attempt) = (step.payment, step.attempt.unwrap());
        let sent = step.refund.unwrap();
        let doubt = refund::conclude(
            (&payment, &attempt),
            &sent,
            &Outcome::Unknown,
            sample::ADVICE,
            sample::NOW,
        )
        .unwrap();
        let refund = doubt.refund.unwrap();
        let about = About {
            payment: &doubt.payment,
            attempt: &attempt,
            refund: Some(&refund),
        };
        let step = answered(
            about,
            &doubt.advices[0],
            &sample::approval(500),
            WINDOW,
            sample::NOW,
        )
        .unwrap();
        assert_eq!(step.refund.unwrap().status, RefundStatus::Failed);
        assert_eq!(step.payment.refunded_minor, 0);
        assert_eq!(step.attempt.unwrap().refunded_minor, 0);
        assert_eq!(step.transfers.len(), 1);
    }

    #[test]
    fn an_advice_ends_once() {
        let (payment, attempt, mut advice) = in_doubt();
        advice.status = AdviceStatus::Answered;
        let about = About {
            payment: &payment,
            attempt: &attempt,
            refund: None,
        };
        assert_eq!(
            answered(about, &advice, &sample::approval(1250), WINDOW, sample::NOW),
            None
        );
        assert_eq!(give_up(about, &advice), None);
    }

    #[test]
    fn giving_up_leaves_the_doubt_to_a_person() {
        let (payment, attempt, advice) = in_doubt();
        let about = About {
            payment: &payment,
            attempt: &attempt,
            refund: None,
        };
        let step = give_up(about, &advice).unwrap();
        assert_eq!(step.advices[0].status, AdviceStatus::NeedsOperator);
        assert_eq!(step.payment.status, PaymentStatus::Processing);
    }

    #[test]
    fn the_first_sending_is_no_repeat() {
        let (_, _, advice) = in_doubt();
        let trace = sample::start().trace;
        let first = Advice {
            tries: 1,
            ..advice.clone()
        };
        assert!(!first.order(trace.clone(), "1").is_repeat);
        let second = Advice { tries: 2, ..advice };
        assert!(second.order(trace, "1").is_repeat);
    }
}
