//! Taking what was set aside.

use domain::{AdviceKind, AdviceStatus, EventKind, PaymentId, PaymentStatus, Refusal};
use sandbox::{Fault, Kind};

use crate::errors::Errors;
use crate::installation::TestEngine;
use crate::records::{VISA, payment_of, plain, refusal, setting_aside, standing};

async fn held(engine: &TestEngine) -> PaymentId {
    payment_of(&engine.create(setting_aside(VISA)).await)
}

#[tokio::test]
async fn all_of_it_is_captured_when_no_amount_is_named() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    let reply = engine
        .app
        .capture_payment(&plain(), id, None)
        .await
        .unwrap();
    assert_eq!(standing(&reply), (200, "succeeded"));
    assert_eq!(engine.payment(id).await.captured_minor, 1250);
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!(
        (advice.kind, advice.status),
        (AdviceKind::Capture, AdviceStatus::Owed)
    );
    engine.settle().await;
    assert_eq!(engine.advices(id).await[0].status, AdviceStatus::Answered);
    assert_eq!(engine.bank.received(Kind::Capture), 1);
    assert_eq!(engine.told(EventKind::ChargeCaptured).await, 1);
    assert_eq!(engine.told(EventKind::PaymentSucceeded).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_part_is_captured_and_the_rest_released() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    let captured = engine.app.capture_payment(&plain(), id, Some(500)).await;
    assert_eq!(standing(&captured.unwrap()), (200, "succeeded"));
    let payment = engine.payment(id).await;
    assert_eq!(payment.captured_minor, 500);
    assert_eq!(payment.capturable_minor(), 0);
    assert_eq!(payment.refundable_minor(), 500);
    engine.finish().await;
}

#[tokio::test]
async fn a_wrong_amount_is_refused_and_the_money_stays_set_aside() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    for (minor, expected) in [
        (1251, Refusal::AmountAboveCapturable),
        (0, Refusal::AmountTooSmall),
        (-1, Refusal::AmountTooSmall),
    ] {
        let refused = engine.app.capture_payment(&plain(), id, Some(minor)).await;
        assert_eq!(refusal(refused), expected);
    }
    assert_eq!(engine.status(id).await, PaymentStatus::RequiresCapture);
    assert!(engine.advices(id).await.is_empty());
    engine.finish().await;
}

#[tokio::test]
async fn a_second_capture_is_refused() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    let first = engine.app.capture_payment(&plain(), id, Some(500)).await;
    first.unwrap();
    let second = engine.app.capture_payment(&plain(), id, Some(500)).await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(second), expected);
    assert_eq!(engine.payment(id).await.captured_minor, 500);
    engine.finish().await;
}

#[tokio::test]
async fn only_what_is_set_aside_can_be_captured() {
    let engine = TestEngine::start().await;
    let open = payment_of(&engine.create(crate::records::asking()).await);
    for (id, status) in [
        (engine.paid().await, PaymentStatus::Succeeded),
        (open, PaymentStatus::RequiresPaymentMethod),
    ] {
        let refused = engine.app.capture_payment(&plain(), id, None).await;
        assert_eq!(refusal(refused), Refusal::UnexpectedStatus(status));
    }
    engine.finish().await;
}

#[tokio::test]
async fn two_captures_at_once_take_the_money_once() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    let request = plain();
    let capture = || engine.app.capture_payment(&request, id, Some(700));
    let (one, other) = tokio::join!(capture(), capture());
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let refused = if one.is_err() { one } else { other };
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    assert_eq!(engine.advices(id).await.len(), 1);
    engine.settle().await;
    assert_eq!(engine.bank.received(Kind::Capture), 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_capture_and_a_cancellation_at_once_do_not_both_happen() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    let request = plain();
    let (captured, cancelled) = tokio::join!(
        engine.app.capture_payment(&request, id, None),
        engine.app.cancel_payment(&request, id, None),
    );
    assert_ne!(captured.is_ok(), cancelled.is_ok());
    let expected = if captured.is_ok() {
        PaymentStatus::Succeeded
    } else {
        PaymentStatus::Canceled
    };
    assert_eq!(engine.status(id).await, expected);
    assert_eq!(engine.advices(id).await.len(), 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_capture_rests_on_its_commit_while_the_acquirer_is_away() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    engine.bank.unplug();
    let captured = engine.app.capture_payment(&plain(), id, None).await;
    assert_eq!(standing(&captured.unwrap()), (200, "succeeded"));
    engine.work().await;
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!((advice.status, advice.tries), (AdviceStatus::Owed, 0));
    engine.bank.be_patient();
    engine.finish().await;
}

#[tokio::test]
async fn an_unanswered_capture_is_repeated_and_booked_once() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(setting_aside("4000000000551202")).await);
    engine.bank.hasten();
    let captured = engine.app.capture_payment(&plain(), id, Some(800)).await;
    captured.unwrap();
    engine.settle().await;
    let [advice] = engine.advices(id).await.try_into().unwrap();
    assert_eq!(advice.status, AdviceStatus::Answered);
    assert!(advice.tries >= 3, "{}", advice.tries);
    assert!(engine.bank.received(Kind::Capture) >= 3);
    engine.finish().await;
}

#[tokio::test]
async fn a_lost_capture_is_sent_again() {
    let engine = TestEngine::start().await;
    let id = held(&engine).await;
    engine
        .bank
        .disturb(Kind::Capture, 1, Fault::DropBeforeBooking);
    let captured = engine.app.capture_payment(&plain(), id, None).await;
    captured.unwrap();
    engine.settle().await;
    assert_eq!(engine.advices(id).await[0].tries, 2);
    engine.finish().await;
}

#[tokio::test]
async fn a_refused_capture_is_for_a_person_and_never_a_silent_flip() {
    let engine = TestEngine::start().await;
    let (errors, _guard) = Errors::listen();
    let id = payment_of(&engine.create(setting_aside("4000000000551103")).await);
    let captured = engine.app.capture_payment(&plain(), id, None).await;
    assert_eq!(standing(&captured.unwrap()), (200, "succeeded"));
    engine.settle().await;
    assert_eq!(engine.advices(id).await[0].status, AdviceStatus::Refused);
    assert_eq!(engine.status(id).await, PaymentStatus::Succeeded);
    assert!(errors.tell_of("is refused"));
    engine.finish_for_a_person().await;
}
