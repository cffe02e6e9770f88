//! Links: one payment asked of one payer.

use domain::checkout::{CheckoutStatus, LineItem};
use domain::payment::Metadata;
use domain::{
    CancellationReason, CaptureMethod, CheckoutSession, CheckoutSessionId, ClientSecret, Currency,
    EventKind, PaymentStatus, Refusal,
};
use engine::catalogue::items::Wish;
use engine::checkouts::{Create, PaymentData};
use engine::store_types::{Cursor, Page};
use engine::workers::{self, Periods};
use engine::{Actor, Loaded, Request, Thing};

use crate::installation::{SELDOM, TestEngine};
use crate::records::{
    DECLINED, LIVE, OTHER, OWNER, VISA, currency, keyed, missing, newest, of, plain, refusal, said,
    standing, typed,
};

const HOUR_MS: i64 = 3_600_000;

fn item(name: &str, unit_minor: i64, quantity: i64) -> LineItem {
    LineItem {
        name: name.into(),
        unit_minor,
        quantity,
        price: None,
    }
}

fn link(items: Vec<LineItem>) -> Create {
    Create {
        items: items
            .into_iter()
            .map(|item| Wish::Named(item, Currency::EUR))
            .collect(),
        payment: PaymentData::default(),
        customer_email: None,
        customer: None,
        client_reference: Some("table 4".into()),
        success_url: None,
        cancel_url: None,
        locale: Some("fr".into()),
        metadata: Metadata::new(),
        expires_at: None,
        life_ms: HOUR_MS,
    }
}

async fn create(engine: &TestEngine) -> CheckoutSessionId {
    engine.clock.advance_millis(1);
    let link = link(vec![item("Coffee", 250, 2), item("Cake", 750, 1)]);
    let reply = engine.app.create_checkout(&plain(), link).await.unwrap();
    CheckoutSessionId::parse(said(&reply, "checkout")).unwrap()
}

async fn load(engine: &TestEngine, id: CheckoutSessionId) -> Loaded {
    engine.app.get_checkout(OWNER, id).await.unwrap()
}

/// The payer, who has the link and nothing else.
fn payer() -> Request {
    let mut request = plain();
    request.caller.actor = Actor::Payer;
    request
}

#[tokio::test]
async fn a_link_asks_for_the_sum_of_its_items() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let loaded = load(&engine, id).await;
    assert_eq!(loaded.payment.amount.minor, 1250);
    assert_eq!(loaded.payment.description.as_deref(), Some("Coffee, Cake"));
    assert_eq!(
        CheckoutSession::status(&loaded.payment),
        CheckoutStatus::Open
    );
    let session = loaded.session.unwrap();
    assert_eq!(session.payment, loaded.payment.id);
    assert_eq!(session.items.len(), 2);
    assert_eq!(session.expires_at.millis_since(session.created_at), HOUR_MS);
    assert_eq!(session.client_reference.as_deref(), Some("table 4"));
    engine.finish().await;
}

