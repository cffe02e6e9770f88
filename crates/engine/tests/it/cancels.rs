//! Giving payments up.

use domain::{
    AdviceKind, AdviceStatus, AttemptStatus, CancellationReason, EventKind, PaymentStatus, Refusal,
};
use sandbox::{Fault, Kind};

use crate::installation::TestEngine;
use crate::records::{
    CHALLENGED, DECLINED, VISA, asking, paying, payment_of, plain, refusal, setting_aside,
    standing, typed,
};

#[tokio::test]
async fn an_open_payment_is_given_up_without_a_word_to_the_acquirer() {
    let engine = TestEngine::start().await;
    let open = payment_of(&engine.create(asking()).await);
    let declined = payment_of(&engine.create(paying(DECLINED)).await);
    let challenged = payment_of(&engine.create(paying(CHALLENGED)).await);
    for id in [open, declined, challenged] {
        let reason = Some(CancellationReason::RequestedByCustomer);
        let reply = engine.app.cancel_payment(&plain(), id, reason).await;
        assert_eq!(standing(&reply.unwrap()), (200, "canceled"));
        let payment = engine.payment(id).await;
        assert_eq!(payment.cancellation_reason, reason);
        assert!(payment.canceled_at.is_some());
        assert!(engine.advices(id).await.is_empty());
    }
    assert_eq!(engine.told(EventKind::PaymentCanceled).await, 3);
    assert_eq!(engine.bank.received(Kind::Reversal), 0);
    engine.finish().await;
}

#[tokio::test]
async fn money_set_aside_is_released() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    let reply = engine.app.cancel_payment(&plain(), id, None).await.unwrap();
    assert_eq!(standing(&reply), (200, "canceled"));
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!(
        (advice.kind, advice.status),
        (AdviceKind::Reversal, AdviceStatus::Owed)
    );
    engine.settle().await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Reversed]);
    assert_eq!(engine.status(id).await, PaymentStatus::Canceled);
    engine.finish().await;
}

#[tokio::test]
async fn an_unanswered_release_is_repeated_and_the_payment_stays_given_up() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    engine
        .bank
        .disturb(Kind::Reversal, 2, Fault::DropBeforeAnswer);
    let cancelled = engine.app.cancel_payment(&plain(), id, None).await;
    cancelled.unwrap();
    engine.settle().await;
    assert_eq!(engine.advices(id).await[0].tries, 3);
    assert_eq!(engine.status(id).await, PaymentStatus::Canceled);
    engine.finish().await;
}

#[tokio::test]
async fn what_is_paid_or_given_up_cannot_be_given_up() {
    let engine = TestEngine::start().await;
    let paid = engine.paid().await;
    let given_up = payment_of(&engine.create(asking()).await);
    let cancelled = engine.app.cancel_payment(&plain(), given_up, None).await;
    cancelled.unwrap();
    for (id, status) in [
        (paid, PaymentStatus::Succeeded),
        (given_up, PaymentStatus::Canceled),
    ] {
        let refused = engine.app.cancel_payment(&plain(), id, None).await;
        assert_eq!(refusal(refused), Refusal::UnexpectedStatus(status));
    }
    let revived = engine
        .app
        .confirm_payment(&plain(), given_up, typed(VISA))
        .await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Canceled);
    assert_eq!(refusal(revived), expected);
    engine.finish().await;
}

#[tokio::test]
async fn a_payment_in_doubt_cannot_be_given_up() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(paying("4000000000550709")).await);
    let refused = engine.app.cancel_payment(&plain(), id, None).await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Processing);
    assert_eq!(refusal(refused), expected);
    engine.settle().await;
    let cancelled = engine.app.cancel_payment(&plain(), id, None).await;
    assert_eq!(standing(&cancelled.unwrap()), (200, "canceled"));
    engine.finish().await;
}
