//! Requests that decided on a payment which another process moved before they could write.
//!
//! Each is stopped just before its intent is written, so that it loses for certain.

use std::sync::Arc;

use domain::payment::Update;
use domain::{AttemptStatus, PaymentId, PaymentMethodId, PaymentStatus, Refusal};
use engine::{App, Error, Reply, Request, Turn};
use sandbox::Kind;
use tokio::task::JoinHandle;

use crate::gate::Gate;
use crate::installation::{Setup, TestEngine, within};
use crate::records::{
    CHALLENGED, DECLINED, MASTERCARD, VISA, asking, back, keyed, paying, payment_of, plain,
    refusal, said, setting_aside, standing, typed,
};

/// An installation that stops before the write called `name`, and a second process of it.
async fn stopping_at(name: &'static str) -> (TestEngine, Arc<Gate>, Arc<App>) {
    let gate = Gate::at(Turn::BeforeCommit(name));
    let setup = Setup {
        turns: gate.turns(),
        ..Setup::default()
    };
    let engine = TestEngine::with(setup).await;
    let other = engine.another_node().await;
    (engine, gate, other)
}

/// Confirms in a task of its own, as far as the gate.
async fn confirming(
    engine: &TestEngine,
    gate: &Gate,
    request: Request,
    id: PaymentId,
) -> JoinHandle<Result<Reply, Error>> {
    let app = engine.app.clone();
    let task = async move { app.confirm_payment(&request, id, typed(MASTERCARD)).await };
    let running = engine.app.supervisor.run(task);
    gate.reached().await;
    running
}

/// How many cards are kept.
async fn cards(engine: &TestEngine) -> usize {
    let first = PaymentMethodId::from_bytes([0; 16]);
    let all = move |tx: &store::Tx<'_>| {
        store::payment_methods::list_under_other_key(tx, [0; 16], first, 100)
    };
    engine.store.read(all).await.unwrap().len()
}

#[tokio::test]
async fn who_confirms_second_learns_that_it_is_paid() {
    let (engine, gate, other) = stopping_at("payment_begin").await;
    let id = payment_of(&engine.create(asking()).await);
    let slow = confirming(&engine, &gate, plain(), id).await;
    let paid = within(other.confirm_payment(&plain(), id, typed(VISA))).await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    gate.open();
    let refused = within(slow).await.unwrap();
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Approved]);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    assert_eq!(cards(&engine).await, 1, "the loser's card is not kept");
    engine.finish().await;
}

#[tokio::test]
async fn the_key_of_who_confirms_second_is_not_used_up() {
    let (engine, gate, other) = stopping_at("payment_begin").await;
    let id = payment_of(&engine.create(asking()).await);
    let slow = confirming(&engine, &gate, keyed("slow"), id).await;
    let declined = within(other.confirm_payment(&keyed("quick"), id, typed(DECLINED))).await;
    assert_eq!(declined.unwrap().answer.status, 402);
    engine.clock.advance_millis(1);
    gate.open();
    let paid = within(slow).await.unwrap().unwrap();
    assert!(!paid.is_replay);
    assert_eq!(
        standing(&paid),
        (200, "succeeded"),
        "the payment was open again"
    );
    let request = keyed("slow");
    let again = engine.app.confirm_payment(&request, id, typed(MASTERCARD));
    let again = within(again).await.unwrap();
    assert_eq!((again.is_replay, &again.answer), (true, &paid.answer));
    let ends = [AttemptStatus::Declined, AttemptStatus::Approved];
    assert_eq!(engine.attempts(id).await, ends);
    assert_eq!(engine.bank.received(Kind::Purchase), 2);
    engine.finish().await;
}

