//! Keys of the API: found by the hash of their secret.

use domain::Timestamp;
use store::Error;
use store::api_keys::{ApiKey, KeyKind, find, insert};

use crate::engines::everywhere;
use crate::records::{NOW, id, owner};

fn key(kind: KeyKind) -> ApiKey {
    ApiKey {
        id: id(),
        owner: owner(),
        kind,
        hint: "x9Zq".into(),
        revoked_at: None,
    }
}

#[test]
fn a_key_of_every_kind_is_found_by_its_hash() {
    everywhere(async |database| {
        for (byte, kind) in [(1, KeyKind::Secret), (2, KeyKind::Publishable)] {
            let (key, hash) = (key(kind), [byte; 32]);
            let new = key.clone();
            database.write(move |tx| insert(tx, &new, &hash, NOW)).await;
            assert_eq!(database.read(move |tx| find(tx, &hash)).await, Some(key));
        }
        assert_eq!(database.read(|tx| find(tx, &[3; 32])).await, None);
    });
}

#[test]
fn a_revoked_key_says_that_it_is() {
    everywhere(async |database| {
        let key = key(KeyKind::Secret);
        let new = key.clone();
        database
            .write(move |tx| insert(tx, &new, &[1; 32], NOW))
            .await;
        database.tamper("UPDATE api_keys SET revoked_at = 1");
        let revoked = ApiKey {
            revoked_at: Some(Timestamp::from_micros(1)),
            ..key
        };
        let found = database.read(|tx| find(tx, &[1; 32])).await;
        assert_eq!(found, Some(revoked));
    });
}

#[test]
fn a_secret_belongs_to_one_key() {
    everywhere(async |database| {
        let (first, second) = (key(KeyKind::Secret), key(KeyKind::Secret));
        database
            .write(move |tx| insert(tx, &first, &[1; 32], NOW))
            .await;
        let change = move |tx: &store::Tx<'_>| insert(tx, &second, &[1; 32], NOW);
        let taken = database.store.write("test", change).await;
        assert!(matches!(taken, Err(Error::Exists("key"))));
    });
}
