//! Merchants: read back as written.

use store::Error;
use store::merchants::{connect, find, insert, platform_of};

use crate::engines::everywhere;
use crate::records::{NOW, id, merchant};

#[test]
fn a_merchant_reads_back_with_their_currencies_in_order() {
    everywhere(async |database| {
        let merchant = merchant(id());
        let new = merchant.clone();
        database.write(move |tx| insert(tx, &new, NOW)).await;
        let id = merchant.id;
        assert_eq!(database.read(move |tx| find(tx, id)).await, Some(merchant));
        assert_eq!(
            database.read(|tx| find(tx, crate::records::id())).await,
            None
        );
    });
}

#[test]
fn an_id_is_taken_once() {
    everywhere(async |database| {
        let merchant = merchant(id());
        let new = merchant.clone();
        database.write(move |tx| insert(tx, &new, NOW)).await;
        let again = database
            .store
            .write("test", move |tx| insert(tx, &merchant, NOW))
            .await;
        assert!(matches!(again, Err(Error::Exists("merchant"))));
    });
}

#[test]
fn one_platform_at_most_acts_for_a_merchant() {
    everywhere(async |database| {
        let (shop, first, second) = (id(), id(), id());
        let new = merchant(shop);
        database.write(move |tx| insert(tx, &new, NOW)).await;
        for platform in [Some(first), Some(second), None] {
            database.write(move |tx| connect(tx, shop, platform)).await;
            let acts = database.read(move |tx| platform_of(tx, shop)).await;
            assert_eq!(acts, platform);
        }
        let nobody = move |tx: &store::Tx<'_>| connect(tx, first, Some(second));
        let nobody = database.store.write("test", nobody).await;
        assert!(matches!(nobody, Err(Error::Conflict)));
        assert_eq!(database.read(move |tx| platform_of(tx, first)).await, None);
    });
}
