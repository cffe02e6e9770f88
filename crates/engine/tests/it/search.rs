//! Lists of a time and of a kind, and searches, with a clock that is set.

use domain::payment::MetadataChange;
use domain::payment::Update;
use domain::{Currency, Owner, PaymentId, Timestamp};
use engine::payments::Create;
use engine::search::{Clause, Comparison, Field, Join, Query, Test};
use engine::store_types::{Cursor, Page, Period};
use engine::{Error, Thing};

use crate::installation::TestEngine;
use crate::records::{OTHER, OWNER, asking, missing, newest, payment_of, plain};

fn clause(field: Field, test: Test) -> Clause {
    Clause {
        is_negated: false,
        field,
        test,
    }
}

fn order(number: &str) -> Clause {
    clause(Field::Metadata("order".into()), Test::Is(number.into()))
}

fn of_order(number: &str) -> Create {
    Create {
        metadata: [("order".into(), number.into())].into(),
        ..asking()
    }
}

async fn found(engine: &TestEngine, owner: Owner, clauses: &[Clause]) -> Vec<PaymentId> {
    let query = Query {
        join: Join::All,
        clauses: clauses.to_vec(),
    };
    let page = engine
        .app
        .search_payments(owner, &query, newest(10))
        .await
        .unwrap();
    assert!(page.next.is_none());
    let count = engine.app.count_payments(owner, &query).await.unwrap();
    assert_eq!(count, page.objects.len());
    page.objects.iter().map(|one| one.payment.id).collect()
}

/// Three payments, an hour apart.
async fn hourly(engine: &TestEngine) -> (Timestamp, Vec<PaymentId>) {
    let (start, mut made) = (engine.app.clock.now(), Vec::new());
    for number in ["1", "2", "1"] {
        made.push(payment_of(&engine.create(of_order(number)).await));
        engine.app.clock.advance_millis(3_600_000);
    }
    (start, made)
}

#[tokio::test]
async fn a_list_of_a_time_has_what_was_made_then_in_pages_both_ways() {
    let engine = TestEngine::start().await;
    let (start, made) = hourly(&engine).await;
    let list = async |since_hours: i64, until_hours: i64, cursor| {
        let mut page = Page::new(10, cursor);
        page.created = Period {
            since: start.plus_millis(since_hours * 3_600_000),
            until: start.plus_millis(until_hours * 3_600_000),
        };
        let found = engine.app.list_payments(OWNER, None, page).await.unwrap();
        found.iter().map(|one| one.payment.id).collect::<Vec<_>>()
    };
    assert_eq!(
        list(0, 9, Cursor::Newest).await,
        [made[2], made[1], made[0]]
    );
    assert_eq!(list(0, 2, Cursor::Newest).await, [made[1], made[0]]);
    assert_eq!(list(1, 2, Cursor::Newest).await, [made[1]]);
    assert_eq!(list(0, 2, Cursor::After(made[2])).await, [made[1], made[0]]);
    assert_eq!(list(0, 2, Cursor::After(made[1])).await, [made[0]]);
    assert_eq!(list(0, 2, Cursor::Before(made[0])).await, [made[1]]);
    assert_eq!(list(0, 0, Cursor::Newest).await, []);
    engine.finish().await;
}

#[tokio::test]
async fn a_search_finds_by_pair_and_by_time() {
    let engine = TestEngine::start().await;
    let (start, made) = hourly(&engine).await;
    let at = |comparison, hours: i64| {
        let second = start.plus_millis(hours * 3_600_000).seconds();
        clause(Field::Created, Test::Number(comparison, second))
    };
    let euros = clause(Field::Currency, Test::Is(Currency::EUR.code().into()));
    let first = at(Comparison::Below, 1);
    for (clauses, expect) in [
        (vec![order("1")], vec![made[2], made[0]]),
        (vec![order("1"), first.clone()], vec![made[0]]),
        (vec![order("1"), order("2")], vec![]),
        (vec![first, euros.clone()], vec![made[0]]),
        (vec![at(Comparison::Exactly, 1)], vec![made[1]]),
        (vec![at(Comparison::Above, 1), euros], vec![made[2]]),
    ] {
        assert_eq!(found(&engine, OWNER, &clauses).await, expect, "{clauses:?}");
        assert_eq!(found(&engine, OTHER, &clauses).await, [], "{clauses:?}");
    }
    engine.finish().await;
}

#[tokio::test]
async fn a_pair_that_was_taken_away_is_not_found_although_its_label_stays() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(of_order("1")).await);
    let update = Update {
        metadata: MetadataChange::Change([("order".into(), Some("2".into()))].into()),
        ..Update::default()
    };
    engine
        .app
        .update_payment(&plain(), id, update)
        .await
        .unwrap();
    assert_eq!(found(&engine, OWNER, &[order("1")]).await, []);
    assert_eq!(found(&engine, OWNER, &[order("2")]).await, [id]);
    engine.finish().await;
}

#[tokio::test]
async fn pages_of_a_search_follow_each_other_under_several_labels() {
    let engine = TestEngine::start().await;
    let (_, made) = hourly(&engine).await;
    let query = Query {
        join: Join::Any,
        clauses: vec![order("1"), order("2"), order("1")],
    };
    let (mut from, mut found) = (Cursor::Newest, Vec::new());
    loop {
        let page = Page::new(1, from);
        let page = engine
            .app
            .search_payments(OWNER, &query, page)
            .await
            .unwrap();
        found.extend(page.objects.iter().map(|one| one.payment.id));
        match page.next {
            Some(next) => from = Cursor::After(next),
            None => break,
        }
    }
    assert_eq!(found, [made[2], made[1], made[0]]);
    engine.finish().await;
}

#[tokio::test]
async fn nothing_is_listed_beside_another_owners_object() {
    let engine = TestEngine::start().await;
    let mine = payment_of(&engine.create(asking()).await);
    for from in [Cursor::After(mine), Cursor::Before(mine)] {
        let page = Page::new(10, from);
        let listed = engine.app.list_payments(OTHER, None, page).await;
        assert_eq!(missing(listed), Thing::Payment);
        let query = Query {
            join: Join::All,
            clauses: vec![order("1")],
        };
        let searched = engine.app.search_payments(OTHER, &query, page).await;
        assert!(matches!(searched, Err(Error::NotFound(Thing::Payment))));
    }
    engine.finish().await;
}
