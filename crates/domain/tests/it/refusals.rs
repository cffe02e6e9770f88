//! The order in which faults are named is part of the contract.

use domain::payment::{CaptureMethod, PaymentStatus, open};
use domain::{Currency, Money, Refusal};

use crate::world::{NOW, World, approval, merchant, request};

#[test]
fn the_amount_is_looked_at_before_the_currency() {
    let yen = Currency::parse("jpy").unwrap();
    for (minor, refusal) in [
        (0, Refusal::AmountTooSmall),
        (100_000_000, Refusal::AmountTooLarge),
        (500, Refusal::CurrencyNotTaken),
    ] {
        let mut asked = request(1, CaptureMethod::Automatic);
        asked.amount = Money::new(minor, yen);
        assert_eq!(open(asked, &merchant(), NOW), Err(refusal));
    }
}

#[test]
fn the_state_is_looked_at_before_the_amount_of_a_capture() {
    let mut world = World::paid(1250, CaptureMethod::Automatic);
    let refused = world.capture(Some(-1));
    assert_eq!(
        refused,
        Err(Refusal::UnexpectedStatus(PaymentStatus::Succeeded))
    );
}

#[test]
fn a_refund_of_nothing_is_named_before_its_amount() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    assert_eq!(world.refund(Some(-1)), Err(Refusal::NothingToRefund));
    world.capture(None).unwrap();
    assert_eq!(world.refund(Some(-1)), Err(Refusal::AmountTooSmall));
    world.refund(None).unwrap();
    assert_eq!(world.refund(Some(-1)), Err(Refusal::AlreadyRefunded));
}

#[test]
fn no_refusal_moves_anything() {
    let mut world = World::paid(1250, CaptureMethod::Automatic);
    let before = (world.payment.clone(), world.transfers.clone());
    assert!(world.confirm().is_err());
    assert!(world.cancel().is_err());
    assert!(world.capture(None).is_err());
    assert!(world.refund(Some(1251)).is_err());
    assert!(!world.answer(&approval(1250)));
    assert_eq!((world.payment, world.transfers), before);
}
