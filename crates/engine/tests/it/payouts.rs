//! Money that leaves the balance: never more than there is, and back when it does not leave.

use std::sync::Arc;

use domain::payment::{Metadata, MetadataChange};
use domain::{EventKind, PayoutFailure, PayoutId, PayoutStatus, Refusal};
use engine::payouts::{Create, Ending};
use engine::{App, Error, Thing};

use crate::installation::{TestEngine, within};
use crate::records::{
    LIVE, OTHER, OWNER, euros, fingerprinted, keyed, missing, newest, of, payout_of, plain,
    refusal, said,
};

fn of_minor(minor: i64) -> Create {
    Create {
        amount: euros(minor),
        description: None,
        statement_descriptor: None,
        metadata: Metadata::new(),
    }
}

async fn available(engine: &TestEngine) -> i64 {
    let balances = engine.app.get_balance(OWNER).await.unwrap();
    balances.first().unwrap().available_minor
}

async fn pay_out(engine: &TestEngine, minor: i64) -> PayoutId {
    let reply = engine.app.create_payout(&plain(), of_minor(minor)).await;
    payout_of(&reply.unwrap())
}

async fn status(engine: &TestEngine, id: PayoutId) -> PayoutStatus {
    engine.app.get_payout(OWNER, id).await.unwrap().status
}

#[tokio::test]
async fn a_payout_leaves_the_balance_at_once() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = pay_out(&engine, 1000).await;
    assert_eq!(status(&engine, id).await, PayoutStatus::Pending);
    assert_eq!(available(&engine).await, 250);
    assert_eq!(engine.told(EventKind::PayoutCreated).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn more_than_is_available_is_refused_and_nothing_is_written() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let refused = engine.app.create_payout(&plain(), of_minor(1251)).await;
    assert_eq!(refusal(refused), Refusal::BalanceInsufficient);
    assert_eq!(
        engine.app.list_payouts(OWNER, newest(10)).await.unwrap(),
        []
    );
    assert_eq!(available(&engine).await, 1250);
    engine.finish().await;
}

#[tokio::test]
async fn money_of_another_currency_merchant_or_mode_is_not_available() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let yen = Create {
        amount: domain::Money::new(1, crate::records::currency("JPY")),
        ..of_minor(1)
    };
    let refused = engine.app.create_payout(&plain(), yen).await;
    assert_eq!(refusal(refused), Refusal::BalanceInsufficient);
    for owner in [OTHER, LIVE] {
        let refused = engine.app.create_payout(&of(owner), of_minor(1)).await;
        assert_eq!(refusal(refused), Refusal::BalanceInsufficient);
    }
    engine.finish().await;
}

