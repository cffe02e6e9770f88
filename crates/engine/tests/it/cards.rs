//! Cards: typed once, tokens from then on.

use domain::{AttemptStatus, Brand, CvcCheck, EventKind, PaymentMethodId, Refusal};
use engine::cards::{MethodChoice, NewCard};
use engine::customers::Details;
use engine::payments::Create;
use engine::{Reply, Thing, workers};
use vault::Vault;

use crate::installation::{SELDOM, Setup, TestEngine, within};
use crate::records::{
    LIVE, MASTERCARD, OTHER, OWNER, VISA, card, missing, of, paying, payment_of, plain, refusal,
    said, standing,
};

/// Longer than a security code lives, in milliseconds.
const TOO_LONG_MS: i64 = 21 * 60_000;

/// A number that no test knows and no bank gave out.
const REAL: &str = "4111111111111111";

fn method_of(reply: &Reply) -> PaymentMethodId {
    PaymentMethodId::parse(said(reply, "method")).unwrap()
}

async fn keep(engine: &TestEngine, card: NewCard) -> PaymentMethodId {
    method_of(&engine.app.create_method(&plain(), card).await.unwrap())
}

async fn customer(engine: &TestEngine) -> domain::CustomerId {
    let reply = engine
        .app
        .create_customer(&plain(), Details::default())
        .await;
    domain::CustomerId::parse(said(&reply.unwrap(), "customer")).unwrap()
}

fn paying_with(id: PaymentMethodId) -> Create {
    Create {
        method: MethodChoice::Kept(id),
        ..paying(VISA)
    }
}

/// Pays by a kept card, and says what the issuer said of the security code.
async fn cvc_check(engine: &TestEngine, id: PaymentMethodId) -> CvcCheck {
    let reply = engine.create(paying_with(id)).await;
    assert_eq!(standing(&reply), (200, "succeeded"));
    engine
        .load(payment_of(&reply))
        .await
        .attempt
        .unwrap()
        .cvc_check
}

#[tokio::test]
async fn a_kept_card_shows_what_may_be_shown() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(MASTERCARD)).await;
    let method = engine.app.get_method(OWNER, id).await.unwrap();
    assert_eq!(method.card.brand, Brand::Mastercard);
    assert_eq!((&*method.card.bin, &*method.card.last4), ("555555", "4444"));
    assert_eq!(
        (method.card.expiry.month(), method.card.expiry.year()),
        (12, 2030)
    );
    assert_eq!(method.holder.as_deref(), Some("Ada Lovelace"));
    assert_eq!(method.email.as_deref(), Some("ada@example.org"));
    assert!(!format!("{method:?}").contains(MASTERCARD));
    engine.finish().await;
}

#[tokio::test]
async fn the_same_number_is_recognised_by_its_own_merchant_only() {
    let engine = TestEngine::start().await;
    let one = keep(&engine, card(VISA)).await;
    let again = keep(&engine, card(VISA)).await;
    assert_ne!(one, again);
    let foreign = engine
        .app
        .create_method(&of(OTHER), card(VISA))
        .await
        .unwrap();
    let fingerprint = |owner, id| {
        let app = engine.app.clone();
        async move { app.get_method(owner, id).await.unwrap().card.fingerprint }
    };
    let known = fingerprint(OWNER, one).await;
    assert_eq!(fingerprint(OWNER, again).await, known);
    assert_ne!(fingerprint(OTHER, method_of(&foreign)).await, known);
    engine.finish().await;
}

#[tokio::test]
async fn the_security_code_is_for_the_first_attempt_only() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Pass);
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Unavailable);
    engine.finish().await;
}

#[tokio::test]
async fn a_security_code_is_forgotten_after_twenty_minutes() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    engine.clock.advance_millis(TOO_LONG_MS);
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Unavailable);
    engine.finish().await;
}

#[tokio::test]
async fn a_security_code_is_known_to_the_process_that_received_it_alone() {
    let mut engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    engine.restart().await;
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Unavailable);
    engine.finish().await;
}

