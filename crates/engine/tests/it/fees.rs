//! What the service takes of a payment: by the rule of its moment, in the same write.

use domain::{Account, Cause, MerchantId, Transfer};
use engine::Error;
use engine::accounts::TermsError;

use crate::installation::{TestEngine, within};
use crate::records::{OTHER, OWNER, VISA, back, paying, payment_of, plain, setting_aside};

/// What a merchant is told before a rule counts, in milliseconds.
const NOTICE_MS: i64 = 2_000;

async fn with_fee(basis_points: i64, fixed: i64) -> TestEngine {
    let engine = TestEngine::start().await;
    let set = engine.app.set_fee(OWNER.merchant, basis_points, fixed);
    set.await.unwrap();
    engine.clock.advance_millis(NOTICE_MS);
    engine
}

async fn transfers(engine: &TestEngine, id: domain::PaymentId) -> Vec<Transfer> {
    let list = move |tx: &store::Tx<'_>| store::transfers::list_of_payment(tx, id);
    engine.store.read(list).await.unwrap()
}

/// The fees on a payment, in minor units.
async fn fees(engine: &TestEngine, id: domain::PaymentId) -> Vec<i64> {
    let all = transfers(engine, id).await.into_iter();
    let fees = all.filter(|one| one.cause == Cause::Fee);
    fees.map(|one| one.amount.minor).collect()
}

#[tokio::test]
async fn a_fee_is_taken_with_the_money() {
    let engine = with_fee(150, 25).await;
    let id = engine.paid().await;
    // 18.75 rounds to 19.
    assert_eq!(fees(&engine, id).await, [44]);
    let all = transfers(&engine, id).await;
    assert!(all.iter().all(|one| one.created_at == all[0].created_at));
    assert_eq!(
        all.iter()
            .filter(|one| one.credit == Account::ServiceFees)
            .count(),
        1
    );
    engine.finish().await;
}

#[tokio::test]
async fn what_is_set_aside_has_no_fee_until_it_is_captured_and_then_of_that_part() {
    let engine = with_fee(1_000, 0).await;
    let id = payment_of(&engine.create(setting_aside(VISA)).await);
    assert!(fees(&engine, id).await.is_empty());
    engine.clock.advance_millis(1);
    let request = plain();
    let captured = engine.app.capture_payment(&request, id, Some(500));
    within(captured).await.unwrap();
    assert_eq!(fees(&engine, id).await, [50]);
    engine.finish().await;
}

#[tokio::test]
async fn a_merchant_without_a_fee_pays_none_and_has_no_entry_for_it() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    assert_eq!(transfers(&engine, id).await.len(), 1);
    engine.finish().await;
}

#[tokio::test]
async fn a_change_counts_from_its_moment_and_alters_no_fee_that_was_taken() {
    let engine = with_fee(0, 10).await;
    let first = engine.paid().await;
    engine.app.set_fee(OWNER.merchant, 0, 20).await.unwrap();
    engine.clock.advance_millis(NOTICE_MS - 10);
    let second = engine.paid().await;
    engine.clock.advance_millis(10);
    let third = engine.paid().await;
    assert_eq!(fees(&engine, first).await, [10]);
    assert_eq!(fees(&engine, second).await, [10]);
    assert_eq!(fees(&engine, third).await, [20]);
    engine.finish().await;
}

#[tokio::test]
async fn a_process_that_remembers_the_merchant_learns_of_a_change() {
    let engine = TestEngine::start().await;
    engine.paid().await;
    let console = engine.another_node().await;
    console.set_fee(OWNER.merchant, 0, 10).await.unwrap();
    engine.clock.advance_millis(NOTICE_MS);
    let id = engine.paid().await;
    assert_eq!(fees(&engine, id).await, [10]);
    engine.finish().await;
}

#[tokio::test]
async fn a_refund_gives_no_fee_back() {
    let engine = with_fee(100, 0).await;
    let id = engine.paid().await;
    within(engine.app.create_refund(&plain(), back(id, None)))
        .await
        .unwrap();
    assert_eq!(fees(&engine, id).await, [13]);
    let balance = engine.app.get_balance(OWNER).await.unwrap();
    assert_eq!(balance[0].available_minor, -13);
    engine.finish().await;
}

#[tokio::test]
async fn terms_that_cannot_be_are_refused() {
    let engine = TestEngine::start().await;
    let merchant = OWNER.merchant;
    for (basis_points, fixed) in [(-1, 0), (10_001, 0), (0, -1), (0, 1_000_001)] {
        let set = engine.app.set_fee(merchant, basis_points, fixed).await;
        assert!(matches!(set, Err(TermsError::OutOfBounds)));
    }
    for days in [-1, 91] {
        let set = engine.app.set_payout_delay(merchant, days).await;
        assert!(matches!(set, Err(TermsError::OutOfBounds)));
    }
    let nobody = MerchantId::from_bytes([77; 16]);
    let set = engine.app.set_fee(nobody, 1, 1).await;
    assert!(matches!(set, Err(TermsError::Other(Error::NotFound(_)))));
    let set = engine.app.set_payout_delay(nobody, 1).await;
    assert!(matches!(set, Err(TermsError::Other(Error::NotFound(_)))));
    engine.finish().await;
}

#[tokio::test]
async fn one_merchants_fee_is_not_anothers() {
    let engine = TestEngine::start().await;
    engine.app.set_fee(OTHER.merchant, 0, 10).await.unwrap();
    engine.clock.advance_millis(NOTICE_MS);
    let id = payment_of(&engine.create(paying(VISA)).await);
    assert!(fees(&engine, id).await.is_empty());
    engine.finish().await;
}

#[tokio::test]
async fn two_changes_at_the_same_moment_are_told_apart() {
    let engine = TestEngine::start().await;
    engine.app.set_fee(OWNER.merchant, 0, 10).await.unwrap();
    let again = engine.app.set_fee(OWNER.merchant, 0, 20).await;
    assert!(matches!(again, Err(TermsError::Other(Error::Busy))));
    engine.finish().await;
}