#[tokio::test]
async fn whoever_holds_the_link_pays() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let secret = load(&engine, id).await.payment.secret;
    let opened = engine.app.open_link(id, &secret).await.unwrap();
    let payment = opened.payment.id;
    let declined = engine
        .app
        .confirm_payment(&payer(), payment, typed(DECLINED))
        .await;
    assert_eq!(standing(&declined.unwrap()).0, 402);
    let paid = engine
        .app
        .confirm_payment(&payer(), payment, typed(VISA))
        .await;
    assert_eq!(standing(&paid.unwrap()), (200, "succeeded"));
    let loaded = load(&engine, id).await;
    assert_eq!(
        CheckoutSession::status(&loaded.payment),
        CheckoutStatus::Complete
    );
    assert_eq!(engine.told(EventKind::CheckoutCompleted).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_wrong_secret_opens_nothing() {
    let engine = TestEngine::start().await;
    let (id, other) = (create(&engine).await, create(&engine).await);
    let of_other = load(&engine, other).await.payment.secret;
    for wrong in [of_other, ClientSecret::from_bytes([0; 16])] {
        let refused = engine.app.open_link(id, &wrong).await;
        assert_eq!(missing(refused), Thing::Checkout);
    }
    let nowhere = CheckoutSessionId::from_bytes([0; 16]);
    let refused = engine.app.open_link(nowhere, &of_other).await;
    assert_eq!(missing(refused), Thing::Checkout);
    engine.finish().await;
}

#[tokio::test]
async fn a_link_can_set_money_aside() {
    let engine = TestEngine::start().await;
    let create = Create {
        payment: PaymentData {
            capture_method: CaptureMethod::Manual,
            ..PaymentData::default()
        },
        ..link(vec![item("Room", 9_900, 1)])
    };
    let reply = engine.app.create_checkout(&plain(), create).await.unwrap();
    let id = CheckoutSessionId::parse(said(&reply, "checkout")).unwrap();
    let payment = load(&engine, id).await.payment.id;
    let held = engine
        .app
        .confirm_payment(&payer(), payment, typed(VISA))
        .await;
    assert_eq!(standing(&held.unwrap()), (200, "requires_capture"));
    let loaded = load(&engine, id).await;
    assert_eq!(
        CheckoutSession::status(&loaded.payment),
        CheckoutStatus::Complete
    );
    assert_eq!(engine.told(EventKind::CheckoutCompleted).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_total_that_cannot_be_asked_is_refused() {
    let engine = TestEngine::start().await;
    for (items, expected) in [
        (vec![item("Gold", i64::MAX, 2)], Refusal::AmountTooLarge),
        (
            vec![item("Gold", i64::MAX, 1), item("Dust", 1, 1)],
            Refusal::AmountTooLarge,
        ),
        (vec![item("Car", 100_000_000, 1)], Refusal::AmountTooLarge),
        (vec![item("Air", 0, 3)], Refusal::AmountTooSmall),
        (vec![], Refusal::CurrenciesMixed),
    ] {
        let refused = engine.app.create_checkout(&plain(), link(items)).await;
        assert_eq!(refusal(refused), expected);
    }
    let dollars = Create {
        items: vec![Wish::Named(item("Coffee", 250, 1), currency("USD"))],
        ..link(Vec::new())
    };
    let refused = engine.app.create_checkout(&plain(), dollars).await;
    assert_eq!(refusal(refused), Refusal::CurrencyNotTaken);
    let real = engine
        .app
        .create_checkout(&of(LIVE), link(vec![item("Tea", 250, 1)]))
        .await;
    assert_eq!(refusal(real), Refusal::LiveModeNotConfigured);
    assert_eq!(engine.report().await.payments, 0);
    engine.finish().await;
}

#[tokio::test]
async fn an_expired_link_cannot_be_paid() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let expired = engine
        .app
        .expire_checkout(&keyed("expire"), id)
        .await
        .unwrap();
    assert_eq!(standing(&expired), (200, "canceled"));
    let payment = load(&engine, id).await.payment;
    assert_eq!(
        payment.cancellation_reason,
        Some(CancellationReason::Abandoned)
    );
    assert_eq!(CheckoutSession::status(&payment), CheckoutStatus::Expired);
    let refused = engine
        .app
        .confirm_payment(&payer(), payment.id, typed(VISA))
        .await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Canceled);
    assert_eq!(refusal(refused), expected);
    let again = engine.app.expire_checkout(&plain(), id).await;
    assert_eq!(refusal(again), expected);
    let replay = engine
        .app
        .expire_checkout(&keyed("expire"), id)
        .await
        .unwrap();
    assert!(replay.is_replay);
    assert_eq!(engine.told(EventKind::CheckoutExpired).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_paid_link_does_not_expire() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let payment = load(&engine, id).await.payment.id;
    let paid = engine
        .app
        .confirm_payment(&payer(), payment, typed(VISA))
        .await;
    paid.unwrap();
    let refused = engine.app.expire_checkout(&plain(), id).await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    engine.clock.advance_millis(2 * HOUR_MS);
    assert_eq!(engine.work().await, 0);
    assert_eq!(engine.status(payment).await, PaymentStatus::Succeeded);
    engine.finish().await;
}

#[tokio::test]
async fn links_that_were_not_paid_in_time_expire_by_themselves() {
    let engine = TestEngine::start().await;
    let old = create(&engine).await;
    engine.clock.advance_millis(HOUR_MS / 2);
    let young = create(&engine).await;
    assert_eq!(engine.work().await, 0);
    engine.clock.advance_millis(HOUR_MS / 2 + 10);
    assert_eq!(engine.work().await, 1);
    assert_eq!(
        load(&engine, old).await.payment.status,
        PaymentStatus::Canceled
    );
    let open = PaymentStatus::RequiresPaymentMethod;
    assert_eq!(load(&engine, young).await.payment.status, open);
    assert_eq!(engine.work().await, 0);
    engine.finish().await;
}

#[tokio::test]
async fn a_link_in_doubt_expires_when_the_doubt_is_over() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let payment = load(&engine, id).await.payment.id;
    let doubtful = typed("4000000000550709");
    let confirm = engine
        .app
        .confirm_payment(&payer(), payment, doubtful)
        .await;
    assert_eq!(standing(&confirm.unwrap()), (200, "processing"));
    let refused = engine.app.expire_checkout(&plain(), id).await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Processing);
    assert_eq!(refusal(refused), expected);
    engine.clock.advance_millis(HOUR_MS + 1);
    engine.settle().await;
    engine.work().await;
    assert_eq!(engine.status(payment).await, PaymentStatus::Canceled);
    engine.finish().await;
}

