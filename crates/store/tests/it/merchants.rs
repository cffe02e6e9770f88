//! Merchants: read back as written.

use store::Error;
use store::merchants::{find, insert};

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