#[tokio::test]
async fn one_key_on_two_nodes_confirms_once() {
    let (engine, gate, other) = stopping_at("payment_begin").await;
    let id = payment_of(&engine.create(asking()).await);
    let slow = confirming(&engine, &gate, keyed("k"), id).await;
    let request = keyed("k");
    let paid = other.confirm_payment(&request, id, typed(MASTERCARD));
    let paid = within(paid).await.unwrap();
    gate.open();
    let replayed = within(slow).await.unwrap().unwrap();
    assert_eq!((replayed.is_replay, &replayed.answer), (true, &paid.answer));
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    engine.finish().await;
}

#[tokio::test]
async fn what_is_charged_is_the_amount_at_the_intent() {
    let (engine, gate, other) = stopping_at("payment_begin").await;
    let id = payment_of(&engine.create(asking()).await);
    let slow = confirming(&engine, &gate, plain(), id).await;
    let cheaper = Update {
        amount_minor: Some(990),
        ..Update::default()
    };
    other.update_payment(&plain(), id, cheaper).await.unwrap();
    gate.open();
    let paid = within(slow).await.unwrap().unwrap();
    assert_eq!(standing(&paid), (200, "succeeded"));
    assert_eq!(engine.payment(id).await.captured_minor, 990);
    assert_eq!(engine.bank.received(Kind::Purchase), 1, "sent once");
    assert_eq!(cards(&engine).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn who_ends_a_challenge_second_learns_how_it_ended() {
    let (engine, gate, other) = stopping_at("challenge_failed").await;
    let id = payment_of(&engine.create(paying(CHALLENGED)).await);
    let app = engine.app.clone();
    let slow = async move { app.complete_challenge(&plain(), id, None).await };
    let slow = engine.app.supervisor.run(slow);
    gate.reached().await;
    let failed = within(other.complete_challenge(&plain(), id, None)).await;
    assert_eq!(failed.unwrap().answer.status, 402);
    gate.open();
    let refused = within(slow).await.unwrap();
    let expected = Refusal::UnexpectedStatus(PaymentStatus::RequiresPaymentMethod);
    assert_eq!(refusal(refused), expected);
    engine.finish().await;
}

#[tokio::test]
async fn who_captures_second_learns_that_it_is_taken() {
    let (engine, gate, other) = stopping_at("payment_capture").await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    let app = engine.app.clone();
    let slow = async move { app.capture_payment(&plain(), id, None).await };
    let slow = engine.app.supervisor.run(slow);
    gate.reached().await;
    other
        .capture_payment(&plain(), id, Some(900))
        .await
        .unwrap();
    gate.open();
    let refused = within(slow).await.unwrap();
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    assert_eq!(engine.payment(id).await.captured_minor, 900);
    engine.finish().await;
}

#[tokio::test]
async fn who_refunds_second_learns_that_nothing_is_left() {
    let (engine, gate, other) = stopping_at("refund_open").await;
    let id = engine.paid().await;
    let slow = engine.begin_refund(plain(), back(id, None));
    gate.reached().await;
    let given = within(other.create_refund(&plain(), back(id, None))).await;
    assert_eq!(said(&given.unwrap(), "given"), "succeeded");
    gate.open();
    let refused = within(slow).await.unwrap();
    assert_eq!(refusal(refused), Refusal::AlreadyRefunded);
    assert_eq!(engine.bank.received(Kind::Refund), 1);
    engine.finish().await;
}

#[tokio::test]
async fn of_many_at_once_every_loser_is_refused_by_the_rules() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let confirm = || {
        let app = engine.app.clone();
        let task = async move { app.confirm_payment(&plain(), id, typed(VISA)).await };
        engine.app.supervisor.run(task)
    };
    let running: Vec<_> = (0..8).map(|_| confirm()).collect();
    let mut paid = 0;
    for one in running {
        match within(one).await.unwrap() {
            Ok(_) => paid += 1,
            refused => assert!(matches!(refusal(refused), Refusal::UnexpectedStatus(_))),
        }
    }
    assert_eq!(paid, 1);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    assert_eq!(cards(&engine).await, 1);
    engine.finish().await;
}
