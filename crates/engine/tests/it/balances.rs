//! What is due to a merchant: the same number with snapshots and without, and what moved it.

use domain::Cause;
use engine::balances::{Balance, BalanceTransaction};
use engine::store_types::{Cursor, Filter, Page};
use engine::{Thing, workers};

use crate::installation::{TestEngine, within};
use crate::records::{
    LIVE, OTHER, OWNER, VISA, back, euros, missing, newest, paying, plain, setting_aside,
};

const DAY_MS: i64 = 24 * 3_600_000;

async fn balance(engine: &TestEngine) -> (i64, i64) {
    let balances = engine.app.get_balance(OWNER).await.unwrap();
    let euros = balances.first().unwrap();
    (euros.available_minor, euros.pending_minor)
}

fn every() -> Filter {
    let shown = Cause::ALL.iter().copied().filter(|cause| cause.is_shown());
    Filter {
        causes: shown.collect(),
        currency: None,
        subject: None,
    }
}

async fn list(engine: &TestEngine, filter: Filter) -> Vec<BalanceTransaction> {
    let listed = engine.app.list_transactions(OWNER, filter, newest(100));
    listed.await.unwrap()
}

#[tokio::test]
async fn a_merchant_without_payments_has_nothing_of_each_currency_they_take() {
    let engine = TestEngine::start().await;
    let balances = engine.app.get_balance(OWNER).await.unwrap();
    let codes: Vec<_> = balances.iter().map(|one| one.currency.code()).collect();
    assert_eq!(codes, ["EUR", "JPY", "TND"]);
    let is_empty = |one: &Balance| one.available_minor == 0 && one.pending_minor == 0;
    assert!(balances.iter().all(is_empty));
    engine.finish().await;
}

#[tokio::test]
async fn what_is_set_aside_is_not_due_and_what_goes_back_is_not_any_more() {
    let engine = TestEngine::start().await;
    engine.create(setting_aside(VISA)).await;
    assert_eq!(balance(&engine).await, (0, 0));
    let id = engine.paid().await;
    assert_eq!(balance(&engine).await, (1250, 0));
    engine.refund(id, Some(250)).await.unwrap();
    assert_eq!(balance(&engine).await, (1000, 0));
    engine.finish().await;
}

#[tokio::test]
async fn what_waits_is_pending_until_its_day_comes() {
    let engine = TestEngine::start().await;
    engine
        .app
        .set_payout_delay(OWNER.merchant, 2)
        .await
        .unwrap();
    engine.clock.advance_millis(1_000);
    let id = engine.paid().await;
    assert_eq!(balance(&engine).await, (0, 1250));
    // What goes back goes back at once, from what is available.
    engine.refund(id, Some(250)).await.unwrap();
    assert_eq!(balance(&engine).await, (-250, 1250));
    let [refund, charge] = list(&engine, every()).await.try_into().unwrap();
    assert!(refund.is_available && !charge.is_available);
    engine.clock.advance_millis(2 * DAY_MS);
    assert_eq!(balance(&engine).await, (1000, 0));
    assert!(list(&engine, every()).await[1].is_available);
    assert!(charge.available_at <= engine.clock.now());
    engine.finish().await;
}

#[tokio::test]
async fn a_snapshot_changes_no_balance_and_takes_no_entry_of_its_time() {
    let engine = TestEngine::start().await;
    let count = store::balances::SNAPSHOT_TRANSFERS;
    let id = engine.paid().await;
    for _ in 1..count {
        engine.create(paying(VISA)).await;
    }
    let before = balance(&engine).await;
    assert_eq!(before.0, 1250 * count);
    within(workers::summarise(&engine.app)).await.unwrap();
    assert!(!is_summed(&engine).await, "it is too young");
    engine.clock.advance_millis(61_000);
    within(workers::summarise(&engine.app)).await.unwrap();
    assert!(is_summed(&engine).await);
    assert_eq!(balance(&engine).await, before);
    let now = engine.clock.now();
    engine.clock.advance_millis(-3_600_000);
    let late = engine.app.create_refund(&plain(), back(id, None)).await;
    assert!(matches!(late, Err(engine::Error::Busy)), "{late:?}");
    engine
        .clock
        .advance_millis(now.millis_since(engine.clock.now()));
    engine.refund(id, None).await.unwrap();
    assert_eq!(balance(&engine).await, (before.0 - 1250, 0));
    engine.finish().await;
}