#[tokio::test]
async fn the_worker_that_runs_by_itself_expires_links() {
    let engine = TestEngine::start().await;
    let id = create(&engine).await;
    let periods = Periods {
        expire_ms: 5,
        ..SELDOM
    };
    workers::start(&engine.app, periods).await.unwrap();
    engine.clock.advance_millis(HOUR_MS + 10);
    let payment = load(&engine, id).await.payment.id;
    engine.until_status(payment, PaymentStatus::Canceled).await;
    engine.finish().await;
}

#[tokio::test]
async fn links_are_listed_for_their_owner() {
    let engine = TestEngine::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(create(&engine).await);
    }
    made.reverse();
    let app = &engine.app;
    let list = |page: Page<_>| async move {
        let list = app
            .list_checkouts(OWNER, engine::lists::CheckoutsOf::default(), page)
            .await
            .unwrap();
        let sessions = list.iter().map(|one| one.session.as_ref().unwrap().id);
        sessions.collect::<Vec<_>>()
    };
    assert_eq!(list(newest(2)).await, made[..2]);
    let rest = Page::new(2, Cursor::After(made[1]));
    assert_eq!(list(rest).await, made[2..]);
    let foreign = engine
        .app
        .list_checkouts(OTHER, engine::lists::CheckoutsOf::default(), newest(9))
        .await
        .unwrap();
    assert!(foreign.is_empty());
    let refused = engine.app.get_checkout(OTHER, made[0]).await;
    assert_eq!(missing(refused), Thing::Checkout);
    let refused = engine.app.expire_checkout(&of(OTHER), made[0]).await;
    assert_eq!(missing(refused), Thing::Checkout);
    engine.finish().await;
}

#[tokio::test]
async fn a_link_is_replayed_although_it_would_now_be_too_short() {
    let engine = TestEngine::start().await;
    let link = || Create {
        expires_at: Some(engine.clock.now().plus_millis(HOUR_MS / 2)),
        ..link(vec![item("Coffee", 250, 2)])
    };
    let (request, asked) = (keyed("k"), link());
    let first = engine.app.create_checkout(&request, asked.clone()).await;
    let first = first.unwrap();
    let id = CheckoutSessionId::parse(said(&first, "checkout")).unwrap();
    let expires_at = load(&engine, id).await.session.unwrap().expires_at;
    assert_eq!(Some(expires_at), asked.expires_at);
    engine.clock.advance_millis(10_000);
    let again = engine.app.create_checkout(&request, asked.clone()).await;
    let again = again.unwrap();
    assert_eq!((again.is_replay, again.answer), (true, first.answer));
    let fresh = engine.app.create_checkout(&plain(), asked).await;
    assert_eq!(refusal(fresh), Refusal::ExpiryOutOfBounds);
    engine.finish().await;
}
