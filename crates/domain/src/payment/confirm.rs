//! Confirming a payment: the intent to charge, written before the wire is used.
//!
//! Does not send; the engine does, once this step is committed.

use crate::payment::{Payment, PaymentStatus};
use crate::{
    Attempt, AttemptId, AttemptStatus, Authentication, CvcCheck, NodeId, PaymentMethodId, Refusal,
    Step, Timestamp, Trace,
};

/// What a new attempt brings with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The id it will have.
    pub attempt: AttemptId,
    /// The trace its message will carry.
    pub trace: Trace,
    /// The process that will send it.
    pub node: NodeId,
    /// The idempotency key whose caller waits for the end.
    pub key: Option<String>,
}

/// Begins an attempt on `payment`, with `method` if one is given now.
///
/// # Errors
/// The first of: [`Refusal::UnexpectedStatus`], [`Refusal::PaymentMethodMissing`].
pub fn confirm(
    payment: &Payment,
    method: Option<PaymentMethodId>,
    start: Start,
    now: Timestamp,
) -> Result<Step, Refusal> {
    match payment.status {
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresAction => {}
        PaymentStatus::Processing
        | PaymentStatus::RequiresCapture
        | PaymentStatus::Succeeded
        | PaymentStatus::Canceled => return Err(Refusal::UnexpectedStatus(payment.status)),
    }
    let method = method
        .or(payment.method)
        .ok_or(Refusal::PaymentMethodMissing)?;
    Ok(begin(payment, method, None, start, now))
}

/// The step that writes the intent of one attempt.
pub(super) fn begin(
    payment: &Payment,
    method: PaymentMethodId,
    authentication: Option<Authentication>,
    start: Start,
    now: Timestamp,
) -> Step {
    let attempt = Attempt {
        id: start.attempt,
        owner: payment.owner,
        payment: payment.id,
        status: AttemptStatus::Sent,
        amount: payment.amount,
        captured_minor: 0,
        refunded_minor: 0,
        capture_method: payment.capture_method,
        method,
        trace: start.trace,
        authentication,
        challenge: None,
        approval_code: None,
        response_code: None,
        cvc_check: CvcCheck::Unavailable,
        decline: None,
        node: start.node,
        key: start.key,
        created_at: now,
        ended_at: None,
    };
    let mut next = payment.next();
    next.status = PaymentStatus::Processing;
    next.method = Some(method);
    next.attempt = Some(attempt.id);
    next.last_error = None;
    Step::of(next).with_attempt(attempt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;

    #[test]
    fn the_intent_is_written_before_anything_is_sent() {
        let step = confirm(
            &sample::opened(),
            Some(sample::METHOD),
            sample::start(),
            sample::NOW,
        )
        .unwrap();
        assert_eq!(step.payment.status, PaymentStatus::Processing);
        assert_eq!(step.payment.attempt, Some(sample::start().attempt));
        let attempt = step.attempt.unwrap();
        assert_eq!(attempt.status, AttemptStatus::Sent);
        assert_eq!(attempt.trace, sample::start().trace);
        assert!(step.transfers.is_empty() && step.events.is_empty());
    }

    #[test]
    fn a_payment_without_means_of_payment_cannot_be_confirmed() {
        let refused = confirm(&sample::opened(), None, sample::start(), sample::NOW);
        assert_eq!(refused, Err(Refusal::PaymentMethodMissing));
    }

    #[test]
    fn a_payment_under_way_or_ended_is_not_charged_again() {
        for status in [
            PaymentStatus::Processing,
            PaymentStatus::RequiresCapture,
            PaymentStatus::Succeeded,
            PaymentStatus::Canceled,
        ] {
            let payment = Payment {
                status,
                ..sample::opened()
            };
            let refused = confirm(&payment, Some(sample::METHOD), sample::start(), sample::NOW);
            assert_eq!(refused, Err(Refusal::UnexpectedStatus(status)));
        }
    }
}
