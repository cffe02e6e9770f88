//! The end of an attempt: what a rail's answer means for the payment.
//!
//! Applies only to an attempt that is still `sent`: whoever comes later is late, and a late
//! approval is never booked.

use crate::payment::{CaptureMethod, Payment, PaymentError, PaymentStatus};
use crate::{
    Advice, AdviceId, Approval, Attempt, AttemptStatus, EventKind, Outcome, Step, Timestamp,
    Transfer,
};

/// Ends `attempt` by `outcome`. `advice` becomes the id of the reversal, if one is owed.
///
/// `None` when the attempt has ended already: the news is late and changes nothing.
pub fn conclude(
    payment: &Payment,
    attempt: &Attempt,
    outcome: &Outcome,
    advice: AdviceId,
    now: Timestamp,
) -> Option<Step> {
    if attempt.status != AttemptStatus::Sent || payment.attempt != Some(attempt.id) {
        return None;
    }
    let mut ended = attempt.clone();
    ended.ended_at = Some(now);
    Some(match outcome {
        Outcome::Approved(approval) if approval.amount_minor == attempt.amount.minor => {
            approved(payment, ended, approval, now)
        }
        Outcome::Approved(approval) => partly_approved(payment, ended, approval, advice, now),
        Outcome::Declined {
            reason,
            response_code,
            cvc_check,
        } => {
            ended.status = AttemptStatus::Declined;
            ended.decline = Some(*reason);
            ended.response_code = Some(response_code.clone());
            ended.cvc_check = *cvc_check;
            failed(payment, ended, PaymentError::Declined(*reason))
        }
        Outcome::ActionNeeded { reference } => challenged(payment, ended, reference),
        Outcome::NotSent(_) => {
            ended.status = AttemptStatus::NotSent;
            failed(payment, ended, PaymentError::Processing)
        }
        Outcome::Unknown => unknown(payment, ended, advice, now),
    })
}

fn note(attempt: &mut Attempt, approval: &Approval) {
    attempt.approval_code.clone_from(&approval.approval_code);
    attempt.response_code = Some(approval.response_code.clone());
    attempt.cvc_check = approval.cvc_check;
}

fn approved(payment: &Payment, mut attempt: Attempt, approval: &Approval, now: Timestamp) -> Step {
    note(&mut attempt, approval);
    attempt.status = AttemptStatus::Approved;
    let mut next = payment.next();
    match attempt.capture_method {
        CaptureMethod::Automatic => {
            next.status = PaymentStatus::Succeeded;
            next.captured_minor = attempt.amount.minor;
            attempt.captured_minor = attempt.amount.minor;
            let transfer = Transfer::purchased(&attempt, now);
            let mut step = Step::of(next)
                .transfer(transfer)
                .tell(EventKind::ChargeSucceeded)
                .tell(EventKind::PaymentSucceeded);
            if payment.session.is_some() {
                step = step.tell(EventKind::CheckoutCompleted);
            }
            step.with_attempt(attempt)
        }
        CaptureMethod::Manual => {
            next.status = PaymentStatus::RequiresCapture;
            let transfer = Transfer::set_aside(&attempt, now);
            let mut step = Step::of(next)
                .transfer(transfer)
                .tell(EventKind::ChargeSucceeded)
                .tell(EventKind::PaymentCapturable);
            if payment.session.is_some() {
                step = step.tell(EventKind::CheckoutCompleted);
            }
            step.with_attempt(attempt)
        }
    }
}

/// We asked for all of it: what was set aside of a part is given back at once.
fn partly_approved(
    payment: &Payment,
    mut attempt: Attempt,
    approval: &Approval,
    advice: AdviceId,
    now: Timestamp,
) -> Step {
    note(&mut attempt, approval);
    attempt.status = AttemptStatus::Declined;
    let reason = crate::DeclineReason::PartialApproval;
    attempt.decline = Some(reason);
    let owed = Advice::reversal_of_attempt(advice, &attempt, now);
    failed(payment, attempt, PaymentError::Declined(reason)).owe(owed)
}

fn failed(payment: &Payment, attempt: Attempt, error: PaymentError) -> Step {
    Step::of(payment.failed(error))
        .with_attempt(attempt)
        .tell(EventKind::ChargeFailed)
        .tell(EventKind::PaymentFailed)
}

fn challenged(payment: &Payment, mut attempt: Attempt, reference: &str) -> Step {
    attempt.status = AttemptStatus::Challenged;
    attempt.challenge = Some(reference.to_owned());
    let mut next = payment.next();
    next.status = PaymentStatus::RequiresAction;
    Step::of(next)
        .with_attempt(attempt)
        .tell(EventKind::PaymentActionNeeded)
}

