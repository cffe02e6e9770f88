//! Why a payment did not go through, in words a payer can act on.
//!
//! Owns which words belong to which cause. No code is shown and nobody is blamed: a card reported
//! lost, stolen or used in fraud reads like any refusal of the bank, because whoever holds it must
//! not learn more from this page.

use domain::{DeclineReason, PaymentError};

use super::card_form::Field;
use super::words::{Advice, Words};

/// Something that kept a payment from going through and leaves it open to another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setback {
    /// The latest attempt did not pay.
    Payment(PaymentError),
    /// A test card met real money.
    TestCardInLiveMode,
    /// A real card met the sandbox.
    RealCardInTestMode,
}

/// What to tell the payer.
#[derive(Clone, Copy)]
pub(super) struct Explanation {
    /// What happened and what to do.
    pub(super) advice: Advice,
    /// The field to correct, when one is at fault.
    pub(super) field: Option<Field>,
}

/// The explanation of a setback.
pub(super) fn explain(setback: Setback, words: &Words) -> Explanation {
    let reasons = &words.reasons;
    match setback {
        Setback::Payment(PaymentError::Declined(reason)) => declined(reason, words),
        Setback::Payment(PaymentError::Processing) => plain(reasons.technical),
        Setback::Payment(PaymentError::AuthenticationFailed) => plain(reasons.authentication),
        Setback::TestCardInLiveMode => plain(reasons.test_card),
        Setback::RealCardInTestMode => plain(reasons.real_card),
    }
}

fn declined(reason: DeclineReason, words: &Words) -> Explanation {
    use DeclineReason as R;
    let reasons = &words.reasons;
    match reason {
        R::InsufficientFunds => plain(reasons.funds),
        R::WithdrawalCountLimitExceeded => plain(reasons.limit),
        R::ExpiredCard => at(Field::Expiry, reasons.expired),
        R::IncorrectCvc => at(Field::Code, reasons.code),
        R::IncorrectNumber => at(Field::Number, reasons.number),
        R::AuthenticationRequired => plain(reasons.authentication),
        R::CallIssuer => plain(reasons.call),
        R::CardNotSupported | R::TransactionNotAllowed | R::InvalidAmount => {
            plain(reasons.unsupported)
        }
        R::PartialApproval => plain(reasons.partial),
        R::IssuerNotAvailable | R::ProcessingError | R::TransactionNotFound => {
            plain(reasons.technical)
        }
        R::DoNotHonor
        | R::GenericDecline
        | R::Fraudulent
        | R::LostCard
        | R::PickupCard
        | R::StolenCard => plain(reasons.refused),
    }
}

const fn plain(advice: Advice) -> Explanation {
    Explanation {
        advice,
        field: None,
    }
}

const fn at(field: Field, advice: Advice) -> Explanation {
    Explanation {
        advice,
        field: Some(field),
    }
}

#[cfg(test)]
pub(super) fn every_setback() -> Vec<Setback> {
    let declines = DeclineReason::ALL
        .iter()
        .map(|reason| PaymentError::Declined(*reason));
    let others = [PaymentError::Processing, PaymentError::AuthenticationFailed];
    let payments = declines.chain(others).map(Setback::Payment);
    payments
        .chain([Setback::TestCardInLiveMode, Setback::RealCardInTestMode])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::Language;

    fn advice(reason: DeclineReason, language: Language) -> Advice {
        explain(
            Setback::Payment(PaymentError::Declined(reason)),
            Words::of(language),
        )
        .advice
    }

    #[test]
    fn every_setback_says_what_happened_and_what_to_do() {
        for language in Language::ALL {
            for setback in every_setback() {
                let Advice { happened, next } = explain(setback, Words::of(language)).advice;
                assert!(
                    happened.ends_with('.') && next.ends_with('.'),
                    "{setback:?}"
                );
                assert_ne!(happened, next);
            }
        }
    }

    #[test]
    fn no_code_is_shown() {
        for language in Language::ALL {
            for reason in DeclineReason::ALL {
                let Advice { happened, next } = advice(*reason, language);
                let text = format!("{happened} {next}");
                assert!(!text.contains('_') && !text.contains("declin"), "{text}");
                assert!(!text.chars().any(|c| c.is_ascii_digit()), "{text}");
            }
        }
    }

    #[test]
    fn a_stolen_card_reads_like_any_refusal() {
        for language in Language::ALL {
            let usual = advice(DeclineReason::DoNotHonor, language);
            for reason in [
                DeclineReason::StolenCard,
                DeclineReason::LostCard,
                DeclineReason::PickupCard,
                DeclineReason::Fraudulent,
            ] {
                assert_eq!(advice(reason, language), usual);
            }
        }
    }

    #[test]
    fn the_field_at_fault_is_named_and_no_other() {
        let field = |reason| {
            let setback = Setback::Payment(PaymentError::Declined(reason));
            explain(setback, Words::of(Language::French)).field
        };
        assert_eq!(field(DeclineReason::IncorrectCvc), Some(Field::Code));
        assert_eq!(field(DeclineReason::IncorrectNumber), Some(Field::Number));
        assert_eq!(field(DeclineReason::ExpiredCard), Some(Field::Expiry));
        assert_eq!(field(DeclineReason::InsufficientFunds), None);
    }
}
