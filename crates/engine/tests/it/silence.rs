//! The table *Silence on the card rail*: what becomes of a payment whose answer does not come.

use domain::{
    AdviceKind, AdviceStatus, AttemptStatus, DeclineReason, EventKind, PaymentError, PaymentStatus,
};
use engine::Turn;
use sandbox::{Fault, Kind};

use crate::gate::Gate;
use crate::installation::{Setup, TestEngine, within};
use crate::records::{
    VISA, keyed, paying, payment_of, plain, said, setting_aside, standing, typed,
};

/// Takes payments by `number`, which end in doubt, until they are undone.
async fn is_undone(number: &str, is_awaited: bool) {
    for create in [paying(number), setting_aside(number)] {
        let engine = TestEngine::start().await;
        if is_awaited {
            engine.bank.hasten();
        }
        let reply = engine.create(create).await;
        engine.bank.be_patient();
        assert_eq!(standing(&reply), (200, "processing"));
        let id = payment_of(&reply);
        assert_eq!(engine.attempts(id).await, [AttemptStatus::Unknown]);
        let [advice] = engine.advices(id).await.try_into().unwrap();
        assert_eq!(
            (advice.kind, advice.status),
            (AdviceKind::Reversal, AdviceStatus::Owed)
        );
        engine.settle().await;
        assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
        let payment = engine.payment(id).await;
        assert_eq!(payment.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(payment.last_error, Some(PaymentError::Processing));
        assert_eq!(engine.told(EventKind::PaymentProcessing).await, 1);
        assert_eq!(engine.told(EventKind::PaymentFailed).await, 1);
        assert_eq!(engine.told(EventKind::ChargeFailed).await, 1);
        assert_eq!(engine.told(EventKind::PaymentSucceeded).await, 0);
        let paid = within(engine.app.confirm_payment(&plain(), id, typed(VISA))).await;
        assert_eq!(paid.unwrap().answer.status, 200, "the payer may try again");
        engine.finish().await;
    }
}

#[tokio::test]
async fn a_payment_without_an_answer_is_reversed() {
    is_undone("4000000000550105", true).await;
}

#[tokio::test]
async fn a_message_that_was_lost_is_reversed() {
    is_undone("4000000000550907", true).await;
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_no_answer() {
    is_undone("4000000000550402", false).await;
}

#[tokio::test]
async fn a_connection_dropped_before_the_booking_is_silence() {
    is_undone("4000000000550600", false).await;
}

#[tokio::test]
async fn a_connection_dropped_before_the_answer_is_silence() {
    is_undone("4000000000550709", false).await;
}

#[tokio::test]
async fn a_late_approval_is_never_booked() {
    let engine = TestEngine::start().await;
    engine.bank.hasten();
    let id = payment_of(&engine.create(paying("4000000000550204")).await);
    engine.bank.be_patient();
    engine.settle().await;
    engine.bank.strayed().await;
    assert_eq!(
        engine.status(id).await,
        PaymentStatus::RequiresPaymentMethod
    );
    assert_eq!(engine.report().await.transfers, 0);
    engine.finish().await;
}

#[tokio::test]
async fn a_late_approval_does_not_count_before_its_reversal_either() {
    let engine = TestEngine::start().await;
    engine.bank.hasten();
    let id = payment_of(&engine.create(paying("4000000000550204")).await);
    engine.bank.strayed().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Unknown]);
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    engine.bank.be_patient();
    engine.finish().await;
}

#[tokio::test]
async fn an_answer_that_comes_twice_counts_once() {
    let engine = TestEngine::start().await;
    let reply = engine.create(paying("4000000000550501")).await;
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine.bank.strayed().await;
    assert_eq!(engine.report().await.transfers, 1);
    engine.finish().await;
}

#[tokio::test]
async fn what_was_answered_counts_although_the_connection_drops() {
    let engine = TestEngine::start().await;
    for number in ["4000000000550303", "4000000000550808"] {
        let reply = engine.create(paying(number)).await;
        assert_eq!(standing(&reply), (200, "succeeded"));
    }
    engine.finish().await;
}

