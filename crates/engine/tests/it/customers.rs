//! Customers, as the merchant knows them.

use domain::payment::MetadataChange;
use domain::{CustomerId, EventKind};
use engine::customers::Details;
use engine::store_types::{Cursor, Page};
use engine::{Reply, Thing};

use crate::installation::TestEngine;
use crate::records::{
    LIVE, OTHER, OWNER, VISA, missing, newest, of, paying, plain, said, standing,
};

fn customer_of(reply: &Reply) -> CustomerId {
    CustomerId::parse(said(reply, "customer")).unwrap()
}

fn named(name: &str) -> Details {
    Details {
        name: Some(Some(name.into())),
        email: Some(Some("ada@example.org".into())),
        ..Details::default()
    }
}

fn vip(value: &str) -> MetadataChange {
    MetadataChange::Change([("vip".to_owned(), Some(value.to_owned()))].into())
}

async fn create(engine: &TestEngine, name: &str) -> CustomerId {
    engine.clock.advance_millis(1);
    let reply = engine.app.create_customer(&plain(), named(name)).await;
    customer_of(&reply.unwrap())
}

#[tokio::test]
async fn a_customer_is_kept_as_told() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let customer = engine.app.get_customer(OWNER, id).await.unwrap();
    assert_eq!(customer.name.as_deref(), Some("Ada"));
    assert_eq!(customer.email.as_deref(), Some("ada@example.org"));
    assert_eq!((customer.phone, customer.description), (None, None));
    assert_eq!(customer.deleted_at, None);
    assert_eq!(engine.told(EventKind::CustomerCreated).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn only_what_is_named_changes() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let change = Details {
        email: Some(None),
        phone: Some(Some("+33 1 23 45 67 89".into())),
        metadata: vip("yes"),
        ..Details::default()
    };
    engine
        .app
        .update_customer(&plain(), id, change)
        .await
        .unwrap();
    let customer = engine.app.get_customer(OWNER, id).await.unwrap();
    assert_eq!(customer.name.as_deref(), Some("Ada"));
    assert_eq!(customer.email, None);
    assert_eq!(customer.phone.as_deref(), Some("+33 1 23 45 67 89"));
    assert_eq!(customer.metadata["vip"], "yes");
    assert_eq!(engine.told(EventKind::CustomerUpdated).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let (app, request) = (&engine.app, plain());
    let name = Details {
        name: Some(Some("Ada Lovelace".into())),
        ..Details::default()
    };
    let phone = Details {
        phone: Some(Some("+33 1".into())),
        ..Details::default()
    };
    let pair = Details {
        metadata: vip("yes"),
        ..Details::default()
    };
    let (one, other, third) = tokio::join!(
        app.update_customer(&request, id, name),
        app.update_customer(&request, id, phone),
        app.update_customer(&request, id, pair),
    );
    assert!(one.is_ok() && other.is_ok() && third.is_ok());
    let customer = app.get_customer(OWNER, id).await.unwrap();
    assert_eq!(customer.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(customer.phone.as_deref(), Some("+33 1"));
    assert_eq!(customer.metadata["vip"], "yes");
    engine.finish().await;
}

#[tokio::test]
async fn who_removes_a_customer_second_finds_nobody() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let request = plain();
    let remove = || engine.app.delete_customer(&request, id);
    let (one, other) = tokio::join!(remove(), remove());
    let second = if one.is_ok() { other } else { one };
    assert_eq!(missing(second), Thing::Customer);
    assert_eq!(engine.told(EventKind::CustomerDeleted).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_removed_customer_is_remembered_and_used_no_more() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let mut paid = paying(VISA);
    paid.customer = Some(id);
    assert_eq!(standing(&engine.create(paid).await), (200, "succeeded"));
    let app = &engine.app;
    app.delete_customer(&plain(), id).await.unwrap();
    assert_eq!(missing(app.get_customer(OWNER, id).await), Thing::Customer);
    assert!(
        app.find_customer(OWNER, id)
            .await
            .unwrap()
            .deleted_at
            .is_some()
    );
    let changed = app.update_customer(&plain(), id, named("Eve")).await;
    assert_eq!(missing(changed), Thing::Customer);
    let removed = app.delete_customer(&plain(), id).await;
    assert_eq!(missing(removed), Thing::Customer);
    let mut again = paying(VISA);
    again.customer = Some(id);
    let refused = engine.create_as(&plain(), again).await;
    assert_eq!(missing(refused), Thing::Customer);
    assert_eq!(engine.told(EventKind::CustomerDeleted).await, 1);
    engine.finish().await;
}

#[tokio::test]
async fn nobody_sees_the_customers_of_another() {
    let engine = TestEngine::start().await;
    let id = create(&engine, "Ada").await;
    let app = &engine.app;
    for owner in [OTHER, LIVE] {
        assert_eq!(missing(app.find_customer(owner, id).await), Thing::Customer);
        let changed = app.update_customer(&of(owner), id, named("Eve")).await;
        assert_eq!(missing(changed), Thing::Customer);
        let removed = app.delete_customer(&of(owner), id).await;
        assert_eq!(missing(removed), Thing::Customer);
        assert!(
            app.list_customers(owner, None, newest(9))
                .await
                .unwrap()
                .is_empty()
        );
    }
    let mut foreign = paying(VISA);
    foreign.customer = Some(id);
    let refused = engine.create_as(&of(OTHER), foreign).await;
    assert_eq!(missing(refused), Thing::Customer);
    engine.finish().await;
}

#[tokio::test]
async fn customers_are_listed_newest_first_in_pages() {
    let engine = TestEngine::start().await;
    let mut made = Vec::new();
    for name in ["Ada", "Bob", "Eve"] {
        made.push(create(&engine, name).await);
    }
    made.reverse();
    let app = &engine.app;
    let list = |page: Page<_>| async move {
        let list = app.list_customers(OWNER, None, page).await.unwrap();
        list.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(list(newest(2)).await, made[..2]);
    let rest = Page::new(2, Cursor::After(made[1]));
    assert_eq!(list(rest).await, made[2..]);
    engine.finish().await;
}
