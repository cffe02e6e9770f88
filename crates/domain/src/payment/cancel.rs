//! Giving a payment up before money was taken.
//!
//! What was set aside is released by an advice, repeated until it is answered.

use crate::payment::{CancellationReason, Payment, PaymentStatus};
use crate::{Advice, AdviceId, Attempt, EventKind, Refusal, Step, Timestamp, Transfer};

/// Gives `payment` up. `attempt` is its latest one, needed when money is set aside.
///
/// # Errors
/// [`Refusal::UnexpectedStatus`] when it is paid, given up, or its end is not known yet.
pub fn cancel(
    payment: &Payment,
    attempt: Option<&Attempt>,
    reason: Option<CancellationReason>,
    advice: AdviceId,
    now: Timestamp,
) -> Result<Step, Refusal> {
    match payment.status {
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresAction
        | PaymentStatus::RequiresCapture => {}
        PaymentStatus::Processing | PaymentStatus::Succeeded | PaymentStatus::Canceled => {
            return Err(Refusal::UnexpectedStatus(payment.status));
        }
    }
    let mut next = payment.next();
    next.status = PaymentStatus::Canceled;
    next.cancellation_reason = reason;
    next.canceled_at = Some(now);
    let mut step = Step::of(next).tell(EventKind::PaymentCanceled);
    if payment.session.is_some() {
        step = step.tell(EventKind::CheckoutExpired);
    }
    Ok(match (payment.status, attempt) {
        (PaymentStatus::RequiresCapture, Some(attempt)) => step
            .transfer(Transfer::released(attempt, now))
            .owe(Advice::reversal_of_attempt(advice, attempt, now)),
        _ => step,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TransferState;
    use crate::payment::sample;

    #[test]
    fn an_unpaid_payment_is_given_up_without_a_message() {
        let reason = Some(CancellationReason::Abandoned);
        let step = cancel(&sample::opened(), None, reason, sample::ADVICE, sample::NOW).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::Canceled);
        assert_eq!(step.payment.cancellation_reason, reason);
        assert_eq!(step.payment.canceled_at, Some(sample::NOW));
        assert!(step.advices.is_empty() && step.transfers.is_empty());
    }

    #[test]
    fn money_set_aside_is_released() {
        let (payment, attempt) = sample::authorised();
        let step = cancel(&payment, Some(&attempt), None, sample::ADVICE, sample::NOW).unwrap();
        assert_eq!(step.transfers[0].state, TransferState::Voided);
        assert_eq!(step.advices[0].original.trace, attempt.trace);
    }

    #[test]
    fn a_payment_in_doubt_paid_or_given_up_cannot_be_given_up() {
        for status in [
            PaymentStatus::Processing,
            PaymentStatus::Succeeded,
            PaymentStatus::Canceled,
        ] {
            let payment = Payment {
                status,
                ..sample::opened()
            };
            let refused = cancel(&payment, None, None, sample::ADVICE, sample::NOW);
            assert_eq!(refused, Err(Refusal::UnexpectedStatus(status)));
        }
    }
}