/// Whether nothing is left to be summed up of what there was a minute ago.
async fn is_summed(engine: &TestEngine) -> bool {
    let end = engine.clock.now();
    let list = move |tx: &store::Tx<'_>| store::balances::list_unsummed(tx, end, 10);
    engine.store.read(list).await.unwrap().is_empty()
}

#[tokio::test]
async fn what_moved_a_balance_adds_up_to_it() {
    let engine = TestEngine::start().await;
    engine.app.set_fee(OWNER.merchant, 150, 25).await.unwrap();
    engine.clock.advance_millis(2_000);
    let id = engine.paid().await;
    engine.refund(id, Some(400)).await.unwrap();
    let all = list(&engine, every()).await;
    let amounts: Vec<_> = all
        .iter()
        .map(|one| (one.amount_minor(), one.fee_minor))
        .collect();
    assert_eq!(amounts, [(-400, 0), (1250, 44)]);
    let net: i64 = all
        .iter()
        .map(|one| one.amount_minor() - one.fee_minor)
        .sum();
    assert_eq!((net, 0), balance(&engine).await);
    engine.finish().await;
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let engine = TestEngine::start().await;
    for _ in 0..5 {
        let id = engine.paid().await;
        engine.refund(id, Some(100)).await.unwrap();
    }
    let all = list(&engine, every()).await;
    assert_eq!(all.len(), 10);
    let refunds = Filter {
        causes: vec![Cause::Refund],
        ..every()
    };
    assert_eq!(list(&engine, refunds).await.len(), 5);
    let mut walked = Vec::new();
    let mut from = Cursor::Newest;
    loop {
        let page = engine
            .app
            .list_transactions(OWNER, every(), Page::new(3, from));
        let page = page.await.unwrap();
        let Some(last) = page.last() else { break };
        from = Cursor::After(last.transfer.id);
        walked.extend(page);
    }
    assert_eq!(walked, all);
    let before = Page::new(3, Cursor::Before(all[5].transfer.id));
    let page = engine
        .app
        .list_transactions(OWNER, every(), before)
        .await
        .unwrap();
    assert_eq!(page, all[2..5]);
    let charge = &all[9].transfer;
    let about = Filter {
        subject: Some(charge.id.subject()),
        ..every()
    };
    assert_eq!(list(&engine, about).await, all[9..]);
    let mut late = newest(100);
    late.created.since = all[0].transfer.created_at.plus_millis(1);
    let listed = engine.app.list_transactions(OWNER, every(), late);
    assert_eq!(listed.await.unwrap(), []);
    engine.finish().await;
}

#[tokio::test]
async fn nobody_sees_what_moved_anothers_balance() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let id = list(&engine, every()).await[0].transfer.id;
    assert!(engine.app.get_transaction(OWNER, id).await.is_ok());
    for owner in [OTHER, LIVE] {
        let found = engine.app.get_transaction(owner, id).await;
        assert_eq!(missing(found), Thing::BalanceTransaction);
        let listed = engine.app.list_transactions(owner, every(), newest(10));
        assert_eq!(listed.await.unwrap(), []);
        let about = Filter {
            subject: Some(id.subject()),
            ..every()
        };
        let listed = engine.app.list_transactions(owner, about, newest(10));
        assert_eq!(listed.await.unwrap(), []);
        let balances = engine.app.get_balance(owner).await.unwrap();
        assert!(balances.iter().all(|one| one.available_minor == 0));
    }
    assert_eq!(euros(1250), list(&engine, every()).await[0].transfer.amount);
    engine.finish().await;
}
