//! From an answer to the outcome of the order it answers.
//!
//! An answer that contradicts what was asked, or lacks what it must say, is not believed: the
//! outcome is unknown, and whoever asked will undo it.

use domain::{Approval, CvcCheck, DeclineReason, Money, OrderKind, Outcome};
use iso8583::Message;

use super::code::{Meaning, meaning};
use super::{Asked, tag};
use crate::card::Dialect;

/// What the answer with the right key says of the order.
pub(in crate::card) fn read(dialect: Dialect, asked: &Asked, answer: &Message<'_>) -> Outcome {
    let Some(code) = answer.text(39) else {
        return Outcome::Unknown;
    };
    let meaning = meaning(&code, dialect.is_1993());
    let declined = |reason| Outcome::Declined {
        reason,
        response_code: code.clone().into_owned(),
        cvc_check: cvc_check(answer),
    };
    match meaning {
        Meaning::Declined(reason) => match challenge(asked, reason, answer) {
            Some(reference) => Outcome::ActionNeeded { reference },
            None => declined(reason),
        },
        Meaning::Undecided => Outcome::Unknown,
        Meaning::Duplicate if !asked.is_repeat => declined(DeclineReason::ProcessingError),
        // A repeat that the other side calls a duplicate has done its work the first time.
        Meaning::Approved | Meaning::Partly | Meaning::Duplicate => {
            match agreed_minor(meaning, asked, answer) {
                Some(amount_minor) => Outcome::Approved(Approval {
                    amount_minor,
                    approval_code: approval_code(answer),
                    response_code: code.into_owned(),
                    cvc_check: cvc_check(answer),
                }),
                None => Outcome::Unknown,
            }
        }
    }
}

/// The amount that was agreed to. `None` when the answer speaks of another amount than may be.
fn agreed_minor(meaning: Meaning, asked: &Asked, answer: &Message<'_>) -> Option<i64> {
    let Money { minor, currency } = asked.amount;
    let named_currency = answer.text(49);
    if named_currency.is_some_and(|code| code.parse() != Ok(currency.numeric())) {
        return None;
    }
    let named = match answer.numeric(4) {
        Some(amount) => Some(i64::try_from(amount).ok()?),
        None => None,
    };
    let may_be_partial = matches!(asked.kind, OrderKind::Purchase | OrderKind::Authorisation);
    match (meaning, named) {
        (Meaning::Partly, None) => None,
        (_, None) => Some(minor),
        (_, Some(named)) if named == minor => Some(minor),
        (_, Some(named)) if may_be_partial && (1..minor).contains(&named) => Some(named),
        (_, Some(_)) => None,
    }
}

/// The challenge that a refusal asks for: it takes the wish and a reference to name it by.
fn challenge(asked: &Asked, reason: DeclineReason, answer: &Message<'_>) -> Option<String> {
    let may_be_challenged = matches!(asked.kind, OrderKind::Purchase | OrderKind::Authorisation);
    (may_be_challenged && reason == DeclineReason::AuthenticationRequired)
        .then(|| answer.sub(48, tag::CHALLENGE))?
        .map(|reference| reference.trim().to_owned())
        .filter(|reference| !reference.is_empty())
}

fn approval_code(answer: &Message<'_>) -> Option<String> {
    let code = answer.text(38)?.trim().to_owned();
    (!code.is_empty()).then_some(code)
}

