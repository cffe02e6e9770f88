//! Capturing what was set aside, all of it or a part; the rest is released.
//!
//! The answer rests on the commit of this step: the acquirer is told by an advice that is
//! repeated until it is answered, so it cannot refuse without an alert.

use crate::payment::{Payment, PaymentStatus};
use crate::{Advice, AdviceId, Attempt, EventKind, Refusal, Step, Timestamp, Transfer};

/// Captures `amount_minor` of `payment`, all that is capturable when `None`.
///
/// # Errors
/// The first of: [`Refusal::UnexpectedStatus`], [`Refusal::AmountTooSmall`],
/// [`Refusal::AmountAboveCapturable`].
pub fn capture(
    payment: &Payment,
    attempt: &Attempt,
    amount_minor: Option<i64>,
    advice: AdviceId,
    now: Timestamp,
) -> Result<Step, Refusal> {
    if payment.status != PaymentStatus::RequiresCapture {
        return Err(Refusal::UnexpectedStatus(payment.status));
    }
    let minor = amount_minor.unwrap_or(payment.amount.minor);
    if minor <= 0 {
        return Err(Refusal::AmountTooSmall);
    }
    if minor > payment.capturable_minor() {
        return Err(Refusal::AmountAboveCapturable);
    }
    let amount = payment.amount.with_minor(minor);
    let mut next = payment.next();
    next.status = PaymentStatus::Succeeded;
    next.captured_minor = minor;
    let mut captured = attempt.clone();
    captured.captured_minor = minor;
    let owed = Advice::capture(advice, &captured, amount, now);
    Ok(Step::of(next)
        .transfer(Transfer::captured(&captured, amount, now))
        .with_attempt(captured)
        .owe(owed)
        .tell(EventKind::ChargeCaptured)
        .tell(EventKind::PaymentSucceeded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;
    use crate::{AdviceKind, TransferState};

    fn captured(minor: Option<i64>) -> Result<Step, Refusal> {
        let (payment, attempt) = sample::authorised();
        capture(&payment, &attempt, minor, sample::ADVICE, sample::NOW)
    }

    #[test]
    fn a_capture_posts_what_was_pending_and_owes_an_advice() {
        let step = captured(None).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::Succeeded);
        assert_eq!(step.payment.captured_minor, 1250);
        let transfer = &step.transfers[0];
        assert_eq!(transfer.state, TransferState::Posted);
        assert!(transfer.resolves.is_some());
        assert_eq!(step.advices[0].kind, AdviceKind::Capture);
        assert_eq!(step.advices[0].amount, sample::euros(1250));
    }

    #[test]
    fn a_partial_capture_releases_the_rest() {
        let step = captured(Some(400)).unwrap();
        assert_eq!(step.payment.captured_minor, 400);
        assert_eq!(step.payment.capturable_minor(), 0);
        assert_eq!(step.transfers[0].amount, sample::euros(400));
    }

    #[test]
    fn amounts_out_of_bounds_are_refused() {
        assert_eq!(captured(Some(0)), Err(Refusal::AmountTooSmall));
        assert_eq!(captured(Some(1251)), Err(Refusal::AmountAboveCapturable));
    }

    #[test]
    fn a_second_capture_is_refused() {
        let (_, attempt) = sample::authorised();
        let paid = captured(None).unwrap().payment;
        let again = capture(&paid, &attempt, None, sample::ADVICE, sample::NOW);
        assert_eq!(
            again,
            Err(Refusal::UnexpectedStatus(PaymentStatus::Succeeded))
        );
    }
}
