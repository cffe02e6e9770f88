//! Means of payment: read back with their sealed cards, attached once, rewrapped once.

use domain::{CustomerId, Mode, Owner, PaymentMethod, PaymentMethodId};
use proptest::collection::vec;
use proptest::prelude::*;
use store::payment_methods::{
    attach, detach, find, find_owned, find_sealed, insert, list_of_customer, list_under_other_key,
    rewrap,
};
use store::{Entry, Error, NewMethod};

use crate::any;
use crate::engines::{Database, everywhere};
use crate::records::{entry, id, method, opened, owner, sealed_by};

const OLD: [u8; 16] = [1; 16];
const NEW: [u8; 16] = [2; 16];

async fn put(database: &Database, method: &PaymentMethod) {
    let method = method.clone();
    database
        .write(move |tx| insert(tx, &method, &sealed_by(OLD)))
        .await;
}

async fn stored(database: &Database, id: PaymentMethodId) -> Option<PaymentMethod> {
    database.read(move |tx| find(tx, id)).await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_means_of_payment_reads_back(methods in vec(any::method(owner()), 1..16)) {
        everywhere(async |database| {
            for (method, sealed) in methods.clone() {
                let id = method.id;
                let new = (method.clone(), sealed.clone());
                database.write(move |tx| insert(tx, &new.0, &new.1)).await;
                assert_eq!(stored(&database, id).await, Some(method));
                let kept = database.read(move |tx| find_sealed(tx, id)).await;
                assert_eq!(kept, Some(sealed));
            }
        });
    }
}

#[test]
fn a_card_that_comes_with_a_payment_is_written_with_it() {
    everywhere(async |database| {
        let owner = owner();
        let method = method(owner);
        let new = Entry {
            method: Some(NewMethod {
                method: method.clone(),
                card: sealed_by(OLD),
            }),
            ..entry(opened(owner, domain::CaptureMethod::Automatic))
        };
        database.store.apply("test", new.clone()).await.unwrap();
        assert_eq!(stored(&database, method.id).await, Some(method));
        // The same card again, under another payment, would be another token.
        let again = Entry {
            id: id(),
            step: opened(owner, domain::CaptureMethod::Automatic),
            ..new
        };
        let refused = database.store.apply("test", again).await;
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
    });
}

#[test]
fn only_its_owner_finds_a_means_of_payment() {
    everywhere(async |database| {
        let method = method(owner());
        put(&database, &method).await;
        let id = method.id;
        let live = Owner {
            mode: Mode::Live,
            ..method.owner
        };
        let found = async |owner| database.read(move |tx| find_owned(tx, owner, id)).await;
        assert_eq!(found(live).await, None);
        assert_eq!(found(owner()).await, None);
        assert_eq!(found(method.owner).await, Some(method));
        assert_eq!(
            database
                .read(|tx| find_sealed(tx, crate::records::id()))
                .await,
            None
        );
    });
}

#[test]
fn a_means_of_payment_is_kept_for_one_customer_at_a_time() {
    everywhere(async |database| {
        let method = method(owner());
        put(&database, &method).await;
        let (method, customer): (_, CustomerId) = (method.id, id());
        database.write(move |tx| attach(tx, method, customer)).await;
        let other = database
            .store
            .write("test", move |tx| attach(tx, method, id()))
            .await;
        assert!(matches!(other, Err(Error::Conflict)));
        assert_eq!(
            stored(&database, method).await.unwrap().customer,
            Some(customer)
        );
        database.write(move |tx| detach(tx, method)).await;
        let again = database
            .store
            .write("test", move |tx| detach(tx, method))
            .await;
        assert!(matches!(again, Err(Error::Conflict)));
        assert_eq!(stored(&database, method).await.unwrap().customer, None);
    });
}

#[test]
fn a_customers_newest_means_of_payment_come_first() {
    everywhere(async |database| {
        let customer: CustomerId = id();
        let mut ids = Vec::new();
        for kept_for in [Some(customer), None, Some(customer), Some(id())] {
            let mut method = method(owner());
            method.customer = kept_for;
            put(&database, &method).await;
            ids.push(method.id);
        }
        let listed = async |limit| {
            let found = database
                .read(move |tx| list_of_customer(tx, customer, limit))
                .await;
            found
                .into_iter()
                .map(|method| method.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(listed(10).await, [ids[2], ids[0]]);
        assert_eq!(listed(1).await, [ids[2]]);
    });
}

#[test]
fn a_rotation_finds_every_card_under_another_key() {
    everywhere(async |database| {
        let mut ids = Vec::new();
        for _ in 0..5 {
            let method = method(owner());
            put(&database, &method).await;
            ids.push(method.id);
        }
        let mut after = PaymentMethodId::from_bytes([0; 16]);
        let mut seen = Vec::new();
        loop {
            let page = database
                .read(move |tx| list_under_other_key(tx, NEW, after, 2))
                .await;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (id, sealed) in page {
                assert_eq!(sealed, sealed_by(OLD));
                seen.push(id);
                database
                    .write(move |tx| rewrap(tx, id, OLD, &sealed_by(NEW)))
                    .await;
            }
        }
        assert_eq!(seen, ids);
        let first = PaymentMethodId::from_bytes([0; 16]);
        let left = database
            .read(move |tx| list_under_other_key(tx, NEW, first, 10))
            .await;
        assert_eq!(left, []);
    });
}

#[test]
fn a_card_is_rewrapped_once_and_its_ciphertext_stays() {
    everywhere(async |database| {
        let method = method(owner());
        put(&database, &method).await;
        let id = method.id;
        let mut fresh = sealed_by(NEW);
        fresh.wrapped_key = vec![9; 60];
        fresh.ciphertext = vec![0; 44];
        let again = fresh.clone();
        database.write(move |tx| rewrap(tx, id, OLD, &fresh)).await;
        let late = database
            .store
            .write("test", move |tx| rewrap(tx, id, OLD, &again))
            .await;
        assert!(matches!(late, Err(Error::Conflict)));
        let kept = database.read(move |tx| find_sealed(tx, id)).await.unwrap();
        assert_eq!((kept.key_id, kept.wrapped_key), (NEW, vec![9; 60]));
        assert_eq!(kept.ciphertext, sealed_by(OLD).ciphertext);
    });
}
