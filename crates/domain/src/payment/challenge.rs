//! The end of a challenge: the payer has proved who they are, or has not.
//!
//! Does not speak 3-D Secure: whoever does brings the result here.

use crate::payment::confirm::begin;
use crate::payment::{Payment, PaymentError, PaymentStatus, Start};
use crate::{Attempt, AttemptStatus, Authentication, EventKind, Refusal, Step, Timestamp};

/// How a challenge ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The payer proved who they are: a new attempt carries the proof.
    Passed(Authentication, Start),
    /// They did not.
    Failed,
}

/// Ends the challenge of `attempt`.
///
/// # Errors
/// [`Refusal::UnexpectedStatus`] when the payment does not wait for this challenge.
pub fn complete_challenge(
    payment: &Payment,
    attempt: &Attempt,
    verdict: Verdict,
    now: Timestamp,
) -> Result<Step, Refusal> {
    let waits = payment.status == PaymentStatus::RequiresAction
        && payment.attempt == Some(attempt.id)
        && attempt.status == AttemptStatus::Challenged;
    if !waits {
        return Err(Refusal::UnexpectedStatus(payment.status));
    }
    Ok(match verdict {
        Verdict::Passed(proof, start) => begin(payment, attempt.method, Some(proof), start, now),
        Verdict::Failed => Step::of(payment.failed(PaymentError::AuthenticationFailed))
            .tell(EventKind::PaymentFailed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{CaptureMethod, conclude, sample};
    use crate::{AttemptId, Outcome};

    fn challenged() -> (Payment, Attempt) {
        let (payment, attempt) = sample::sent(CaptureMethod::Automatic);
        let outcome = Outcome::ActionNeeded {
            reference: "c-1".into(),
        };
        let step = conclude(&payment, &attempt, &outcome, sample::ADVICE, sample::NOW).unwrap();
        (step.payment, step.attempt.unwrap())
    }

    fn proof() -> Authentication {
        Authentication {
            reference: "c-1".into(),
            indicator: "05".into(),
            value: "v".into(),
        }
    }

    #[test]
    fn a_passed_challenge_begins_an_attempt_that_carries_the_proof() {
        let (payment, attempt) = challenged();
        let id = AttemptId::from_bytes([42; 16]);
        let start = Start {
            attempt: id,
            ..sample::start()
        };
        let verdict = Verdict::Passed(proof(), start);
        let step = complete_challenge(&payment, &attempt, verdict, sample::NOW).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::Processing);
        let next = step.attempt.unwrap();
        assert_eq!((next.id, next.authentication), (id, Some(proof())));
        assert_eq!(next.method, attempt.method);
    }

    #[test]
    fn a_failed_challenge_sends_nothing() {
        let (payment, attempt) = challenged();
        let step = complete_challenge(&payment, &attempt, Verdict::Failed, sample::NOW).unwrap();
        assert_eq!(step.payment.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(
            step.payment.last_error,
            Some(PaymentError::AuthenticationFailed)
        );
        assert_eq!(step.attempt, None);
    }

    #[test]
    fn a_challenge_ends_once() {
        let (payment, attempt) = challenged();
        let done = complete_challenge(&payment, &attempt, Verdict::Failed, sample::NOW).unwrap();
        let again = complete_challenge(&done.payment, &attempt, Verdict::Failed, sample::NOW);
        let status = PaymentStatus::RequiresPaymentMethod;
        assert_eq!(again, Err(Refusal::UnexpectedStatus(status)));
    }
}