#[tokio::test]
async fn a_card_may_come_without_its_security_code() {
    let engine = TestEngine::start().await;
    let mut without = card(VISA);
    without.data.code = None;
    let id = keep(&engine, without).await;
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Unavailable);
    engine.finish().await;
}

#[tokio::test]
async fn a_card_is_kept_for_a_customer_and_no_longer() {
    let engine = TestEngine::start().await;
    let (id, ada) = (keep(&engine, card(VISA)).await, customer(&engine).await);
    let app = &engine.app;
    let attached = app.assign_method(&plain(), id, Some(ada)).await.unwrap();
    assert_eq!(method_of(&attached), id);
    let kept = app.list_methods(OWNER, ada, 10).await.unwrap();
    assert_eq!(kept.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    app.assign_method(&plain(), id, None).await.unwrap();
    assert!(app.list_methods(OWNER, ada, 10).await.unwrap().is_empty());
    assert_eq!(app.get_method(OWNER, id).await.unwrap().customer, None);
    assert_eq!(engine.told(EventKind::PaymentMethodAttached).await, 1);
    assert_eq!(engine.told(EventKind::PaymentMethodDetached).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn the_cards_of_a_customer_are_listed_newest_first() {
    let engine = TestEngine::start().await;
    let ada = customer(&engine).await;
    let mut kept = Vec::new();
    for number in [VISA, MASTERCARD, "378282246310005"] {
        engine.clock.advance_millis(1);
        let id = keep(&engine, card(number)).await;
        let assigned = engine.app.assign_method(&plain(), id, Some(ada)).await;
        assigned.unwrap();
        kept.push(id);
    }
    kept.reverse();
    let listed = engine.app.list_methods(OWNER, ada, 2).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|method| method.id).collect();
    assert_eq!(ids, kept[..2]);
    let foreign = engine.app.list_methods(OTHER, ada, 2).await;
    assert_eq!(missing(foreign), Thing::Customer);
    engine.finish().await;
}

#[tokio::test]
async fn the_card_of_one_customer_does_not_pay_for_another() {
    let engine = TestEngine::start().await;
    let (ada, bob) = (customer(&engine).await, customer(&engine).await);
    let id = keep(&engine, card(VISA)).await;
    engine
        .app
        .assign_method(&plain(), id, Some(ada))
        .await
        .unwrap();
    let again = engine.app.assign_method(&plain(), id, Some(bob)).await;
    assert_eq!(refusal(again), Refusal::PaymentMethodOfAnotherCustomer);
    for wrong in [None, Some(bob)] {
        let mut create = paying_with(id);
        create.customer = wrong;
        let refused = engine.create_as(&plain(), create).await;
        assert_eq!(refusal(refused), Refusal::PaymentMethodOfAnotherCustomer);
    }
    let mut create = paying_with(id);
    create.customer = Some(ada);
    let paid = engine.create(create).await;
    assert_eq!(standing(&paid), (200, "succeeded"));
    engine.finish().await;
}

#[tokio::test]
async fn a_card_is_of_no_use_to_another_merchant() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    let app = &engine.app;
    for owner in [OTHER, LIVE] {
        assert_eq!(
            missing(app.get_method(owner, id).await),
            Thing::PaymentMethod
        );
        let assigned = app.assign_method(&of(owner), id, None).await;
        assert_eq!(missing(assigned), Thing::PaymentMethod);
    }
    let refused = engine.create_as(&of(OTHER), paying_with(id)).await;
    assert_eq!(missing(refused), Thing::PaymentMethod);
    engine.finish().await;
}

#[tokio::test]
async fn a_card_is_kept_for_a_customer_who_exists() {
    let engine = TestEngine::start().await;
    let (id, ada) = (keep(&engine, card(VISA)).await, customer(&engine).await);
    engine.app.delete_customer(&plain(), ada).await.unwrap();
    let nobody = domain::CustomerId::from_bytes([8; 16]);
    for wrong in [ada, nobody] {
        let refused = engine.app.assign_method(&plain(), id, Some(wrong)).await;
        assert_eq!(missing(refused), Thing::Customer);
    }
    engine.finish().await;
}

#[tokio::test]
async fn real_cards_are_refused_in_test_mode_and_test_cards_in_live_mode() {
    let engine = TestEngine::with(Setup {
        is_live: true,
        ..Setup::default()
    })
    .await;
    for (owner, number, expected) in [
        (OWNER, REAL, Refusal::RealCardInTestMode),
        (LIVE, VISA, Refusal::TestCardInLiveMode),
    ] {
        let kept = engine.app.create_method(&of(owner), card(number)).await;
        assert_eq!(refusal(kept), expected);
        let paid = engine.create_as(&of(owner), paying(number)).await;
        assert_eq!(refusal(paid), expected);
    }
    assert_eq!(engine.report().await.payments, 0);
    let real = engine.create_as(&of(LIVE), paying(REAL)).await.unwrap();
    assert_eq!(
        standing(&real),
        (402, "requires_payment_method"),
        "the sandbox knows no real card"
    );
    engine.finish().await;
}

#[tokio::test]
async fn a_card_that_cannot_be_opened_is_not_sent() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    let other = Vault::generate(&engine.folder().join("other.keys")).unwrap();
    let stranger = engine.node_with(other);
    stranger.check_ready().await.unwrap();
    let reply = stranger.create_payment(&plain(), paying_with(id)).await;
    let reply = reply.unwrap();
    assert_eq!(standing(&reply), (402, "requires_payment_method"));
    let id = payment_of(&reply);
    assert_eq!(engine.attempts(id).await, [AttemptStatus::NotSent]);
    engine.finish().await;
}

