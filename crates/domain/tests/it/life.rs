//! The lives a payment can have, from the asking to the end.

use domain::payment::{CaptureMethod, PaymentError, PaymentStatus};
use domain::{AttemptStatus, DeclineReason, EventKind, Outcome, RefundStatus, Refusal};

use crate::world::{World, approval, books, declined, is_open};

#[test]
fn a_declined_payer_pays_with_another_card() {
    let mut world = World::opened(1250, CaptureMethod::Automatic);
    world.confirm().unwrap();
    assert!(world.answer(&declined(DeclineReason::InsufficientFunds)));
    assert!(is_open(&world.payment));
    world.confirm().unwrap();
    assert_eq!(world.payment.last_error, None);
    assert!(world.answer(&approval(1250)));
    assert_eq!(world.payment.status, PaymentStatus::Succeeded);
    assert_eq!(world.attempts.len(), 2);
    assert_eq!(books(&world.transfers), (1250, 0));
}

#[test]
fn after_a_silence_the_payer_may_try_again() {
    let mut world = World::opened(1250, CaptureMethod::Automatic);
    world.confirm().unwrap();
    world.answer(&Outcome::Unknown);
    assert_eq!(
        world.confirm(),
        Err(Refusal::UnexpectedStatus(PaymentStatus::Processing)),
        "nobody is charged twice while the first end is not known"
    );
    assert!(world.answer_advice(0, &approval(1250)));
    assert_eq!(world.payment.last_error, Some(PaymentError::Processing));
    world.confirm().unwrap();
    world.answer(&approval(1250));
    assert_eq!(books(&world.transfers), (1250, 0));
}

#[test]
fn an_approval_after_the_silence_changes_nothing() {
    let mut world = World::opened(1250, CaptureMethod::Automatic);
    world.confirm().unwrap();
    world.answer(&Outcome::Unknown);
    assert!(!world.answer(&approval(1250)));
    assert!(world.answer_advice(0, &approval(1250)));
    assert!(!world.answer(&approval(1250)));
    assert_eq!(books(&world.transfers), (0, 0));
}

#[test]
fn what_is_captured_in_part_is_refunded_up_to_that_part() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    world.capture(Some(1000)).unwrap();
    world.refund(Some(600)).unwrap();
    assert_eq!(world.refund(Some(401)), Err(Refusal::AmountAboveRefundable));
    world.refund(Some(400)).unwrap();
    assert_eq!(world.refund(None), Err(Refusal::AlreadyRefunded));
    assert!(world.answer_refund(0, &approval(600)));
    assert!(world.answer_refund(1, &declined(DeclineReason::GenericDecline)));
    assert_eq!(books(&world.transfers), (400, 0));
    world.refund(None).unwrap();
    assert_eq!(world.refunds[2].amount.minor, 400);
}

#[test]
fn two_refunds_under_way_can_end_in_any_order() {
    for (first, second) in [(0, 1), (1, 0)] {
        let mut world = World::paid(1000, CaptureMethod::Automatic);
        world.refund(Some(300)).unwrap();
        world.refund(Some(700)).unwrap();
        let minor = |at: usize| [300, 700][at];
        assert!(world.answer_refund(first, &approval(minor(first))));
        assert!(world.answer_refund(second, &Outcome::Unknown));
        assert!(world.answer_advice(0, &approval(minor(second))));
        assert_eq!(world.refunds[second].status, RefundStatus::Failed);
        assert_eq!(books(&world.transfers).0, 1000 - minor(first));
    }
}

#[test]
fn a_cancelled_authorisation_is_reversed_at_the_acquirer() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    world.cancel().unwrap();
    assert_eq!(books(&world.transfers), (0, 0));
    assert!(world.answer_advice(0, &approval(1250)));
    assert_eq!(world.attempts[0].status, AttemptStatus::Reversed);
    assert_eq!(world.payment.status, PaymentStatus::Canceled);
    assert_eq!(world.events.last(), Some(&EventKind::PaymentCanceled));
}

#[test]
fn a_capture_that_nobody_answers_stays_captured_and_is_for_a_person() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    world.capture(None).unwrap();
    assert!(!world.answer_advice(0, &Outcome::Unknown));
    assert!(world.give_up(0));
    assert!(!world.give_up(0));
    assert_eq!(world.payment.status, PaymentStatus::Succeeded);
    assert_eq!(books(&world.transfers), (1250, 0));
}

#[test]
fn a_partial_approval_can_be_paid_otherwise_while_its_reversal_is_owed() {
    let mut world = World::opened(1000, CaptureMethod::Automatic);
    world.confirm().unwrap();
    world.answer(&approval(400));
    world.confirm().unwrap();
    world.answer(&approval(1000));
    assert!(world.answer_advice(0, &approval(1000)));
    assert_eq!(world.payment.status, PaymentStatus::Succeeded);
    assert_eq!(books(&world.transfers), (1000, 0));
}