#[tokio::test]
async fn a_part_that_was_approved_is_given_back() {
    let engine = TestEngine::start().await;
    let reply = engine.create(paying("4000000000551004")).await;
    assert_eq!(standing(&reply), (402, "requires_payment_method"));
    let id = payment_of(&reply);
    let error = PaymentError::Declined(DeclineReason::PartialApproval);
    assert_eq!(engine.payment(id).await.last_error, Some(error));
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!(advice.kind, AdviceKind::Reversal);
    engine.settle().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Declined]);
    assert_eq!(engine.bank.received(Kind::Reversal), 1);
    engine.finish().await;
}

#[tokio::test]
async fn what_was_certainly_not_sent_owes_nothing() {
    let engine = TestEngine::start().await;
    engine.bank.unplug();
    let reply = engine.create(paying(VISA)).await;
    assert_eq!(standing(&reply), (402, "requires_payment_method"));
    let id = payment_of(&reply);
    assert_eq!(engine.attempts(id).await, [AttemptStatus::NotSent]);
    let payment = engine.payment(id).await;
    assert_eq!(payment.last_error, Some(PaymentError::Processing));
    assert!(engine.advices(id).await.is_empty());
    engine.bank.be_patient();
    let paid = within(engine.app.confirm_payment(&plain(), id, typed(VISA))).await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    assert_eq!(engine.bank.received(Kind::Reversal), 0);
    engine.finish().await;
}

#[tokio::test]
async fn an_original_that_is_not_found_may_still_be_under_way() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying("4000000000550600")).await);
    engine.work().await;
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    engine.clock.advance_millis(4_000);
    engine.work().await;
    assert_eq!(engine.bank.received(Kind::Reversal), 2);
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    engine.clock.advance_millis(4_000);
    engine.work().await;
    assert_eq!(engine.bank.received(Kind::Reversal), 3);
    assert_eq!(
        engine.status(id).await,
        PaymentStatus::RequiresPaymentMethod
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_reversal_is_repeated_until_it_is_answered() {
    let engine = TestEngine::start().await;
    engine.bank.hasten();
    let id = payment_of(&engine.create(paying("4000000000551509")).await);
    engine.settle().await;
    engine.bank.be_patient();
    assert!(engine.bank.received(Kind::Reversal) >= 3);
    assert_eq!(
        engine.status(id).await,
        PaymentStatus::RequiresPaymentMethod
    );
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!(advice.status, AdviceStatus::Answered);
    engine.finish().await;
}

#[tokio::test]
async fn every_repeat_of_a_reversal_carries_the_trace_of_the_first() {
    let engine = TestEngine::start().await;
    engine
        .bank
        .disturb(Kind::Reversal, 2, Fault::DropBeforeAnswer);
    let id = payment_of(&engine.create(paying("4000000000550709")).await);
    engine.settle().await;
    let entries = engine.bank.host.entries().unwrap();
    let reversals = entries.iter().filter(|entry| entry.kind == Kind::Reversal);
    let reversals: Vec<_> = reversals.collect();
    assert_eq!(reversals.len(), 3);
    assert!(reversals.iter().all(|one| one.key == reversals[0].key));
    let trace = engine.load(id).await.attempt.unwrap().trace;
    assert_eq!(reversals[0].key.terminal(), trace.terminal);
    assert_ne!(reversals[0].key.stan(), trace.stan);
    engine.finish().await;
}

#[tokio::test]
async fn an_answer_that_comes_after_the_resolver_does_not_count() {
    let gate = Gate::at(Turn::BeforeCommit("payment_conclude"));
    let engine = TestEngine::with(Setup {
        turns: gate.turns(),
        ..Setup::default()
    })
    .await;
    let paying = engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    let id = engine.only_payment().await.id;
    let other = engine.another_node().await;
    engine.clock.advance_millis(30_001);
    other.check_ready().await.unwrap();
    within(engine::workers::run_once(&other)).await.unwrap();
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
    gate.open();
    let late = within(paying).await.unwrap().unwrap();
    assert_eq!(standing(&late), (402, "requires_payment_method"));
    assert_eq!(said(&late, "ended"), "reversed");
    assert_eq!(engine.report().await.transfers, 0);
    engine.finish().await;
}
