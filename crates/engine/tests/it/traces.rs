//! Trace numbers: no two messages share one, whoever sends them.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{PaymentId, Trace};
use engine::App;
use tokio::task::JoinSet;

use crate::installation::{Setup, TestEngine, within};
use crate::records::{OWNER, VISA, back, newest, paying, payment_of, plain, standing};

/// An installation whose processes all want the numbers of the same terminal.
async fn narrow() -> TestEngine {
    TestEngine::with(Setup {
        terminals: &["TEST0001"],
        ..Setup::default()
    })
    .await
}

async fn pay(app: &Arc<App>) -> PaymentId {
    let reply = within(app.create_payment(&plain(), paying(VISA))).await;
    let reply = reply.unwrap();
    assert_eq!(standing(&reply), (200, "succeeded"));
    payment_of(&reply)
}

async fn trace(engine: &TestEngine, id: PaymentId) -> Trace {
    engine.load(id).await.attempt.unwrap().trace
}

#[tokio::test]
async fn two_processes_never_share_a_number() {
    let engine = narrow().await;
    let other = engine.another_node().await;
    let mut running = JoinSet::new();
    for app in [&engine.app, &other] {
        for _ in 0..8 {
            let app = app.clone();
            running.spawn(async move { pay(&app).await });
        }
    }
    let mut numbers = HashSet::new();
    while let Some(id) = within(running.join_next()).await {
        let trace = trace(&engine, id.unwrap()).await;
        assert!(numbers.insert(trace.stan), "{trace:?}");
    }
    assert_eq!(numbers.len(), 16);
    engine.finish().await;
}

#[tokio::test]
async fn numbers_follow_each_other_within_a_process() {
    let engine = narrow().await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let id = engine.paid().await;
        numbers.push(trace(&engine, id).await.stan);
    }
    assert_eq!(numbers, [1, 2, 3]);
    engine.finish().await;
}

#[tokio::test]
async fn what_a_process_had_left_is_skipped() {
    let mut engine = narrow().await;
    let first = engine.paid().await;
    engine.restart().await;
    let second = engine.paid().await;
    let stans = [
        trace(&engine, first).await.stan,
        trace(&engine, second).await.stan,
    ];
    assert_eq!(stans, [1, 1_001]);
    engine.finish().await;
}

#[tokio::test]
async fn numbers_begin_again_after_the_last_one() {
    let mut engine = narrow().await;
    let use_up = |tx: &store::Tx<'_>| {
        for _ in 0..999 {
            store::terminals::take_block(tx, "sandbox", "TEST0001")?;
        }
        Ok(())
    };
    engine.store.write("trace_block", use_up).await.unwrap();
    let before = engine.paid().await;
    assert_eq!(trace(&engine, before).await.stan, 999_001);
    engine.restart().await;
    let after = engine.paid().await;
    assert_eq!(trace(&engine, after).await.stan, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_number_of_another_second_is_another_message() {
    let mut engine = narrow().await;
    let first = engine.paid().await;
    let begin_again = |tx: &store::Tx<'_>| {
        for _ in 0..999 {
            store::terminals::take_block(tx, "sandbox", "TEST0001")?;
        }
        Ok(())
    };
    engine
        .store
        .write("trace_block", begin_again)
        .await
        .unwrap();
    engine.clock.advance_millis(1_000);
    engine.restart().await;
    let second = engine.paid().await;
    let (one, other) = (trace(&engine, first).await, trace(&engine, second).await);
    assert_eq!((&one.terminal, one.stan), (&other.terminal, other.stan));
    assert_ne!(one.sent_at, other.sent_at);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_goes_over_the_terminal_of_its_payment() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let terminal = trace(&engine, id).await.terminal;
    for _ in 0..6 {
        let other = engine.another_node().await;
        engine.clock.advance_millis(1);
        let refunded = other.create_refund(&plain(), back(id, Some(10))).await;
        refunded.unwrap();
    }
    let refunds = engine
        .app
        .list_refunds(OWNER, crate::records::refunds_of(id), newest(9))
        .await;
    let refunds = refunds.unwrap();
    assert_eq!(refunds.len(), 6);
    assert!(
        refunds
            .iter()
            .all(|refund| refund.trace.terminal == terminal)
    );
    assert!(
        refunds
            .iter()
            .all(|refund| refund.trace.sent_at == refund.created_at.whole_second())
    );
    engine.finish().await;
}
