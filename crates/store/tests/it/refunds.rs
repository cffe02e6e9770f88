//! Refunds: read back as reserved and as ended, listed, and found again when nobody ends them.

use domain::payment::Metadata;
use domain::{AttemptStatus, Owner, Payment, PaymentStatus, Refund, RefundId, RefundStatus, Step};
use proptest::prelude::*;
use store::refunds::{find, list, list_abandoned, list_of_payment, replace_metadata};
use store::{Cursor, Error, Page, nodes};

use crate::any;
use crate::engines::{Database, everywhere};
use crate::records::{after, approval_of, id, owner, paid, refunded, reserved};

async fn stored(database: &Database, id: RefundId) -> Option<Refund> {
    database.read(move |tx| find(tx, id)).await
}

fn pair() -> impl Strategy<Value = (Payment, Refund, Refund)> {
    let payment = any::payment(owner()).prop_map(|payment| Payment {
        status: PaymentStatus::Succeeded,
        captured_minor: payment.amount.minor,
        refunded_minor: payment.amount.minor,
        ..payment
    });
    payment.prop_flat_map(|payment| {
        let refunds = (any::refund(payment.clone()), any::refund(payment.clone()));
        refunds.prop_map(move |(begun, ended)| (payment.clone(), begun, ended))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_refund_reads_back_as_begun_and_as_ended((payment, begun, ended) in pair()) {
        everywhere(async |database| {
            let begun = Refund { status: RefundStatus::Sent, ..begun.clone() };
            let step = Step::of(payment.clone()).with_refund(begun.clone());
            database.apply(step).await.unwrap();
            assert_eq!(stored(&database, begun.id).await.as_ref(), Some(&begun));
            if ended.status == RefundStatus::Sent {
                return;
            }
            let next = Payment { version: 2, ..payment.clone() };
            let Refund { status, decline, ended_at, .. } = ended.clone();
            let ended = Refund { status, decline, ended_at, ..begun };
            database.apply(Step::of(next).with_refund(ended.clone())).await.unwrap();
            assert_eq!(stored(&database, ended.id).await, Some(ended));
        });
    }
}

#[test]
fn a_refund_changes_its_attempt_too() {
    everywhere(async |database| {
        let sale = paid(&database, owner()).await;
        let step = reserved(&sale, 500);
        database.apply(step).await.unwrap();
        let attempt = sale.attempt.id;
        let found = database
            .read(move |tx| store::attempts::find(tx, attempt))
            .await
            .unwrap();
        assert_eq!(
            (found.status, found.refunded_minor),
            (AttemptStatus::Approved, 500)
        );
    });
}

#[test]
fn metadata_is_replaced_without_touching_money() {
    everywhere(async |database| {
        let sale = paid(&database, owner()).await;
        let step = reserved(&sale, 500);
        let mut refund = step.refund.clone().unwrap();
        database.apply(step).await.unwrap();
        let before = refund.metadata.clone();
        refund.metadata.insert("order".into(), "6735".into());
        let changed = refund.clone();
        database
            .write(move |tx| replace_metadata(tx, &before, &changed))
            .await;
        assert_eq!(stored(&database, refund.id).await, Some(refund.clone()));
        let stale = Metadata::new();
        let late = refund.clone();
        let refused = database
            .store
            .write("test", move |tx| replace_metadata(tx, &stale, &late))
            .await;
        assert!(matches!(refused, Err(Error::Conflict)));
        refund.id = id();
        let absent = database
            .store
            .write("test", move |tx| {
                replace_metadata(tx, &refund.metadata, &refund)
            })
            .await;
        assert!(matches!(absent, Err(Error::Conflict)));
    });
}

#[test]
fn refunds_of_a_payment_come_newest_first() {
    everywhere(async |database| {
        let mut sale = paid(&database, owner()).await;
        let (owner, payment, attempt) = (sale.payment.owner, sale.payment.id, sale.attempt.id);
        let mut ids = Vec::new();
        for _ in 0..2 {
            let step = reserved(&sale, 500);
            sale.payment = step.payment.clone();
            sale.attempt = step.attempt.clone().unwrap();
            ids.insert(0, step.refund.clone().unwrap().id);
            database.apply(step).await.unwrap();
        }
        let listed = async |attempt, from| {
            let page = Page::new(10, from);
            let of = (payment, attempt);
            let found = database.read(move |tx| list_of_payment(tx, owner, of, &page));
            let ids = found.await.into_iter().map(|refund| refund.id);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(listed(None, Cursor::Newest).await, ids);
        assert_eq!(listed(None, Cursor::After(ids[0])).await, ids[1..]);
        assert_eq!(listed(Some(attempt), Cursor::Newest).await, ids);
        assert_eq!(
            listed(Some(attempt), Cursor::Before(ids[1])).await,
            ids[..1]
        );
        assert_eq!(listed(Some(id()), Cursor::Newest).await, []);
    });
}

#[test]
fn a_page_shows_its_owners_refunds_alone() {
    everywhere(async |database| {
        let mine = owner();
        let mut ids = Vec::new();
        for owner in [mine, owner(), mine] {
            let step = reserved(&paid(&database, owner).await, 1250);
            ids.push(step.refund.clone().unwrap().id);
            database.apply(step).await.unwrap();
        }
        let page = async |owner: Owner, from| {
            let page = Page::new(10, from);
            let found = database.read(move |tx| list(tx, owner, &page)).await;
            found
                .into_iter()
                .map(|refund| refund.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(mine, Cursor::Newest).await, [ids[2], ids[0]]);
        assert_eq!(page(mine, Cursor::After(ids[2])).await, [ids[0]]);
        assert_eq!(page(mine, Cursor::Before(ids[0])).await, [ids[2]]);
        assert_eq!(page(owner(), Cursor::Newest).await, []);
    });
}

#[test]
fn a_trace_used_twice_is_refused() {
    everywhere(async |database| {
        let first = reserved(&paid(&database, owner()).await, 500);
        let mut second = reserved(&paid(&database, owner()).await, 500);
        second.refund.as_mut().unwrap().trace = first.refund.clone().unwrap().trace;
        database.apply(first).await.unwrap();
        let refused = database.apply(second).await;
        assert!(
            matches!(refused, Err(Error::Exists("trace"))),
            "{refused:?}"
        );
    });
}

#[test]
fn a_refund_is_abandoned_until_it_ended() {
    everywhere(async |database| {
        let step = reserved(&paid(&database, owner()).await, 500);
        let refund = step.refund.clone().unwrap();
        let node = refund.node;
        database.apply(step.clone()).await.unwrap();
        let abandoned = async || {
            let ask = move |tx: &store::Tx<'_>| list_abandoned(tx, after(0), after(0), 10);
            database.read(ask).await
        };
        assert_eq!(abandoned().await, [(refund.id, refund.payment)]);
        database
            .write(move |tx| nodes::note_alive(tx, node, after(1)))
            .await;
        assert_eq!(abandoned().await, []);
        database.write(move |tx| nodes::remove(tx, node)).await;
        database
            .apply(refunded(&step, &approval_of(&refund)))
            .await
            .unwrap();
        assert_eq!(abandoned().await, []);
    });
}
