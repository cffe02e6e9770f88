//! What is put on the wire: every message names itself and what it speaks of.

use domain::payment::CaptureMethod;
use domain::{AdviceKind, Order, OrderKind, Outcome, Trace};

use crate::world::{NOW, World};

const ACCEPTOR: &str = "000000000000001";

fn other_trace() -> Trace {
    Trace {
        acquirer: "sandbox".into(),
        terminal: "ENC00001".into(),
        stan: 900,
        sent_at: NOW,
    }
}

fn advice_order(world: &World, tries: i64) -> Order {
    let advice = domain::Advice {
        tries,
        ..world.advices[0].clone()
    };
    advice.order(other_trace(), ACCEPTOR)
}

#[test]
fn an_attempt_asks_for_all_of_the_payment_once() {
    for (way, kind) in [
        (CaptureMethod::Automatic, OrderKind::Purchase),
        (CaptureMethod::Manual, OrderKind::Authorisation),
    ] {
        let mut world = World::opened(1250, way);
        world.confirm().unwrap();
        let order = world.attempts[0].order(ACCEPTOR);
        assert_eq!((order.kind, order.amount), (kind, world.payment.amount));
        assert_eq!(order.trace, world.attempts[0].trace);
        assert_eq!((order.original, order.is_repeat), (None, false));
        assert_eq!(order.acceptor, ACCEPTOR);
    }
}

#[test]
fn a_reversal_names_the_message_it_undoes() {
    let mut world = World::opened(1250, CaptureMethod::Automatic);
    world.confirm().unwrap();
    world.answer(&Outcome::Unknown);
    let order = advice_order(&world, 1);
    assert_eq!(order.kind, OrderKind::Reversal);
    let original = order.original.unwrap();
    assert_eq!(original.kind, OrderKind::Purchase);
    assert_eq!(original.trace, world.attempts[0].trace);
    assert_ne!(order.trace, original.trace);
}

#[test]
fn a_capture_names_its_authorisation_and_its_own_amount() {
    let mut world = World::paid(1250, CaptureMethod::Manual);
    world.capture(Some(400)).unwrap();
    assert_eq!(world.advices[0].kind, AdviceKind::Capture);
    let order = advice_order(&world, 1);
    assert_eq!((order.kind, order.amount.minor), (OrderKind::Capture, 400));
    assert_eq!(order.original.unwrap().kind, OrderKind::Authorisation);
}

#[test]
fn a_refund_names_the_purchase_and_a_lost_refund_is_what_is_reversed() {
    let mut world = World::paid(1250, CaptureMethod::Automatic);
    world.refund(Some(300)).unwrap();
    let order = world.refunds[0].order(&world.attempts[0], ACCEPTOR);
    assert_eq!((order.kind, order.amount.minor), (OrderKind::Refund, 300));
    assert_eq!(order.original.unwrap().trace, world.attempts[0].trace);
    world.answer_refund(0, &Outcome::Unknown);
    let undo = advice_order(&world, 1);
    assert_eq!(undo.original.unwrap().trace, world.refunds[0].trace);
    assert_eq!(undo.amount.minor, 300);
}

#[test]
fn only_what_may_have_been_sent_before_is_a_repeat() {
    let mut world = World::opened(1250, CaptureMethod::Automatic);
    world.confirm().unwrap();
    world.answer(&Outcome::Unknown);
    assert!(!advice_order(&world, 1).is_repeat);
    assert!(advice_order(&world, 2).is_repeat);
}
