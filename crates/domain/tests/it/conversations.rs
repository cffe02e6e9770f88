//! Every answer in every state: what does not fit is late, and late news never moves money.

use domain::payment::CaptureMethod;

use crate::world::{World, approval, outcomes};

#[test]
fn a_second_answer_to_the_same_attempt_never_counts() {
    for way in [CaptureMethod::Automatic, CaptureMethod::Manual] {
        for first in outcomes(1250) {
            for second in outcomes(1250) {
                let mut world = World::opened(1250, way);
                world.confirm().unwrap();
                assert!(world.answer(&first));
                let before = (world.payment.clone(), world.transfers.clone());
                assert!(!world.answer(&second), "{first:?} then {second:?}");
                assert_eq!((world.payment, world.transfers), before);
            }
        }
    }
}

#[test]
fn a_second_answer_to_the_same_refund_never_counts() {
    for first in outcomes(500) {
        for second in outcomes(500) {
            let mut world = World::paid(1250, CaptureMethod::Automatic);
            world.refund(Some(500)).unwrap();
            assert!(world.answer_refund(0, &first));
            assert!(
                !world.answer_refund(0, &second),
                "{first:?} then {second:?}"
            );
        }
    }
}

#[test]
fn an_advice_that_was_answered_takes_no_second_answer() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    world.capture(None).unwrap();
    assert!(world.answer_advice(0, &approval(1250)));
    for outcome in outcomes(1250) {
        assert!(!world.answer_advice(0, &outcome));
    }
}

#[test]
fn every_step_is_one_version_on() {
    let mut world = World::opened(1250, CaptureMethod::Manual);
    let mut expected = 1;
    assert_eq!(world.payment.version, expected);
    world.confirm().unwrap();
    world.answer(&approval(1250));
    world.capture(None).unwrap();
    world.answer_advice(0, &approval(1250));
    world.refund(Some(1)).unwrap();
    world.answer_refund(0, &approval(1));
    expected += 6;
    assert_eq!(world.payment.version, expected);
}
