//! Processes that die between intent and outcome: another one ends what they began.

use std::sync::Arc;

use domain::{AdviceStatus, AttemptStatus, EventKind, PaymentId, PaymentStatus, RefundStatus};
use engine::{Turn, workers};
use sandbox::Kind;

use crate::gate::Gate;
use crate::installation::{Setup, TestEngine, within};
use crate::records::{
    OWNER, VISA, back, keyed, newest, paying, payment_of, plain, said, setting_aside, standing,
};

/// How long until a silent process counts as dead, in milliseconds.
const LEASE_MS: i64 = 3_001;

async fn dying(at: Turn) -> (TestEngine, Arc<Gate>) {
    let gate = Gate::at(at);
    let engine = TestEngine::with(Setup {
        turns: gate.turns(),
        ..Setup::default()
    })
    .await;
    (engine, gate)
}

/// The process stands at its gate for ever; a new one serves, once the old one counts as dead.
async fn succeed(engine: &mut TestEngine) {
    engine.clock.advance_millis(LEASE_MS);
    engine.restart().await;
}

/// A process dies at `at` while it takes a payment under the key `k`.
async fn died(at: Turn) -> (TestEngine, PaymentId) {
    let (mut engine, gate) = dying(at).await;
    engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    let id = engine.only_payment().await.id;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Sent]);
    succeed(&mut engine).await;
    (engine, id)
}

#[tokio::test]
async fn nothing_happened_before_the_intent_was_written() {
    let (mut engine, gate) = dying(Turn::BeforeCommit("payment_begin")).await;
    engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    succeed(&mut engine).await;
    assert_eq!(engine.work().await, 0);
    assert_eq!(engine.report().await.payments, 0);
    let reply = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
    assert!(!reply.is_replay);
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn an_intent_that_was_perhaps_sent_is_undone() {
    let (engine, id) = died(Turn::AfterCommit("payment_begin")).await;
    assert_eq!(engine.bank.received(Kind::Purchase), 0);
    engine.work().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Unknown]);
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    engine.settle().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
    assert_eq!(
        engine.status(id).await,
        PaymentStatus::RequiresPaymentMethod
    );
    engine.finish().await;
}

#[tokio::test]
async fn an_approval_that_was_not_written_is_undone() {
    let (engine, id) = died(Turn::BeforeCommit("payment_conclude")).await;
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    engine.settle().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
    assert_eq!(engine.told(EventKind::PaymentFailed).await, 1);
    assert_eq!(engine.report().await.transfers, 0);
    engine.finish().await;
}

