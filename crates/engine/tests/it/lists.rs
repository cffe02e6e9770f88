//! Pages of payments, charges and events.

use domain::{EventKind, PaymentId};
use engine::Thing;
use engine::store_types::{Cursor, Page};

use crate::installation::TestEngine;
use crate::records::{OTHER, OWNER, VISA, asking, missing, newest, of, paying, payment_of};

async fn ids(engine: &TestEngine, limit: i64, from: Cursor<PaymentId>) -> Vec<PaymentId> {
    let page = Page::new(limit, from);
    let list = engine.app.list_payments(OWNER, None, page).await.unwrap();
    list.iter().map(|loaded| loaded.payment.id).collect()
}

#[tokio::test]
async fn payments_are_listed_newest_first_in_pages_both_ways() {
    let engine = TestEngine::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(payment_of(&engine.create(asking()).await));
    }
    made.reverse();
    assert_eq!(ids(&engine, 10, Cursor::Newest).await, made);
    assert_eq!(ids(&engine, 2, Cursor::Newest).await, made[..2]);
    assert_eq!(ids(&engine, 2, Cursor::After(made[1])).await, made[2..4]);
    assert_eq!(ids(&engine, 2, Cursor::After(made[3])).await, made[4..]);
    assert_eq!(ids(&engine, 2, Cursor::After(made[4])).await, []);
    assert_eq!(ids(&engine, 2, Cursor::Before(made[3])).await, made[1..3]);
    assert_eq!(ids(&engine, 9, Cursor::Before(made[2])).await, made[..2]);
    assert_eq!(ids(&engine, 2, Cursor::Before(made[0])).await, []);
    engine.finish().await;
}

#[tokio::test]
async fn a_listed_payment_comes_with_its_attempt_and_card() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let list = engine
        .app
        .list_payments(OWNER, None, newest(1))
        .await
        .unwrap();
    let alone = engine.load(id).await;
    assert_eq!(list[0].payment, alone.payment);
    assert_eq!(list[0].attempt, alone.attempt);
    assert_eq!(list[0].method, alone.method);
    assert!(list[0].attempt.is_some() && list[0].method.is_some());
    engine.finish().await;
}

#[tokio::test]
async fn everybody_has_a_list_of_their_own() {
    let engine = TestEngine::start().await;
    engine.create(asking()).await;
    let foreign = engine.create_as(&of(OTHER), asking()).await.unwrap();
    let list = engine
        .app
        .list_payments(OTHER, None, newest(10))
        .await
        .unwrap();
    let listed: Vec<_> = list.iter().map(|loaded| loaded.payment.id).collect();
    assert_eq!(listed, [payment_of(&foreign)]);
    engine.finish().await;
}

#[tokio::test]
async fn charges_are_listed_newest_first() {
    let engine = TestEngine::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let id = payment_of(&engine.create(paying(VISA)).await);
        made.push(engine.load(id).await.attempt.unwrap().id);
    }
    made.reverse();
    let list = engine
        .app
        .list_charges(OWNER, engine::lists::ChargesOf::default(), newest(2))
        .await
        .unwrap();
    let listed: Vec<_> = list
        .iter()
        .map(|loaded| loaded.attempt.as_ref().unwrap().id)
        .collect();
    assert_eq!(listed, made[..2]);
    engine.finish().await;
}

#[tokio::test]
async fn an_event_shows_the_object_and_its_request() {
    let engine = TestEngine::start().await;
    let request = crate::records::keyed("order-7");
    let reply = engine.create_as(&request, asking()).await.unwrap();
    let events = engine
        .app
        .list_events(OWNER, Vec::new(), newest(10))
        .await
        .unwrap();
    let [(event, _)] = events.try_into().unwrap();
    assert_eq!(event.kind, EventKind::PaymentCreated);
    assert_eq!(event.object, reply.answer.body);
    assert_eq!(event.request_id.as_deref(), Some("req_1"));
    assert_eq!(event.key.as_deref(), Some("order-7"));
    let (got, open) = engine.app.get_event(OWNER, event.id).await.unwrap();
    assert_eq!((got.object, open), (event.object, 0));
    assert_eq!(
        missing(engine.app.get_event(OTHER, event.id).await),
        Thing::Event
    );
    engine.finish().await;
}

#[tokio::test]
async fn events_are_listed_in_pages() {
    let engine = TestEngine::start().await;
    for _ in 0..3 {
        engine.create(asking()).await;
    }
    let all = engine
        .app
        .list_events(OWNER, Vec::new(), newest(10))
        .await
        .unwrap();
    let all: Vec<_> = all.iter().map(|(event, _)| event.id).collect();
    assert_eq!(all.len(), 3);
    let page = Page::new(5, Cursor::After(all[0]));
    let rest = engine
        .app
        .list_events(OWNER, Vec::new(), page)
        .await
        .unwrap();
    let ids: Vec<_> = rest.iter().map(|(event, _)| event.id).collect();
    assert_eq!(ids, all[1..]);
    engine.finish().await;
}