fn cvc_check(answer: &Message<'_>) -> CvcCheck {
    match answer.sub(48, tag::CODE_RESULT).as_deref() {
        Some("M") => CvcCheck::Pass,
        Some("N") => CvcCheck::Fail,
        // P (not processed), U (the issuer cannot), and silence.
        Some(_) | None => CvcCheck::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use iso8583::{Builder, Mti};
    use proptest::prelude::*;

    fn asked(kind: OrderKind) -> Asked {
        Asked {
            kind,
            amount: Money::new(1250, Currency::EUR),
            is_repeat: false,
        }
    }

    fn read_in(dialect: Dialect, asked: &Asked, fill: impl Fn(&mut Builder<'_>)) -> Outcome {
        let mut builder = Builder::new(dialect.table(), Mti::FINANCIAL_RESPONSE);
        fill(&mut builder);
        let mut bytes = Vec::new();
        builder.encode(&mut bytes).unwrap();
        let message = Message::decode(dialect.table(), &bytes).unwrap();
        read(dialect, asked, &message)
    }

    fn purchase(fill: impl Fn(&mut Builder<'_>)) -> Outcome {
        read_in(Dialect::Iso87Ascii, &asked(OrderKind::Purchase), fill)
    }

    fn approved_minor(outcome: &Outcome) -> Option<i64> {
        match outcome {
            Outcome::Approved(approval) => Some(approval.amount_minor),
            Outcome::Declined { .. }
            | Outcome::ActionNeeded { .. }
            | Outcome::NotSent(_)
            | Outcome::Unknown => None,
        }
    }

    #[test]
    fn an_approval_brings_its_code_and_the_check_of_the_security_code() {
        let outcome = purchase(|answer| {
            answer.set(39, "00").unwrap().set_number(4, 1250).unwrap();
            answer
                .set(38, "A1B2")
                .unwrap()
                .set_sub(48, 44, "M")
                .unwrap();
        });
        let expect = Approval {
            amount_minor: 1250,
            approval_code: Some("A1B2".into()),
            response_code: "00".into(),
            cvc_check: CvcCheck::Pass,
        };
        assert_eq!(outcome, Outcome::Approved(expect));
    }

    #[test]
    fn an_approval_need_not_repeat_the_amount() {
        let outcome = purchase(|answer| {
            answer.set(39, "00").unwrap();
        });
        assert_eq!(approved_minor(&outcome), Some(1250));
    }

    #[test]
    fn a_partial_approval_names_its_part() {
        for code in ["10", "00"] {
            let outcome = purchase(|answer| {
                answer.set(39, code).unwrap().set_number(4, 1000).unwrap();
            });
            assert_eq!(approved_minor(&outcome), Some(1000));
        }
    }

    #[test]
    fn a_partial_approval_without_its_part_is_not_believed() {
        let outcome = purchase(|answer| {
            answer.set(39, "10").unwrap();
        });
        assert_eq!(outcome, Outcome::Unknown);
    }

    #[test]
    fn an_approval_of_more_of_nothing_or_of_other_money_is_not_believed() {
        for (amount, currency) in [(1251, "978"), (0, "978"), (1250, "840"), (1250, "EUR")] {
            let outcome = purchase(|answer| {
                answer.set(39, "00").unwrap().set_number(4, amount).unwrap();
                answer.set(49, currency).unwrap();
            });
            assert_eq!(outcome, Outcome::Unknown, "{amount} {currency}");
        }
    }

    #[test]
    fn nothing_but_a_payment_is_done_in_part() {
        for kind in [OrderKind::Capture, OrderKind::Refund, OrderKind::Reversal] {
            let outcome = read_in(Dialect::Iso87Ascii, &asked(kind), |answer| {
                answer.set(39, "00").unwrap().set_number(4, 1000).unwrap();
            });
            assert_eq!(outcome, Outcome::Unknown, "{kind}");
        }
    }

    #[test]
    fn an_answer_without_a_code_is_not_believed() {
        let outcome = purchase(|answer| {
            answer.set_number(4, 1250).unwrap();
        });
        assert_eq!(outcome, Outcome::Unknown);
    }

    #[test]
    fn an_answer_that_leaves_it_open_is_unknown() {
        for code in ["09", "68"] {
            let outcome = purchase(|answer| {
                answer.set(39, code).unwrap();
            });
            assert_eq!(outcome, Outcome::Unknown);
        }
    }

    #[test]
    fn a_refusal_keeps_the_code_as_it_came() {
        let outcome = purchase(|answer| {
            answer.set(39, "51").unwrap().set_sub(48, 44, "N").unwrap();
        });
        let expect = Outcome::Declined {
            reason: DeclineReason::InsufficientFunds,
            response_code: "51".into(),
            cvc_check: CvcCheck::Fail,
        };
        assert_eq!(outcome, expect);
    }

    #[test]
    fn a_wish_for_authentication_with_a_reference_is_a_challenge() {
        let outcome = purchase(|answer| {
            answer
                .set(39, "65")
                .unwrap()
                .set_sub(48, 71, "chl-1")
                .unwrap();
        });
        let reference = "chl-1".into();
        assert_eq!(outcome, Outcome::ActionNeeded { reference });
    }

    #[test]
    fn without_a_reference_or_for_another_order_it_is_a_refusal() {
        let alone = purchase(|answer| {
            answer.set(39, "65").unwrap();
        });
        let refund = read_in(Dialect::Iso87Ascii, &asked(OrderKind::Refund), |answer| {
            answer
                .set(39, "65")
                .unwrap()
                .set_sub(48, 71, "chl-1")
                .unwrap();
        });
        for outcome in [alone, refund] {
            assert!(matches!(
                outcome,
                Outcome::Declined {
                    reason: DeclineReason::AuthenticationRequired,
                    ..
                }
            ));
        }
    }

    #[test]
    fn another_refusal_does_not_become_a_challenge() {
        let outcome = purchase(|answer| {
            answer
                .set(39, "51")
                .unwrap()
                .set_sub(48, 71, "chl-1")
                .unwrap();
        });
        assert!(matches!(outcome, Outcome::Declined { .. }));
    }

    #[test]
    fn a_duplicate_is_an_acceptance_of_a_repeat_and_a_refusal_of_a_first_sending() {
        let answer = |is_repeat| {
            let asked = Asked {
                is_repeat,
                ..asked(OrderKind::Reversal)
            };
            read_in(Dialect::Iso87Ascii, &asked, |answer| {
                answer.set(39, "94").unwrap();
            })
        };
        assert!(matches!(answer(true), Outcome::Approved(_)));
        assert!(matches!(
            answer(false),
            Outcome::Declined {
                reason: DeclineReason::ProcessingError,
                ..
            }
        ));
    }

    #[test]
    fn the_edition_of_1993_has_its_own_codes() {
        let read = |kind, code: &'static str| {
            let outcome = read_in(Dialect::Iso93Ascii, &asked(kind), |answer| {
                answer.set(39, code).unwrap();
            });
            approved_minor(&outcome)
        };
        assert_eq!(read(OrderKind::Purchase, "000"), Some(1250));
        assert_eq!(read(OrderKind::Reversal, "400"), Some(1250));
        assert_eq!(read(OrderKind::Purchase, "116"), None);
    }

    #[test]
    fn letters_that_say_nothing_of_the_security_code_leave_it_unchecked() {
        for letter in ["P", "U", "X"] {
            let outcome = purchase(|answer| {
                answer
                    .set(39, "00")
                    .unwrap()
                    .set_sub(48, 44, letter)
                    .unwrap();
            });
            assert!(matches!(
                outcome,
                Outcome::Approved(Approval {
                    cvc_check: CvcCheck::Unavailable,
                    ..
                })
            ));
        }
    }

    proptest! {
        #[test]
        fn no_answer_however_damaged_approves_more_than_was_asked(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            amount in 0_u64..2_000,
        ) {
            let dialect = Dialect::Iso87Ascii;
            let mut builder = Builder::new(dialect.table(), Mti::FINANCIAL_RESPONSE);
            builder.set_number(4, amount).unwrap().set(39, "00").unwrap().set(49, "978").unwrap();
            let mut bytes = Vec::new();
            builder.encode(&mut bytes).unwrap();
            for (place, byte) in damage {
                *place.get_mut(&mut bytes) = byte;
            }
            if let Ok(message) = Message::decode(dialect.table(), &bytes) {
                let outcome = read(dialect, &asked(OrderKind::Purchase), &message);
                let minor = approved_minor(&outcome).unwrap_or(1);
                prop_assert!((1..=1250).contains(&minor));
            }
        }
    }
}