#[tokio::test]
async fn what_does_not_leave_is_due_again_once() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = pay_out(&engine, 1000).await;
    let canceled = engine.app.cancel_payout(&plain(), id).await.unwrap();
    assert_eq!(said(&canceled, "stands"), "canceled");
    assert_eq!(available(&engine).await, 1250);
    let again = engine.app.cancel_payout(&plain(), id).await;
    let ended = Refusal::PayoutEnded(PayoutStatus::Canceled);
    assert_eq!(refusal(again), ended);
    let paid = engine.app.end_payout(id, Ending::Paid).await;
    assert_eq!(refusal(paid), ended);
    let id = pay_out(&engine, 1250).await;
    let failed = Ending::Failed(PayoutFailure::NoAccount);
    let failed = engine.app.end_payout(id, failed).await.unwrap();
    assert_eq!(failed.failure, Some(PayoutFailure::NoAccount));
    assert_eq!(available(&engine).await, 1250);
    assert_eq!(engine.told(EventKind::PayoutCanceled).await, 1);
    assert_eq!(engine.told(EventKind::PayoutFailed).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn what_left_is_gone() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = pay_out(&engine, 1250).await;
    let paid = engine.app.end_payout(id, Ending::Paid).await.unwrap();
    assert_eq!(paid.status, PayoutStatus::Paid);
    let refused = engine.app.cancel_payout(&plain(), id).await;
    assert_eq!(refusal(refused), Refusal::PayoutEnded(PayoutStatus::Paid));
    assert_eq!(available(&engine).await, 0);
    assert_eq!(engine.told(EventKind::PayoutPaid).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_may_take_more_than_there_is_and_payouts_then_wait() {
    let engine = TestEngine::start().await;
    let payment = engine.paid().await;
    pay_out(&engine, 1250).await;
    engine.refund(payment, None).await.unwrap();
    assert_eq!(available(&engine).await, -1250);
    engine.paid().await;
    let refused = engine.app.create_payout(&plain(), of_minor(1)).await;
    assert_eq!(refusal(refused), Refusal::BalanceInsufficient);
    engine.finish().await;
}

#[tokio::test]
async fn the_same_key_pays_out_once() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let first = engine.app.create_payout(&keyed("k"), of_minor(1000)).await;
    let again = engine.app.create_payout(&keyed("k"), of_minor(1000)).await;
    let again = again.unwrap();
    assert!(again.is_replay);
    assert_eq!(payout_of(&first.unwrap()), payout_of(&again));
    assert_eq!(available(&engine).await, 250);
    let other = fingerprinted("k", 2);
    let reused = engine.app.create_payout(&other, of_minor(1)).await;
    assert!(matches!(reused, Err(Error::KeyReused)));
    engine.finish().await;
}

#[tokio::test]
async fn a_payout_of_somebody_else_does_not_exist() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = pay_out(&engine, 1000).await;
    for owner in [OTHER, LIVE] {
        assert_eq!(
            missing(engine.app.get_payout(owner, id).await),
            Thing::Payout
        );
        let canceled = engine.app.cancel_payout(&of(owner), id).await;
        assert_eq!(missing(canceled), Thing::Payout);
        let change = MetadataChange::default();
        let updated = engine.app.update_payout(&of(owner), id, change).await;
        assert_eq!(missing(updated), Thing::Payout);
        assert_eq!(
            engine.app.list_payouts(owner, newest(10)).await.unwrap(),
            []
        );
    }
    assert_eq!(status(&engine, id).await, PayoutStatus::Pending);
    engine.finish().await;
}

/// How often two processes try to pay out the same money at once.
const ROUNDS: usize = 200;

async fn race(one: &Arc<App>, other: &Arc<App>) -> usize {
    let pay = |app: &Arc<App>| {
        let payer = app.clone();
        let task = async move { payer.create_payout(&plain(), of_minor(1250)).await };
        app.supervisor.run(task)
    };
    let tasks = [pay(one), pay(other)];
    let mut won = 0;
    for task in tasks {
        match within(task).await.unwrap() {
            Ok(_) => won += 1,
            Err(Error::Refused(Refusal::BalanceInsufficient)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    won
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_payouts_at_once_never_take_more_than_there_is() {
    let engine = TestEngine::start().await;
    let other = engine.another_node().await;
    engine.paid().await;
    for _ in 0..ROUNDS {
        assert_eq!(race(&engine.app, &other).await, 1);
        assert_eq!(available(&engine).await, 0);
        let last = engine.app.list_payouts(OWNER, newest(1)).await.unwrap();
        engine
            .app
            .cancel_payout(&plain(), last[0].id)
            .await
            .unwrap();
        engine.clock.advance_millis(1);
    }
    engine.finish().await;
}

#[tokio::test]
async fn pairs_are_changed_beside_the_money() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = pay_out(&engine, 1000).await;
    let change = MetadataChange::default();
    engine
        .app
        .update_payout(&plain(), id, change)
        .await
        .unwrap();
    engine.app.end_payout(id, Ending::Paid).await.unwrap();
    let change = MetadataChange::default();
    engine
        .app
        .update_payout(&plain(), id, change)
        .await
        .unwrap();
    assert_eq!(status(&engine, id).await, PayoutStatus::Paid);
    assert_eq!(engine.told(EventKind::PayoutUpdated).await, 2);
    engine.finish().await;
}
