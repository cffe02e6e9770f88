//! What goes on without anybody asking.

use domain::{AdviceStatus, AttemptStatus, PaymentId, PaymentStatus, Timestamp};
use engine::Turn;
use engine::workers::{self, Periods};
use sandbox::{Fault, Kind};

use crate::errors::Errors;
use crate::gate::Gate;
use crate::installation::{PATIENCE, SELDOM, Setup, TestEngine, within};
use crate::records::{CHALLENGED, VISA, paying, payment_of, plain, setting_aside};

/// Sandbox card whose payment is booked, and whose connection drops before the answer.
const DOUBTFUL: &str = "4000000000550709";

async fn next_due(engine: &TestEngine) -> Timestamp {
    let due = engine.store.read(store::advices::next_due).await.unwrap();
    due.unwrap()
}

/// A payment in doubt, whose reversals stay unanswered so many times.
async fn in_doubt(engine: &TestEngine, unanswered: u32) -> PaymentId {
    engine
        .bank
        .disturb(Kind::Reversal, unanswered, Fault::DropBeforeAnswer);
    payment_of(&engine.create(paying(DOUBTFUL)).await)
}

#[tokio::test]
async fn pauses_between_repeats_double_up_to_the_longest() {
    let engine = TestEngine::start().await;
    let id = in_doubt(&engine, 6).await;
    for pause_ms in [1_000, 2_000, 4_000, 8_000, 8_000, 8_000] {
        let now = engine.clock.now();
        assert_eq!(engine.work().await, 1);
        assert_eq!(next_due(&engine).await.millis_since(now), pause_ms);
        engine.clock.advance_millis(pause_ms - 1);
        assert_eq!(engine.work().await, 0, "not before its time");
        engine.clock.advance_millis(1);
    }
    engine.work().await;
    assert_eq!(engine.advices(id).await[0].status, AdviceStatus::Answered);
    assert_eq!(engine.bank.received(Kind::Reversal), 7);
    engine.finish().await;
}

#[tokio::test]
async fn a_message_that_did_not_leave_is_no_try() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying(DOUBTFUL)).await);
    engine.bank.unplug();
    for _ in 0..3 {
        let now = engine.clock.now();
        assert_eq!(engine.work().await, 1);
        assert_eq!(next_due(&engine).await.millis_since(now), 500);
        assert_eq!(engine.advices(id).await[0].tries, 0);
        engine.clock.advance_millis(500);
    }
    engine.bank.be_patient();
    engine.work().await;
    assert_eq!(engine.bank.received(Kind::Reversal), 1);
    assert_eq!(engine.advices(id).await[0].tries, 1);
    engine.finish().await;
}

#[tokio::test]
async fn after_too_many_repeats_a_person_must_look() {
    let mut setup = Setup::default();
    setup.timing.repeats_max = 3;
    let engine = TestEngine::with(setup).await;
    let (errors, _guard) = Errors::listen();
    let id = in_doubt(&engine, 3).await;
    for _ in 0..3 {
        engine.work().await;
        assert_eq!(engine.advices(id).await[0].status, AdviceStatus::Owed);
        engine.clock.advance_millis(8_000);
    }
    assert!(!errors.tell_of("needs_operator"));
    engine.work().await;
    assert_eq!(
        engine.advices(id).await[0].status,
        AdviceStatus::NeedsOperator
    );
    assert!(errors.tell_of("needs_operator"));
    assert_eq!(engine.bank.received(Kind::Reversal), 3);
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Unknown]);
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    engine.clock.advance_millis(60_000);
    assert_eq!(engine.work().await, 0, "nobody repeats it any more");
    engine.finish_for_a_person().await;
}

#[tokio::test]
async fn many_advices_are_sent_in_one_look() {
    let engine = TestEngine::start().await;
    for _ in 0..5 {
        let id = payment_of(&engine.create(setting_aside(VISA)).await);
        engine
            .app
            .capture_payment(&plain(), id, Some(800))
            .await
            .unwrap();
    }
    assert_eq!(engine.work().await, 5);
    assert_eq!(engine.report().await.owed_advices, 0);
    assert_eq!(engine.work().await, 0);
    engine.finish().await;
}

#[tokio::test]
async fn whoever_owes_an_advice_wakes_the_worker() {
    let engine = TestEngine::start().await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    let held = payment_of(&engine.create(setting_aside(VISA)).await);
    engine
        .app
        .capture_payment(&plain(), held, None)
        .await
        .unwrap();
    let answered = async {
        while engine.report().await.owed_advices > 0 {
            tokio::task::yield_now().await;
        }
    };
    within(answered).await;
    engine.finish().await;
}

#[tokio::test]
async fn a_process_whose_heart_beats_keeps_its_attempts() {
    let gate = Gate::at(Turn::BeforeCommit("payment_conclude"));
    let mut engine = TestEngine::with(Setup {
        turns: gate.turns(),
        ..Setup::default()
    })
    .await;
    let periods = Periods {
        heartbeat_ms: 3,
        ..SELDOM
    };
    workers::start(&engine.app, periods).await.unwrap();
    let running = engine.begin(plain(), paying(VISA));
    gate.reached().await;
    let id = engine.only_payment().await.id;
    let busy = engine.app.clone();
    engine.restart().await;
    engine.clock.advance_millis(3_001);
    // The first look may come before the next beat; what it would take is only listed here.
    let is_alive = async {
        while is_abandoned(&engine).await {
            tokio::task::yield_now().await;
        }
    };
    within(is_alive).await;
    assert_eq!(engine.work().await, 0);
    gate.open();
    within(running).await.unwrap().unwrap();
    assert_eq!(engine.status(id).await, PaymentStatus::Succeeded);
    assert!(busy.supervisor.shut_down(PATIENCE).await);
    engine.finish().await;
}

/// Whether the resolver would take any attempt now.
async fn is_abandoned(engine: &TestEngine) -> bool {
    let now = engine.clock.now();
    let (seen_since, begun_before) = (now.plus_millis(-3_000), now.plus_millis(-30_000));
    let list =
        move |tx: &store::Tx<'_>| store::attempts::list_abandoned(tx, seen_since, begun_before, 10);
    !engine.store.read(list).await.unwrap().is_empty()
}

#[tokio::test]
async fn a_challenge_that_nobody_ends_is_not_abandoned() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying(CHALLENGED)).await);
    engine.clock.advance_millis(3_600_000);
    assert_eq!(engine.work().await, 0);
    assert_eq!(engine.status(id).await, PaymentStatus::RequiresAction);
    engine.finish().await;
}

#[tokio::test]
async fn workers_end_with_the_service() {
    let engine = TestEngine::start().await;
    let often = Periods {
        advise_ms: 1,
        deliver_ms: 1,
        expire_ms: 1,
        heartbeat_ms: 1,
        purge_ms: 1,
        resolve_ms: 1,
        summarise_ms: 1,
    };
    workers::start(&engine.app, often).await.unwrap();
    engine.paid().await;
    assert!(engine.app.supervisor.shut_down(PATIENCE).await);
    workers::take_leave(&engine.app).await.unwrap();
    engine.finish().await;
}
