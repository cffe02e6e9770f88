//! Card keys: one is current, and is replaced only by whoever knew it.

use store::Error;
use store::payment_methods;
use store::vault_keys::{VaultKey, current, has_cards, replace_current};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, method, owner, sealed_by};

const fn key(id: u8) -> VaultKey {
    VaultKey {
        id: [id; 16],
        identity: [7; 16],
    }
}

async fn replaced(database: &Database, old: Option<VaultKey>, new: VaultKey) -> Result<(), Error> {
    let change = move |tx: &store::Tx<'_>| replace_current(tx, old, new, NOW);
    database.store.write("test", change).await
}

#[test]
fn a_fresh_database_has_no_key_and_no_card() {
    everywhere(async |database| {
        assert_eq!(database.read(current).await, None);
        assert!(!database.read(has_cards).await);
        let method = method(owner());
        database
            .write(move |tx| payment_methods::insert(tx, &method, &sealed_by([1; 16])))
            .await;
        assert!(database.read(has_cards).await);
    });
}

#[test]
fn a_key_is_replaced_only_by_whoever_knew_it() {
    everywhere(async |database| {
        replaced(&database, None, key(1)).await.unwrap();
        assert_eq!(database.read(current).await, Some(key(1)));
        for old in [None, Some(key(9))] {
            let refused = replaced(&database, old, key(2)).await;
            assert!(matches!(refused, Err(Error::Conflict)), "{old:?}");
        }
        replaced(&database, Some(key(1)), key(2)).await.unwrap();
        assert_eq!(database.read(current).await, Some(key(2)));
    });
}

#[test]
fn a_retired_key_does_not_come_back() {
    everywhere(async |database| {
        replaced(&database, None, key(1)).await.unwrap();
        replaced(&database, Some(key(1)), key(2)).await.unwrap();
        let refused = replaced(&database, Some(key(2)), key(1)).await;
        assert!(
            matches!(refused, Err(Error::Exists("vault key"))),
            "{refused:?}"
        );
        assert_eq!(database.read(current).await, Some(key(2)));
    });
}
