//! Payers who must prove who they are.

use domain::{AttemptStatus, CvcCheck, EventKind, PaymentError, PaymentId, PaymentStatus, Refusal};
use engine::{Reply, Thing};
use sandbox::{Kind, authentication_value};

use crate::installation::{TestEngine, within};
use crate::records::{
    CHALLENGED, MASTERCARD, OTHER, VISA, asking, keyed, missing, of, paying, payment_of, plain,
    refusal, standing, typed,
};

async fn challenged(engine: &TestEngine) -> PaymentId {
    let reply = engine.create(paying(CHALLENGED)).await;
    assert_eq!(standing(&reply), (200, "requires_action"));
    payment_of(&reply)
}

/// What the payer's challenge yields.
async fn proof(engine: &TestEngine, id: PaymentId) -> Option<String> {
    let attempt = engine.load(id).await.attempt.unwrap();
    attempt.challenge.as_deref().map(authentication_value)
}

async fn complete(engine: &TestEngine, id: PaymentId, value: Option<String>) -> Reply {
    engine.clock.advance_millis(1);
    let done = engine.app.complete_challenge(&plain(), id, value).await;
    done.unwrap()
}

#[tokio::test]
async fn a_payer_who_proves_who_they_are_pays() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    assert_eq!(engine.attempts(id).await, [AttemptStatus::Challenged]);
    assert_eq!(engine.told(EventKind::PaymentActionNeeded).await, 1);
    let value = proof(&engine, id).await;
    let reply = complete(&engine, id, value.clone()).await;
    assert_eq!(standing(&reply), (200, "succeeded"));
    assert_eq!(
        engine.attempts(id).await,
        [AttemptStatus::Challenged, AttemptStatus::Approved]
    );
    let attempt = engine.load(id).await.attempt.unwrap();
    assert_eq!(attempt.authentication.map(|one| one.value), value);
    assert_eq!(
        attempt.cvc_check,
        CvcCheck::Pass,
        "the code was kept for it"
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_payer_who_fails_may_use_another_card() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let reply = complete(&engine, id, None).await;
    assert_eq!(standing(&reply), (402, "requires_payment_method"));
    let payment = engine.payment(id).await;
    assert_eq!(payment.last_error, Some(PaymentError::AuthenticationFailed));
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    let paid = within(engine.app.confirm_payment(&plain(), id, typed(MASTERCARD))).await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn a_wrong_proof_leads_to_a_new_challenge() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let first = engine.load(id).await.attempt.unwrap().challenge;
    let reply = complete(&engine, id, Some("0000000000000000".into())).await;
    assert_eq!(standing(&reply), (200, "requires_action"));
    assert_ne!(engine.load(id).await.attempt.unwrap().challenge, first);
    let value = proof(&engine, id).await;
    let reply = complete(&engine, id, value).await;
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn a_challenge_ends_once() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let value = proof(&engine, id).await;
    complete(&engine, id, value.clone()).await;
    for again in [value, None] {
        let refused = engine.app.complete_challenge(&plain(), id, again).await;
        let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
        assert_eq!(refusal(refused), expected);
    }
    assert_eq!(engine.attempts(id).await.len(), 2);
    engine.finish().await;
}

#[tokio::test]
async fn a_challenge_completed_twice_at_once_charges_once() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let value = proof(&engine, id).await;
    let request = plain();
    let complete = || engine.app.complete_challenge(&request, id, value.clone());
    let (one, other) = tokio::join!(complete(), complete());
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    assert_eq!(engine.attempts(id).await.len(), 2);
    assert_eq!(engine.bank.received(Kind::Purchase), 2);
    engine.finish().await;
}

#[tokio::test]
async fn the_end_of_a_challenge_is_replayed() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let value = proof(&engine, id).await;
    let request = keyed("back from the issuer");
    let first = engine.app.complete_challenge(&request, id, value.clone());
    let first = within(first).await.unwrap();
    let again = engine.app.complete_challenge(&request, id, value);
    let again = within(again).await.unwrap();
    assert!(again.is_replay);
    assert_eq!(again.answer, first.answer);
    engine.finish().await;
}

#[tokio::test]
async fn nothing_waits_for_a_challenge_that_was_not_asked_for() {
    let engine = TestEngine::start().await;
    let open = payment_of(&engine.create(asking()).await);
    for (id, status) in [
        (open, PaymentStatus::RequiresPaymentMethod),
        (engine.paid().await, PaymentStatus::Succeeded),
    ] {
        let value = Some("0000000000000000".to_owned());
        let refused = engine.app.complete_challenge(&plain(), id, value).await;
        assert_eq!(refusal(refused), Refusal::UnexpectedStatus(status));
    }
    let id = challenged(&engine).await;
    let foreign = engine.app.complete_challenge(&of(OTHER), id, None).await;
    assert_eq!(missing(foreign), Thing::Payment);
    engine.finish().await;
}

#[tokio::test]
async fn another_card_ends_the_challenge_of_the_first() {
    let engine = TestEngine::start().await;
    let id = challenged(&engine).await;
    let value = proof(&engine, id).await;
    let paid = within(engine.app.confirm_payment(&plain(), id, typed(VISA))).await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    let refused = engine.app.complete_challenge(&plain(), id, value).await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    engine.finish().await;
}
