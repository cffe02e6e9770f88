//! Callers who hang up: what they began goes on.

use domain::{PaymentStatus, RefundStatus};
use engine::Turn;

use crate::gate::Gate;
use crate::installation::{Setup, TestEngine, within};
use crate::records::{OWNER, VISA, back, keyed, newest, paying, plain, standing};

async fn gated(at: Turn) -> (TestEngine, std::sync::Arc<Gate>) {
    let gate = Gate::at(at);
    let engine = TestEngine::with(Setup {
        turns: gate.turns(),
        ..Setup::default()
    })
    .await;
    (engine, gate)
}

#[tokio::test]
async fn a_payment_ends_although_its_caller_hung_up() {
    for at in [
        Turn::BeforeCommit("payment_begin"),
        Turn::AfterCommit("payment_begin"),
        Turn::BeforeCommit("payment_conclude"),
    ] {
        let (engine, gate) = gated(at).await;
        let caller = engine.begin(keyed("k"), paying(VISA));
        gate.reached().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        gate.open();
        let again = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
        assert!(again.is_replay || at == Turn::BeforeCommit("payment_begin"));
        assert_eq!(standing(&again), (200, "succeeded"));
        let only = engine.only_payment().await;
        engine.until_status(only.id, PaymentStatus::Succeeded).await;
        engine.finish().await;
    }
}

#[tokio::test]
async fn a_refund_ends_although_its_caller_hung_up() {
    for at in [
        Turn::BeforeCommit("refund_open"),
        Turn::AfterCommit("refund_open"),
        Turn::BeforeCommit("refund_conclude"),
    ] {
        let (engine, gate) = gated(at).await;
        let id = engine.paid().await;
        let caller = engine.begin_refund(plain(), back(id, Some(300)));
        gate.reached().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        gate.open();
        let ended = async {
            loop {
                let list = engine
                    .app
                    .list_refunds(OWNER, crate::records::refunds_of(id), newest(9))
                    .await;
                let list = list.unwrap();
                if list.iter().any(|one| one.status == RefundStatus::Succeeded) {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        within(ended).await;
        assert_eq!(engine.payment(id).await.refunded_minor, 300);
        engine.finish().await;
    }
}

#[tokio::test]
async fn the_service_waits_for_what_a_caller_left_behind() {
    let (engine, gate) = gated(Turn::AfterCommit("payment_begin")).await;
    let caller = engine.begin(plain(), paying(VISA));
    gate.reached().await;
    caller.abort();
    let moment = std::time::Duration::from_millis(20);
    assert!(!engine.app.supervisor.shut_down(moment).await);
    gate.open();
    let patience = crate::installation::PATIENCE;
    assert!(engine.app.supervisor.shut_down(patience).await);
    assert_eq!(engine.only_payment().await.status, PaymentStatus::Succeeded);
    engine.finish().await;
}