fn unknown(payment: &Payment, mut attempt: Attempt, advice: AdviceId, now: Timestamp) -> Step {
    attempt.status = AttemptStatus::Unknown;
    attempt.ended_at = None;
    let owed = Advice::reversal_of_attempt(advice, &attempt, now);
    Step::of(payment.next())
        .with_attempt(attempt)
        .owe(owed)
        .tell(EventKind::PaymentProcessing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::sample;
    use crate::{AdviceKind, CvcCheck, DeclineReason, NotSent, TransferState};

    fn concluded(capture: CaptureMethod, outcome: &Outcome) -> Step {
        let (payment, attempt) = sample::sent(capture);
        conclude(&payment, &attempt, outcome, sample::ADVICE, sample::NOW).unwrap()
    }

    #[test]
    fn an_approved_purchase_is_paid_and_booked() {
        let step = concluded(CaptureMethod::Automatic, &sample::approval(1250));
        assert_eq!(step.payment.status, PaymentStatus::Succeeded);
        assert_eq!(step.payment.captured_minor, 1250);
        assert_eq!(step.transfers.len(), 1);
        assert_eq!(step.transfers[0].state, TransferState::Posted);
        assert_eq!(step.transfers[0].amount, sample::euros(1250));
        assert_eq!(
            step.attempt.unwrap().approval_code.as_deref(),
            Some("A1B2C3")
        );
        assert_eq!(
            step.events,
            [EventKind::ChargeSucceeded, EventKind::PaymentSucceeded]
        );
    }

    #[test]
    fn an_approved_authorisation_is_set_aside() {
        let step = concluded(CaptureMethod::Manual, &sample::approval(1250));
        assert_eq!(step.payment.status, PaymentStatus::RequiresCapture);
        assert_eq!(step.payment.captured_minor, 0);
        assert_eq!(step.payment.capturable_minor(), 1250);
        assert_eq!(step.transfers[0].state, TransferState::Pending);
    }

    #[test]
    fn a_decline_moves_no_money_and_says_why() {
        let outcome = Outcome::Declined {
            reason: DeclineReason::InsufficientFunds,
            response_code: "51".into(),
            cvc_check: CvcCheck::Pass,
        };
        let step = concluded(CaptureMethod::Automatic, &outcome);
        assert_eq!(step.payment.status, PaymentStatus::RequiresPaymentMethod);
        let error = PaymentError::Declined(DeclineReason::InsufficientFunds);
        assert_eq!(step.payment.last_error, Some(error));
        assert_eq!(step.payment.method, None);
        assert!(step.transfers.is_empty() && step.advices.is_empty());
        assert_eq!(step.attempt.unwrap().cvc_check, CvcCheck::Pass);
    }

    #[test]
    fn a_partial_approval_is_refused_and_given_back() {
        let step = concluded(CaptureMethod::Automatic, &sample::approval(600));
        assert_eq!(step.payment.status, PaymentStatus::RequiresPaymentMethod);
        assert!(step.transfers.is_empty());
        assert_eq!(step.advices.len(), 1);
        assert_eq!(step.advices[0].kind, AdviceKind::Reversal);
    }

    #[test]
    fn silence_owes_a_reversal_and_leaves_the_payment_in_doubt() {
        let step = concluded(CaptureMethod::Automatic, &Outcome::Unknown);
        assert_eq!(step.payment.status, PaymentStatus::Processing);
        assert_eq!(
            step.attempt.as_ref().unwrap().status,
            AttemptStatus::Unknown
        );
        assert_eq!(step.advices[0].kind, AdviceKind::Reversal);
        assert_eq!(step.advices[0].original.trace, step.attempt.unwrap().trace);
        assert!(step.transfers.is_empty());
    }

    #[test]
    fn a_message_that_never_left_owes_nothing() {
        let step = concluded(
            CaptureMethod::Automatic,
            &Outcome::NotSent(NotSent::NoConnection),
        );
        assert_eq!(step.payment.last_error, Some(PaymentError::Processing));
        assert_eq!(step.attempt.unwrap().status, AttemptStatus::NotSent);
        assert!(step.advices.is_empty());
    }

    #[test]
    fn a_challenge_keeps_the_means_of_payment() {
        let outcome = Outcome::ActionNeeded {
            reference: "c-1".into(),
        };
        let step = concluded(CaptureMethod::Automatic, &outcome);
        assert_eq!(step.payment.status, PaymentStatus::RequiresAction);
        assert_eq!(step.payment.method, Some(sample::METHOD));
        assert_eq!(step.attempt.unwrap().challenge.as_deref(), Some("c-1"));
    }

    #[test]
    fn a_late_approval_is_never_booked() {
        let (payment, attempt) = sample::sent(CaptureMethod::Automatic);
        for status in AttemptStatus::ALL
            .iter()
            .filter(|s| **s != AttemptStatus::Sent)
        {
            let ended = Attempt {
                status: *status,
                ..attempt.clone()
            };
            let late = conclude(
                &payment,
                &ended,
                &sample::approval(1250),
                sample::ADVICE,
                sample::NOW,
            );
            assert_eq!(late, None, "{status}");
        }
    }

    #[test]
    fn an_answer_to_an_older_attempt_is_late() {
        let (mut payment, attempt) = sample::sent(CaptureMethod::Automatic);
        payment.attempt = Some(crate::AttemptId::from_bytes([99; 16]));
        let late = conclude(
            &payment,
            &attempt,
            &Outcome::Unknown,
            sample::ADVICE,
            sample::NOW,
        );
        assert_eq!(late, None);
    }
}
