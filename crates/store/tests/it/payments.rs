//! Payments: read back as written, replaced one version at a time, listed to their owner.

use domain::{CaptureMethod, Mode, Owner, Payment, PaymentId, Step};
use proptest::collection::vec;
use proptest::prelude::*;
use store::payments::{find, find_owned, list};
use store::{Cursor, Error, Page};

use crate::any;
use crate::engines::{Database, everywhere};
use crate::records::{id, opened, owner};

async fn stored(database: &Database, id: PaymentId) -> Option<Payment> {
    database.read(move |tx| find(tx, id)).await
}

async fn page(database: &Database, owner: Owner, page: Page<PaymentId>) -> Vec<PaymentId> {
    let found = database.read(move |tx| list(tx, owner, &page)).await;
    found.into_iter().map(|payment| payment.id).collect()
}

/// Five payments of one owner, oldest first, with one of somebody else between any two.
async fn five(database: &Database, owner: Owner) -> Vec<PaymentId> {
    let live = Owner {
        mode: Mode::Live,
        ..owner
    };
    let mut ids = Vec::new();
    for _ in 0..5 {
        for owner in [live, owner, crate::records::owner()] {
            let step = opened(owner, CaptureMethod::Automatic);
            ids.push((owner, step.payment.id));
            database.apply(step).await.unwrap();
        }
    }
    ids.retain(|(of, _)| *of == owner);
    ids.into_iter().map(|(_, id)| id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_payment_reads_back(payments in vec(any::payment(owner()), 1..16)) {
        everywhere(async |database| {
            for payment in &payments {
                database.apply(Step::of(payment.clone())).await.unwrap();
                assert_eq!(stored(&database, payment.id).await.as_ref(), Some(payment));
            }
        });
    }

    #[test]
    fn every_later_version_reads_back(
        first in any::payment(owner()), later in vec(any::payment(owner()), 1..16)
    ) {
        everywhere(async |database| {
            database.apply(Step::of(first.clone())).await.unwrap();
            for (version, next) in (2..).zip(later.clone()) {
                let Payment { id, owner, secret, created_at, .. } = first.clone();
                let next = Payment { id, owner, version, secret, created_at, ..next };
                database.apply(Step::of(next.clone())).await.unwrap();
                assert_eq!(stored(&database, id).await, Some(next));
            }
        });
    }
}

#[test]
fn a_payment_that_was_never_written_is_not_there() {
    everywhere(async |database| {
        assert_eq!(stored(&database, id()).await, None);
    });
}

#[test]
fn only_its_owner_finds_a_payment() {
    everywhere(async |database| {
        let mine = owner();
        let step = opened(mine, CaptureMethod::Automatic);
        let id = step.payment.id;
        database.apply(step.clone()).await.unwrap();
        let live = Owner {
            mode: Mode::Live,
            ..mine
        };
        for (asking, expected) in [(mine, Some(step.payment)), (live, None), (owner(), None)] {
            let found = database.read(move |tx| find_owned(tx, asking, id)).await;
            assert_eq!(found, expected);
        }
    });
}

#[test]
fn a_version_that_was_overtaken_is_refused() {
    everywhere(async |database| {
        let step = opened(owner(), CaptureMethod::Automatic);
        database.apply(step.clone()).await.unwrap();
        let mut next = step.payment.clone();
        next.version = 2;
        database.apply(Step::of(next.clone())).await.unwrap();
        for version in [1, 2, 4] {
            let late = Payment {
                version,
                description: Some("late".into()),
                ..next.clone()
            };
            let refused = database.apply(Step::of(late)).await;
            assert!(matches!(refused, Err(Error::Conflict)), "{version}");
        }
        assert_eq!(stored(&database, next.id).await, Some(next));
    });
}

#[test]
fn a_page_is_newest_first_and_its_owners_alone() {
    everywhere(async |database| {
        let owner = owner();
        let mut ids = five(&database, owner).await;
        ids.reverse();
        let newest = |limit| Page::new(limit, Cursor::Newest);
        assert_eq!(page(&database, owner, newest(10)).await, ids);
        assert_eq!(page(&database, owner, newest(2)).await, ids[..2]);
        assert_eq!(
            page(&database, crate::records::owner(), newest(10)).await,
            []
        );
    });
}

#[test]
fn pages_go_on_after_and_before_a_payment() {
    everywhere(async |database| {
        let owner = owner();
        let mut ids = five(&database, owner).await;
        ids.reverse();
        let middle = ids[2];
        let from = |limit, from| page(&database, owner, Page::new(limit, from));
        assert_eq!(from(10, Cursor::After(middle)).await, ids[3..]);
        assert_eq!(from(1, Cursor::After(middle)).await, ids[3..4]);
        assert_eq!(from(10, Cursor::Before(middle)).await, ids[..2]);
        // The nearest one, not the newest of all.
        assert_eq!(from(1, Cursor::Before(middle)).await, ids[1..2]);
        assert_eq!(from(10, Cursor::After(ids[4])).await, []);
        assert_eq!(from(10, Cursor::Before(ids[0])).await, []);
    });
}
