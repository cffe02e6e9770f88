//! Transfers: read back in order, and never written twice or resolved twice.

use domain::payment::{cancel, capture};
use domain::{Cause, Payment, Step, Transfer, TransferState};
use store::Error;
use store::transfers::list_of_payment;

use crate::engines::{Database, everywhere};
use crate::records::{
    NOW, Sale, approval_of, authorised, decline, id, owner, paid, refunded, reserved,
};

async fn stored(database: &Database, sale: &Sale) -> Vec<Transfer> {
    let payment = sale.payment.id;
    database.read(move |tx| list_of_payment(tx, payment)).await
}

#[test]
fn transfers_read_back_with_what_they_resolve() {
    everywhere(async |database| {
        let sale = authorised(&database, owner()).await;
        let step = capture(&sale.payment, &sale.attempt, Some(1000), id(), NOW).unwrap();
        database.apply(step.clone()).await.unwrap();
        let found = stored(&database, &sale).await;
        assert_eq!(found[0], Transfer::set_aside(&sale.attempt, NOW));
        assert_eq!(found[1..], step.transfers[..]);
        assert_eq!(found[1].resolves, Some(found[0].id));
    });
}

#[test]
fn a_refund_that_failed_releases_its_reservation() {
    everywhere(async |database| {
        let sale = paid(&database, owner()).await;
        let step = reserved(&sale, 500);
        database.apply(step.clone()).await.unwrap();
        database.apply(refunded(&step, &decline())).await.unwrap();
        let causes: Vec<_> = stored(&database, &sale)
            .await
            .into_iter()
            .map(|transfer| (transfer.cause, transfer.state))
            .collect();
        let expected = [
            (Cause::Purchase, TransferState::Posted),
            (Cause::RefundReserved, TransferState::Pending),
            (Cause::RefundFailed, TransferState::Voided),
        ];
        assert_eq!(causes, expected);
    });
}

/// `step` as a step on the version after what is stored, whatever that is.
fn moved_on(step: Step, stored: &Payment) -> Step {
    let payment = Payment {
        version: stored.version + 1,
        ..step.payment
    };
    Step { payment, ..step }
}

#[test]
fn a_pending_transfer_is_resolved_once() {
    everywhere(async |database| {
        let sale = authorised(&database, owner()).await;
        let Sale { payment, attempt } = &sale;
        let taken = capture(payment, attempt, None, id(), NOW).unwrap();
        let released = cancel(payment, Some(attempt), None, id(), NOW).unwrap();
        database.apply(taken.clone()).await.unwrap();
        let before = stored(&database, &sale).await;
        // Even a defect that gets the version right cannot also release what was taken.
        let refused = database.apply(moved_on(released, &taken.payment)).await;
        assert!(
            matches!(refused, Err(Error::Exists("transfer"))),
            "{refused:?}"
        );
        assert_eq!(stored(&database, &sale).await, before);
    });
}

#[test]
fn a_cause_has_one_transfer() {
    everywhere(async |database| {
        let sale = authorised(&database, owner()).await;
        let step = capture(&sale.payment, &sale.attempt, Some(1000), id(), NOW).unwrap();
        database.apply(step.clone()).await.unwrap();
        let mut again = moved_on(step.clone(), &step.payment);
        again.transfers[0].resolves = None;
        again.advices.clear();
        let refused = database.apply(again).await;
        assert!(
            matches!(refused, Err(Error::Exists("transfer"))),
            "{refused:?}"
        );
    });
}

#[test]
fn transfers_of_other_payments_do_not_appear() {
    everywhere(async |database| {
        let owner = owner();
        let mine = paid(&database, owner).await;
        let refund = reserved(&paid(&database, owner).await, 500);
        let outcome = approval_of(refund.refund.as_ref().unwrap());
        database.apply(refund.clone()).await.unwrap();
        database.apply(refunded(&refund, &outcome)).await.unwrap();
        assert_eq!(stored(&database, &mine).await.len(), 1);
    });
}
