//! One key, one answer.

use domain::payment::{MetadataChange, Update};
use domain::{CustomerId, EventKind, Refusal};
use engine::customers::Details;
use engine::workers::{self, Periods};
use engine::{Error, Request, Thing, Turn};
use sandbox::Kind;

use crate::gate::Gate;
use crate::installation::{SELDOM, Setup, TIMING, TestEngine, within};
use crate::records::{
    DECLINED, LIVE, OTHER, OWNER, VISA, asking, back, card, euros, fingerprinted, keyed, missing,
    newest, of, paying, payment_of, plain, refund_of, refusal, said, setting_aside, standing,
};

/// A process that stops before it writes the outcome of a payment.
async fn stopping() -> (TestEngine, std::sync::Arc<Gate>) {
    stopping_with(TIMING.key_wait_ms).await
}

async fn stopping_with(key_wait_ms: u64) -> (TestEngine, std::sync::Arc<Gate>) {
    let gate = Gate::at(Turn::BeforeCommit("payment_conclude"));
    let mut setup = Setup {
        turns: gate.turns(),
        ..Setup::default()
    };
    setup.timing.key_wait_ms = key_wait_ms;
    (TestEngine::with(setup).await, gate)
}

async fn named(engine: &TestEngine, request: &Request, name: &str) -> CustomerId {
    let details = Details {
        name: Some(Some(name.into())),
        ..Details::default()
    };
    let reply = engine.app.create_customer(request, details).await.unwrap();
    CustomerId::parse(said(&reply, "customer")).unwrap()
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer() {
    let engine = TestEngine::start().await;
    let first = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
    let again = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
    assert!(!first.is_replay && again.is_replay);
    assert_eq!(first.answer, again.answer);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    assert_eq!(engine.report().await.payments, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_decline_is_replayed_too() {
    let engine = TestEngine::start().await;
    let first = engine
        .create_as(&keyed("k"), paying(DECLINED))
        .await
        .unwrap();
    assert_eq!(standing(&first), (402, "requires_payment_method"));
    let again = engine
        .create_as(&keyed("k"), paying(DECLINED))
        .await
        .unwrap();
    assert!(again.is_replay);
    assert_eq!(again.answer, first.answer);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_replay_shows_what_was_answered_and_not_what_is() {
    let engine = TestEngine::start().await;
    let first = engine.create_as(&keyed("k"), asking()).await.unwrap();
    let cancelled = engine
        .app
        .cancel_payment(&plain(), payment_of(&first), None)
        .await;
    cancelled.unwrap();
    let again = engine.create_as(&keyed("k"), asking()).await.unwrap();
    assert_eq!(standing(&again), (200, "requires_payment_method"));
    engine.finish().await;
}

#[tokio::test]
async fn the_same_key_for_another_request_is_refused() {
    let engine = TestEngine::start().await;
    engine.create_as(&keyed("k"), asking()).await.unwrap();
    for amount in [euros(990), euros(0)] {
        let mut other = asking();
        other.amount = amount;
        let refused = engine.create_as(&fingerprinted("k", 2), other).await;
        assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
    }
    assert_eq!(engine.report().await.payments, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_refusal_before_anything_was_written_is_not_stored() {
    let engine = TestEngine::start().await;
    let mut nothing = paying(VISA);
    nothing.amount = euros(0);
    let refused = engine.create_as(&keyed("k"), nothing).await;
    assert_eq!(refusal(refused), Refusal::AmountTooSmall);
    let paid = engine.create_as(&fingerprinted("k", 2), paying(VISA)).await;
    let paid = paid.unwrap();
    assert_eq!(standing(&paid), (200, "succeeded"));
    assert!(!paid.is_replay);
    engine.finish().await;
}

#[tokio::test]
async fn a_second_request_waits_for_the_first() {
    let (engine, gate) = stopping().await;
    let first = engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    let second = engine.begin(keyed("k"), paying(VISA));
    // It has sent nothing when the first one goes on, however far it came.
    gate.open();
    let first = within(first).await.unwrap().unwrap();
    let second = within(second).await.unwrap().unwrap();
    assert!(!first.is_replay && second.is_replay);
    assert_eq!(first.answer, second.answer);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    engine.finish().await;
}

#[tokio::test]
async fn who_has_waited_long_enough_is_told_that_the_key_is_in_use() {
    let (engine, gate) = stopping_with(60).await;
    let first = engine.begin(keyed("k"), paying(VISA));
    gate.reached().await;
    let second = engine.create_as(&keyed("k"), paying(VISA)).await;
    assert!(matches!(second, Err(Error::KeyInUse)), "{second:?}");
    let other = engine.create_as(&fingerprinted("k", 2), asking()).await;
    assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
    gate.open();
    let first = within(first).await.unwrap().unwrap();
    let third = engine.create_as(&keyed("k"), paying(VISA)).await.unwrap();
    assert_eq!(third.answer, first.answer);
    engine.finish().await;
}

#[tokio::test]
async fn many_requests_at_once_with_one_key_make_one_payment() {
    let engine = TestEngine::start().await;
    let running: Vec<_> = (0..6)
        .map(|_| engine.begin(keyed("k"), paying(VISA)))
        .collect();
    let mut replies = Vec::new();
    for one in running {
        replies.push(within(one).await.unwrap().unwrap());
    }
    assert!(
        replies
            .iter()
            .all(|reply| reply.answer == replies[0].answer)
    );
    assert_eq!(replies.iter().filter(|reply| !reply.is_replay).count(), 1);
    assert_eq!(engine.bank.received(Kind::Purchase), 1);
    assert_eq!(engine.told(EventKind::PaymentCreated).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn every_owner_has_keys_of_their_own() {
    let engine = TestEngine::start().await;
    let mut made = Vec::new();
    for owner in [OWNER, LIVE, OTHER] {
        let request = Request {
            key: keyed("k").key,
            ..of(owner)
        };
        let id = named(&engine, &request, "Ada").await;
        assert_eq!(named(&engine, &request, "Ada").await, id, "a replay");
        made.push(id);
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 3);
    engine.finish().await;
}

#[tokio::test]
async fn capture_cancellation_and_refund_are_replayed() {
    let engine = TestEngine::start().await;
    let held = payment_of(&engine.create(setting_aside(VISA)).await);
    let given_up = payment_of(&engine.create(setting_aside(VISA)).await);
    let app = &engine.app;
    for is_replay in [false, true] {
        let captured = app
            .capture_payment(&keyed("capture"), held, Some(900))
            .await;
        assert_eq!(captured.unwrap().is_replay, is_replay);
        let cancelled = app.cancel_payment(&keyed("cancel"), given_up, None).await;
        assert_eq!(cancelled.unwrap().is_replay, is_replay);
        let refunded = app.create_refund(&keyed("refund"), back(held, None)).await;
        let refunded = refunded.unwrap();
        assert_eq!(refunded.is_replay, is_replay);
        assert_eq!(said(&refunded, "given"), "succeeded");
    }
    assert_eq!(engine.advices(held).await.len(), 1);
    assert_eq!(engine.advices(given_up).await.len(), 1);
    assert_eq!(engine.payment(held).await.refunded_minor, 900);
    assert_eq!(engine.bank.received(Kind::Refund), 1);
    engine.finish().await;
}

#[tokio::test]
async fn two_refunds_at_once_with_one_key_give_back_once() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let one = engine.begin_refund(keyed("k"), back(id, Some(500)));
    let other = engine.begin_refund(keyed("k"), back(id, Some(500)));
    let one = within(one).await.unwrap().unwrap();
    let other = within(other).await.unwrap().unwrap();
    assert_eq!(one.answer, other.answer);
    assert_ne!(one.is_replay, other.is_replay);
    assert_eq!(engine.payment(id).await.refunded_minor, 500);
    engine.finish().await;
}

#[tokio::test]
async fn a_removal_is_replayed_although_nothing_is_there_any_more() {
    let engine = TestEngine::start().await;
    let id = named(&engine, &plain(), "Ada").await;
    let request = keyed("remove");
    let first = engine.app.delete_customer(&request, id).await.unwrap();
    let again = engine.app.delete_customer(&request, id).await.unwrap();
    assert!(again.is_replay);
    assert_eq!(again.answer, first.answer);
    let other = engine.app.delete_customer(&keyed("other"), id).await;
    assert_eq!(missing(other), Thing::Customer);
    engine.finish().await;
}

#[tokio::test]
async fn a_payment_is_replayed_although_its_customer_was_removed() {
    let engine = TestEngine::start().await;
    let id = named(&engine, &plain(), "Ada").await;
    let create = || {
        let mut create = paying(VISA);
        create.customer = Some(id);
        create
    };
    let first = engine.create_as(&keyed("k"), create()).await.unwrap();
    engine.app.delete_customer(&plain(), id).await.unwrap();
    let again = engine.create_as(&keyed("k"), create()).await.unwrap();
    assert_eq!(again.answer, first.answer);
    engine.finish().await;
}

#[tokio::test]
async fn changes_are_replayed_although_the_customer_was_removed() {
    let engine = TestEngine::start().await;
    let ada = named(&engine, &plain(), "Ada").await;
    let id = payment_of(&engine.create(asking()).await);
    let app = &engine.app;
    let (of_payment, of_customer) = (keyed("payment"), keyed("customer"));
    let update = || Update {
        customer: Some(Some(ada)),
        ..Update::default()
    };
    let first = app.update_payment(&of_payment, id, update()).await.unwrap();
    let change = Details::default;
    let changed = app.update_customer(&of_customer, ada, change()).await;
    let changed = changed.unwrap();
    app.delete_customer(&plain(), ada).await.unwrap();
    let again = app.update_payment(&of_payment, id, update()).await.unwrap();
    assert_eq!((again.is_replay, again.answer), (true, first.answer));
    let again = app.update_customer(&of_customer, ada, change()).await;
    let again = again.unwrap();
    assert_eq!((again.is_replay, again.answer), (true, changed.answer));
    let other = app.update_payment(&keyed("other"), id, update()).await;
    assert_eq!(missing(other), Thing::Customer);
    engine.finish().await;
}

#[tokio::test]
async fn a_change_is_replayed_although_its_pairs_would_not_fit_any_more() {
    let engine = TestEngine::start().await;
    let refund = back(engine.paid().await, None);
    let refund = engine.app.create_refund(&plain(), refund).await.unwrap();
    let refund = refund_of(&refund);
    let pairs = |names: std::ops::Range<u8>| {
        let pairs = names.map(|name| (name.to_string(), Some("x".to_owned())));
        MetadataChange::Change(pairs.collect())
    };
    let (app, request) = (&engine.app, keyed("k"));
    let first = app.update_refund(&request, refund, pairs(0..1)).await;
    let cleared = app
        .update_refund(&plain(), refund, MetadataChange::Clear)
        .await;
    cleared.unwrap();
    let filled = app.update_refund(&plain(), refund, pairs(1..51)).await;
    filled.unwrap();
    let again = app.update_refund(&request, refund, pairs(0..1)).await;
    let again = again.unwrap();
    assert_eq!(
        (again.is_replay, again.answer),
        (true, first.unwrap().answer)
    );
    let other = app
        .update_refund(&keyed("other"), refund, pairs(0..1))
        .await;
    assert_eq!(refusal(other), Refusal::TooManyPairs);
    engine.finish().await;
}

#[tokio::test]
async fn cards_and_customers_are_made_once() {
    let engine = TestEngine::start().await;
    let request = keyed("card");
    let method = || engine.app.create_method(&request, card(VISA));
    let (one, other) = (method().await.unwrap(), method().await.unwrap());
    assert_eq!(one.answer, other.answer);
    let request = keyed("customer");
    let ada = named(&engine, &request, "Ada").await;
    assert_eq!(named(&engine, &request, "Ada").await, ada);
    let customers = engine
        .app
        .list_customers(OWNER, None, newest(10))
        .await
        .unwrap();
    assert_eq!(customers.len(), 1);
    engine.finish().await;
}

#[tokio::test]
async fn keys_are_kept_for_a_day_and_then_forgotten() {
    let engine = TestEngine::start().await;
    engine.create_as(&keyed("old"), asking()).await.unwrap();
    engine.clock.advance_millis(3_600_000);
    engine.create_as(&keyed("young"), asking()).await.unwrap();
    engine.clock.advance_millis(23 * 3_600_000 + 1_000);
    let periods = Periods {
        purge_ms: 5,
        ..SELDOM
    };
    workers::start(&engine.app, periods).await.unwrap();
    let is_forgotten = async {
        loop {
            let find = |tx: &store::Tx<'_>| store::idempotency::find(tx, OWNER, "old");
            if engine.store.read(find).await.unwrap().is_none() {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    within(is_forgotten).await;
    let young = engine.create_as(&keyed("young"), asking()).await.unwrap();
    assert!(young.is_replay);
    let new = engine
        .create_as(&fingerprinted("old", 2), asking())
        .await
        .unwrap();
    assert!(!new.is_replay);
    assert_eq!(engine.report().await.payments, 3);
    engine.finish().await;
}