#[tokio::test]
async fn the_number_is_nowhere_in_the_files() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    assert_eq!(cvc_check(&engine, id).await, CvcCheck::Pass);
    engine.create(paying(MASTERCARD)).await;
    for file in std::fs::read_dir(engine.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for number in [VISA, MASTERCARD] {
            let found = bytes
                .windows(number.len())
                .any(|part| part == number.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    engine.finish().await;
}

#[tokio::test]
async fn purging_leaves_young_codes_alone() {
    let engine = TestEngine::start().await;
    let id = keep(&engine, card(VISA)).await;
    workers::start(&engine.app, SELDOM).await.unwrap();
    let paid = within(engine.app.create_payment(&plain(), paying_with(id))).await;
    let attempt = engine.load(payment_of(&paid.unwrap())).await.attempt;
    assert_eq!(attempt.unwrap().cvc_check, CvcCheck::Pass);
    engine.finish().await;
}

#[tokio::test]
async fn a_card_attached_by_two_at_once_is_kept_for_one_of_them() {
    let engine = TestEngine::start().await;
    let other = engine.another_node().await;
    let (first, second) = (customer(&engine).await, customer(&engine).await);
    let request = plain();
    for _ in 0..20 {
        let method = keep(&engine, card(VISA)).await;
        let both = tokio::join!(
            engine.app.assign_method(&request, method, Some(first)),
            other.assign_method(&request, method, Some(second)),
        );
        let (kept, refused) = match both {
            (Ok(_), refused) => (first, refused),
            (refused, Ok(_)) => (second, refused),
            neither => panic!("{neither:?}"),
        };
        assert_eq!(refusal(refused), Refusal::PaymentMethodOfAnotherCustomer);
        let method = engine.app.get_method(OWNER, method).await.unwrap();
        assert_eq!(method.customer, Some(kept));
    }
    engine.finish().await;
}

#[tokio::test]
async fn a_card_kept_for_nobody_cannot_be_let_go() {
    let engine = TestEngine::start().await;
    let method = keep(&engine, card(VISA)).await;
    let refused = engine.app.assign_method(&plain(), method, None).await;
    assert_eq!(refusal(refused), Refusal::PaymentMethodOfNobody);
    engine.finish().await;
}