#[tokio::test]
async fn an_outcome_that_was_written_stands() {
    let (mut engine, gate) = dying(Turn::AfterCommit("payment_conclude")).await;
    engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    succeed(&mut engine).await;
    assert_eq!(engine.work().await, 0);
    let reply = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
    assert!(reply.is_replay);
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn who_waits_under_the_key_learns_how_it_ended() {
    for at in [
        Turn::AfterCommit("payment_begin"),
        Turn::BeforeCommit("payment_conclude"),
    ] {
        let (engine, id) = died(at).await;
        let waiting = engine.begin(keyed("k"), paying(VISA));
        engine.settle().await;
        let reply = within(waiting).await.unwrap().unwrap();
        assert!(reply.is_replay);
        assert_eq!(standing(&reply), (402, "requires_payment_method"));
        assert_eq!(payment_of(&reply), id);
        assert_eq!(engine.report().await.payments, 1);
        engine.finish().await;
    }
}

#[tokio::test]
async fn the_attempts_of_a_living_process_are_left_alone() {
    let (mut engine, gate) = dying(Turn::AfterCommit("payment_begin")).await;
    let running = engine.begin(plain(), paying(VISA));
    gate.reached().await;
    let busy = engine.app.clone();
    engine.restart().await;
    for _ in 0..5 {
        engine.clock.advance_millis(2_000);
        busy.check_ready().await.unwrap();
        assert_eq!(engine.work().await, 0);
    }
    gate.open();
    let reply = within(running).await.unwrap().unwrap();
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn what_a_living_process_forgot_is_ended_by_its_age() {
    let (mut engine, gate) = dying(Turn::BeforeCommit("payment_conclude")).await;
    let running = engine.begin(plain(), paying(VISA));
    gate.reached().await;
    let id = engine.only_payment().await.id;
    let busy = engine.app.clone();
    engine.restart().await;
    engine.clock.advance_millis(30_001);
    busy.check_ready().await.unwrap();
    engine.settle().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
    gate.open();
    let late = within(running).await.unwrap().unwrap();
    assert_eq!(standing(&late), (402, "requires_payment_method"));
    engine.finish().await;
}

#[tokio::test]
async fn a_process_that_took_leave_is_not_waited_for() {
    let (mut engine, gate) = dying(Turn::AfterCommit("payment_begin")).await;
    engine.begin(plain(), paying(VISA));
    gate.reached().await;
    workers::take_leave(&engine.app).await.unwrap();
    let id = engine.only_payment().await.id;
    engine.restart().await;
    assert!(engine.work().await > 0);
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Unknown]);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_that_was_cut_fails_and_can_be_made_again() {
    for (at, sent) in [
        (Turn::AfterCommit("refund_open"), 0),
        (Turn::BeforeCommit("refund_conclude"), 1),
    ] {
        let (mut engine, gate) = dying(at).await;
        let id = engine.paid().await;
        engine.begin_refund(keyed("r"), back(id, Some(1000)));
        gate.reached().await;
        assert_eq!(engine.bank.received(Kind::Refund), sent);
        succeed(&mut engine).await;
        engine.work().await;
        assert_eq!(
            engine.payment(id).await.refunded_minor,
            1000 * i64::from(sent == 0)
        );
        engine.settle().await;
        let list = engine
            .app
            .list_refunds(OWNER, crate::records::refunds_of(id), newest(9))
            .await;
        let [refund] = list.unwrap().try_into().unwrap();
        assert_eq!(refund.status, RefundStatus::Failed);
        assert_eq!(engine.payment(id).await.refunded_minor, 0);
        let replay = engine
            .app
            .create_refund(&keyed("r"), back(id, Some(1000)))
            .await;
        let replay = replay.unwrap();
        assert!(replay.is_replay);
        assert_eq!(said(&replay, "given"), "failed");
        let again = engine.refund(id, Some(1250)).await.unwrap();
        assert_eq!(said(&again, "given"), "succeeded");
        engine.finish().await;
    }
}

#[tokio::test]
async fn a_capture_that_was_written_is_sent_by_whoever_is_there() {
    let (mut engine, gate) = dying(Turn::AfterCommit("payment_capture")).await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    let app = engine.app.clone();
    engine.app.supervisor.run(async move {
        let captured = app.capture_payment(&plain(), id, Some(900)).await;
        captured.unwrap();
    });
    gate.reached().await;
    engine.restart().await;
    assert_eq!(engine.status(id).await, PaymentStatus::Succeeded);
    assert_eq!(engine.bank.received(Kind::Capture), 0);
    engine.settle().await;
    assert_eq!(engine.bank.received(Kind::Capture), 1);
    engine.finish().await;
}

#[tokio::test]
async fn an_advice_whose_answer_was_lost_is_repeated_when_its_lease_ends() {
    let (mut engine, gate) = dying(Turn::BeforeCommit("advice_answer")).await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    engine
        .app
        .capture_payment(&plain(), id, None)
        .await
        .unwrap();
    let app = engine.app.clone();
    engine
        .app
        .supervisor
        .run(async move { workers::run_once(&app).await.unwrap() });
    gate.reached().await;
    engine.restart().await;
    engine.clock.advance_millis(19_000);
    assert_eq!(engine.work().await, 0, "its lease has not ended");
    engine.clock.advance_millis(1_000);
    engine.work().await;
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!((advice.status, advice.tries), (AdviceStatus::Answered, 2));
    assert_eq!(engine.bank.received(Kind::Capture), 2);
    engine.finish().await;
}

#[tokio::test]
async fn two_survivors_undo_an_attempt_once() {
    let (engine, id) = died(Turn::BeforeCommit("payment_conclude")).await;
    let other = engine.another_node().await;
    let (one, two) = tokio::join!(workers::run_once(&engine.app), workers::run_once(&other),);
    one.unwrap();
    two.unwrap();
    engine.settle().await;
    assert_eq!(engine.advices(id).await.len(), 1);
    assert_eq!(engine.told(EventKind::PaymentFailed).await, 1);
    engine.finish().await;
}
