//! Keys of the API: found by the hash of their secret; each ends when it was said to.

use domain::Rights;
use store::Error;
use store::api_keys::{ApiKey, KeyKind, expire, find, get, insert, list, note_use, revoke};

use crate::engines::everywhere;
use crate::records::{NOW, id, owner};

fn key(kind: KeyKind) -> ApiKey {
    ApiKey {
        id: id(),
        owner: owner(),
        kind,
        rights: Rights::default(),
        name: None,
        hint: "x9Zq".into(),
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    }
}

fn restricted() -> ApiKey {
    ApiKey {
        rights: Rights::parse("refunds:write,customers:read").unwrap(),
        name: Some("shop".into()),
        expires_at: Some(NOW.plus_millis(5)),
        ..key(KeyKind::Restricted)
    }
}

#[test]
fn a_key_of_every_kind_is_found_by_its_hash() {
    everywhere(async |database| {
        let keys = [
            key(KeyKind::Secret),
            key(KeyKind::Publishable),
            restricted(),
        ];
        for (byte, key) in (1..).zip(keys) {
            let (new, hash) = (key.clone(), [byte; 32]);
            database.write(move |tx| insert(tx, &new, &hash)).await;
            let found = database.read(move |tx| find(tx, &hash)).await;
            assert_eq!(found, Some(key.clone()));
            assert_eq!(database.read(move |tx| get(tx, key.id)).await, found);
        }
        assert_eq!(database.read(|tx| find(tx, &[9; 32])).await, None);
    });
}

#[test]
fn the_keys_of_an_owner_are_listed() {
    everywhere(async |database| {
        let mut mine = [key(KeyKind::Secret), restricted()];
        mine.sort_by_key(|key| key.id);
        let owner = mine[0].owner;
        let mine = mine.map(|key| ApiKey { owner, ..key });
        for (byte, key) in (1..).zip(mine.clone()) {
            database
                .write(move |tx| insert(tx, &key, &[byte; 32]))
                .await;
        }
        assert_eq!(database.read(move |tx| list(tx, owner)).await, mine);
        let other = domain::Owner {
            mode: domain::Mode::Live,
            ..owner
        };
        assert_eq!(database.read(move |tx| list(tx, other)).await, []);
    });
}

#[test]
fn a_key_is_revoked_once() {
    everywhere(async |database| {
        let key = key(KeyKind::Secret);
        let id = key.id;
        database.write(move |tx| insert(tx, &key, &[1; 32])).await;
        database.write(move |tx| revoke(tx, id, NOW)).await;
        let found = database.read(move |tx| get(tx, id)).await.unwrap();
        assert_eq!(found.revoked_at, Some(NOW));
        let again = move |tx: &store::Tx<'_>| revoke(tx, id, NOW);
        let again = database.store.write("test", again).await;
        assert!(matches!(again, Err(Error::Conflict)));
    });
}

#[test]
fn an_end_only_comes_nearer() {
    everywhere(async |database| {
        let key = restricted();
        let (id, end) = (key.id, key.expires_at.unwrap());
        database.write(move |tx| insert(tx, &key, &[1; 32])).await;
        let later = move |tx: &store::Tx<'_>| expire(tx, id, end.plus_millis(1));
        let later = database.store.write("test", later).await;
        assert!(matches!(later, Err(Error::Conflict)));
        database.write(move |tx| expire(tx, id, NOW)).await;
        let found = database.read(move |tx| get(tx, id)).await.unwrap();
        assert_eq!(found.expires_at, Some(NOW));
    });
}

#[test]
fn the_last_use_never_goes_back() {
    everywhere(async |database| {
        let key = key(KeyKind::Secret);
        let id = key.id;
        database.write(move |tx| insert(tx, &key, &[1; 32])).await;
        for at in [NOW.plus_millis(9), NOW] {
            database.write(move |tx| note_use(tx, id, at)).await;
        }
        let found = database.read(move |tx| get(tx, id)).await.unwrap();
        assert_eq!(found.last_used_at, Some(NOW.plus_millis(9)));
    });
}

#[test]
fn a_secret_belongs_to_one_key() {
    everywhere(async |database| {
        let (first, second) = (key(KeyKind::Secret), key(KeyKind::Secret));
        database.write(move |tx| insert(tx, &first, &[1; 32])).await;
        let change = move |tx: &store::Tx<'_>| insert(tx, &second, &[1; 32]);
        let taken = database.store.write("test", change).await;
        assert!(matches!(taken, Err(Error::Exists("key"))));
    });
}
